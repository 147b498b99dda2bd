'use strict';
/**
 * Prints what the Let's Go rules of the Showdown package hold, as one JSON object on standard output:
 *   node extract.js PACKAGE_FOLDER
 * Only plain facts leave: code members are reduced to their names, descriptions are left out.
 */
const path = require('path');

const root = path.resolve(process.argv[2]);
const {Dex, TeamValidator} = require(root);
const dex = Dex.mod('gen7letsgo');

/** Plain members of a rule object, and the dotted names of its functions. */
function split(object, prefix, callbacks) {
	const plain = {};
	for (const [key, value] of Object.entries(object)) {
		if (value === undefined || value === null) continue;
		if (typeof value === 'function') callbacks.push(prefix + key);
		else if (Array.isArray(value)) plain[key] = value.map(v => inner(v, `${prefix}${key}.`, callbacks));
		else plain[key] = inner(value, `${prefix}${key}.`, callbacks);
	}
	return plain;
}

function inner(value, prefix, callbacks) {
	return typeof value === 'object' ? split(value, prefix, callbacks) : value;
}

/** Everything the validator lets a form have, pre-evolutions and events counted. */
function movepool(species, validator) {
	const set = {species: species.name, level: 100, moves: [], item: '', ability: 'No Ability', nature: 'Serious'};
	const sources = () => validator.allSources(species);
	return dex.moves.all().filter(move => validator.checkCanLearn(move, species, sources(), set) === null).map(m => m.id);
}

function form(species, validator) {
	const learnset = species.isMega ? {} : dex.species.getLearnsetData(species.id).learnset || {};
	return {
		id: species.id, name: species.name, num: species.num, forme: species.forme, isMega: !!species.isMega,
		baseSpecies: dex.toID(species.baseSpecies), prevo: dex.toID(species.prevo), types: species.types,
		baseStats: species.baseStats, weighthg: species.weighthg, heightm: species.heightm, learnset,
		movepool: species.isMega ? [] : movepool(species, validator),
	};
}

function move(id) {
	const callbacks = [];
	const plain = split(dex.moves.get(id), '', callbacks);
	const {desc, shortDesc, zMove, maxMove, contestType, ...facts} = plain;
	return {...facts, callbacks: [...new Set(callbacks)].sort()};
}

/** The moves Metronome draws from, in the order it indexes them: the game's own list is its position in this array. */
function metronomePool() {
	return dex.moves.all()
		.filter(m => m.gen === 1 && m.flags.metronome && (!m.isNonstandard || m.isNonstandard === 'Unobtainable'))
		.sort((a, b) => a.num - b.num).map(m => m.id);
}

function main() {
	const validator = TeamValidator.get('gen7letsgoou');
	const forms = dex.species.all().filter(s => !s.isNonstandard).map(s => form(s, validator));
	const metronome = metronomePool();
	const ids = new Set(['struggle', ...metronome, ...forms.flatMap(f => f.movepool)]);
	const data = {
		version: require(path.join(root, 'package.json')).version,
		forms, metronome,
		moves: [...ids].sort().map(move),
		types: dex.types.all().filter(t => !t.isNonstandard).map(t => ({name: t.name, damageTaken: t.damageTaken})),
		natures: dex.natures.all().map(n => ({id: n.id, name: n.name, plus: n.plus || null, minus: n.minus || null})),
	};
	process.stdout.write(JSON.stringify(data));
}

main();
