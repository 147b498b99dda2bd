'use strict';
// Plays battles on the reference engine (the `gen7letsgo` rules of the pokemon-showdown package), one job a line.
//   node play.js PACKAGE_FOLDER < jobs.jsonl > results.jsonl
// job:    {a, b: {species, moves, level?, mega?: true | "x" | "y"}, policy: "greedy" | "random", n,
//          seeds?: [[four 16-bit words], ...], maxTurns?, trace?}
// result: {wins, losses, ties, turns, seconds (of processor), battles?}; with `trace` one entry of `battles` for each seed:
//          {seed, turns: [[hpA, hpB, moveA, moveB], ...], end: [hpA, hpB], winner: "A" | "B" | ""}
const path = require('path');
const readline = require('readline');

const root = path.resolve(process.argv[2]);
const {Battle} = require(path.join(root, 'dist/sim/battle'));
const {PRNG} = require(path.join(root, 'dist/sim/prng'));
const {Dex} = require(path.join(root, 'dist/sim/dex'));

// The rules without clauses and team preview, so that every legal move may be played.
const format = Object.assign(Object.create(Dex.formats.get('gen7letsgoou')), {
	ruleset: [], banlist: [], unbanlist: [], baseRuleset: [], customRules: null, ruleTable: null,
});
format.ruleTable = Dex.formats.getRuleTable(format);

// Nobody reads the protocol here, so none is written.
class QuietBattle extends Battle {}
for (const silent of ['add', 'addMove', 'attrLastMove', 'retargetLastMove', 'hint', 'debug', 'sendUpdates']) {
	QuietBattle.prototype[silent] = () => {};
}

const STATS = ['hp', 'atk', 'def', 'spa', 'spd', 'spe'];
const fill = value => Object.fromEntries(STATS.map(stat => [stat, value]));
const team = set => [{
	name: '', species: set.species, item: '', ability: 'No Ability', moves: set.moves, nature: 'Serious', gender: 'N',
	level: set.level || 50, evs: fill(0), ivs: fill(31), happiness: 70,
}];

const selectable = pokemon => pokemon.side.activeRequest.active[0].moves
	.map((move, at) => ({id: move.id, number: at + 1, off: move.disabled})).filter(move => !move.off);

// Stands in for the generator while damage is only being estimated: the middle roll, and luck never strikes.
const MIDDLE = {
	random: (low, high) => Math.floor(high === undefined ? (low - 1) / 2 : (low + high) / 2),
	randomChance: () => false, sample: list => list[list.length >> 1], shuffle() {},
};
const CRIT = [0, 1 / 24, 1 / 8, 1 / 2, 1];
const NEVER = new Set(['bide', 'counter', 'mirrorcoat']);

function strike(battle, user, foe, move) {
	if (move.ohko) return foe.level <= user.level && foe.runImmunity(move) ? foe.hp : 0;
	const generator = battle.prng;
	battle.prng = MIDDLE;
	move.hit = 1;
	const damage = battle.actions.getDamage(user, foe, move, true) || 0;
	battle.prng = generator;
	if (move.damage || move.damageCallback || move.willCrit) return damage;
	const stage = Math.min(4, Math.min(4, move.critRatio || 0) + (user.volatiles.focusenergy ? 2 : 0));
	return damage * (1 + 0.5 * CRIT[stage]);
}

function accuracy(user, foe, move) {
	if (move.ohko) return 30 + user.level - foe.level;
	if (move.accuracy === true) return 100;
	const stage = Math.max(-6, Math.min(6, user.boosts.accuracy - foe.boosts.evasion));
	return stage >= 0 ? move.accuracy * (3 + stage) / 3 : move.accuracy * 3 / (3 - stage);
}

function worth(battle, user, foe, id) {
	const move = battle.dex.getActiveMove(id);
	if (move.category === 'Status' || NEVER.has(id)) return 0;
	if (id === 'fakeout' && user.activeMoveActions > 0) return 0;
	if (id === 'dreameater' && foe.status !== 'slp') return 0;
	let value = strike(battle, user, foe, move);
	if (move.multihit) value *= Array.isArray(move.multihit) ? 3.1 : move.multihit;
	value *= Math.min(100, accuracy(user, foe, move)) / 100;
	if (move.flags.charge || move.flags.recharge) value /= 2;
	return move.selfdestruct && value < foe.hp ? value * 0.01 : value;
}

function greedy() {
	// What a choice depends on, so that it is worked out once (hp only where a move looks at it).
	const known = new Map();
	const looks = p => [p.species.id, p.types, p.status, Object.values(p.boosts), Object.keys(p.volatiles),
		Object.keys(p.side.sideConditions), p.activeMoveActions > 0].join(';');
	const watchesHp = new Set(['explosion', 'selfdestruct', 'superfang', 'fissure', 'guillotine', 'horndrill']);
	return (battle, user, foe) => {
		const moves = selectable(user);
		if (moves.length === 1) return moves[0];
		const hp = moves.some(move => watchesHp.has(move.id)) ? `${user.hp},${foe.hp}` : '';
		const key = `${moves.map(move => move.id)}|${looks(user)}|${looks(foe)}|${hp}`;
		if (!known.has(key)) {
			const values = moves.map(move => worth(battle, user, foe, move.id));
			known.set(key, values.indexOf(Math.max(...values)));
		}
		return moves[known.get(key)];
	};
}
const random = generator => (battle, user) => {
	const moves = selectable(user);
	return moves[generator.random(moves.length)];
};

function mega(set, pokemon) {
	const request = pokemon.side.activeRequest.active[0];
	if (set.mega === 'x' && request.canMegaEvoX) return ' megax';
	if (set.mega === 'y' && request.canMegaEvoY) return ' megay';
	return set.mega && request.canMegaEvo ? ' mega' : '';
}

function play(job, seed, choosers) {
	const battle = new QuietBattle({
		formatid: format.id, format, seed: seed.join(','), strictChoices: false,
		p1: {name: 'A', team: team(job.a)}, p2: {name: 'B', team: team(job.b)},
	});
	const [one, two] = battle.sides, turns = [];
	while (!battle.ended && battle.turn <= (job.maxTurns || 1000)) {
		const a = one.active[0], b = two.active[0];
		const first = choosers[0](battle, a, b), second = choosers[1](battle, b, a);
		if (job.trace) turns.push([a.hp, b.hp, first.id, second.id]);
		one.choose(`move ${first.number}${mega(job.a, a)}`);
		two.choose(`move ${second.number}${mega(job.b, b)}`);
		battle.commitChoices();
	}
	const outcome = {
		seed, turns, end: [one.pokemon[0].hp, two.pokemon[0].hp], length: battle.turn,
		winner: battle.ended ? battle.winner : '',
	};
	battle.destroy();
	return outcome;
}

function run(job) {
	const master = new PRNG((job.seed || [1, 2, 3, 4]).join(','));
	const words = () => [0, 0, 0, 0].map(() => master.random(65536));
	const chooser = job.policy === 'random' ? () => random(new PRNG(words().join(','))) : greedy;
	const choosers = [chooser(), chooser()];
	const result = {wins: 0, losses: 0, ties: 0, turns: 0};
	const started = process.cpuUsage();
	const battles = [];
	for (let i = 0; i < job.n; i++) {
		const outcome = play(job, job.seeds ? job.seeds[i] : words(), choosers);
		result[outcome.winner === 'A' ? 'wins' : outcome.winner === 'B' ? 'losses' : 'ties']++;
		result.turns += outcome.length;
		delete outcome.length;
		if (job.trace) battles.push(outcome);
	}
	const spent = process.cpuUsage(started);
	result.seconds = (spent.user + spent.system) / 1e6;
	return job.trace ? {...result, battles} : result;
}

module.exports = {QuietBattle, format, greedy, mega, random, selectable, team};

if (require.main === module) {
	readline.createInterface({input: process.stdin}).on('line', line => {
		if (line.trim()) process.stdout.write(JSON.stringify(run(JSON.parse(line))) + '\n');
	});
}
