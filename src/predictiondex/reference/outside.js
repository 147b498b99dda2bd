'use strict';
// Lets a player outside this process fight on the reference engine, turn by turn.
//   node outside.js PACKAGE_FOLDER
// Lines in, lines out, strictly in turn:
//   in   {"a": SET, "b": SET, "seed": [four 16-bit words], "playerA", "playerB": "greedy" | "outside", "maxTurns"?}
//   out  {"ask": {side, turn, you: SEEN, foe: SEEN, moves: [{id, pp, disabled}]}}     as often as there is a choice
//   in   {"choose": move id}
//   out  {"end": {winner: "A" | "B" | "", turns, hp: [A, B], moves: [[moveA, moveB], ...]}}
// SEEN is what the screen shows: {species, hp_percent (the foe's in whole per cent), status, status_turns, boosts,
// conditions: [{name, turns, move?}], last_move}. Sets are those of play.js.
const readline = require('readline');
const {QuietBattle, format, greedy, mega, selectable, team} = require('./play.js');

const SHOWN = new Set([
	'bide', 'confusion', 'defensecurl', 'disable', 'encore', 'focusenergy', 'leechseed', 'lockedmove', 'minimize',
	'mustrecharge', 'partiallytrapped', 'rage', 'stall', 'substitute', 'taunt', 'twoturnmove', 'yawn',
	'reflect', 'lightscreen', 'mist',
]);
const OF_A_MOVE = new Set(['disable', 'encore', 'lockedmove', 'twoturnmove']);

// When each condition was first seen: a player who watches can count the turns.
class Memory {
	constructor() {
		this.began = new Map();
	}

	look(pokemon, turn) {
		const present = {...pokemon.side.sideConditions, ...pokemon.volatiles};
		for (const name of this.began.keys()) if (!present[name]) this.began.delete(name);
		for (const name of Object.keys(present)) if (!this.began.has(name)) this.began.set(name, turn);
		return Object.entries(present).filter(([name]) => SHOWN.has(name)).map(([name, state]) => ({
			name, turns: turn - this.began.get(name) + 1, ...(OF_A_MOVE.has(name) ? {move: state.move} : {}),
		}));
	}
}

function seen(pokemon, conditions, whole) {
	const share = 100 * pokemon.hp / pokemon.maxhp;
	const asleep = pokemon.status === 'slp';
	const slept = asleep ? (pokemon.statusState.startTime || 3) - pokemon.statusState.time : null;
	return {
		species: pokemon.species.id, hp_percent: whole ? Math.max(1, Math.round(share)) : share,
		status: pokemon.status || null,
		status_turns: asleep ? slept : pokemon.status === 'tox' ? pokemon.statusState.stage : null,
		boosts: pokemon.boosts, conditions, last_move: pokemon.lastMove ? pokemon.lastMove.id : null,
		transformed: pokemon.transformed,
	};
}

async function fight(job, lines) {
	const battle = new QuietBattle({
		formatid: format.id, format, seed: job.seed.join(','), strictChoices: false,
		p1: {name: 'A', team: team(job.a)}, p2: {name: 'B', team: team(job.b)},
	});
	const memories = [new Memory(), new Memory()];
	const choosers = [greedy(), greedy()];
	const outside = [job.playerA === 'outside', job.playerB === 'outside'];
	const sets = [job.a, job.b], moves = [];
	while (!battle.ended && battle.turn <= (job.maxTurns || 1000)) {
		const active = battle.sides.map(side => side.active[0]);
		const conditions = active.map((pokemon, at) => memories[at].look(pokemon, battle.turn - 1));
		const chosen = [];
		for (const at of [0, 1]) {
			const [own, foe] = [active[at], active[1 - at]];
			const free = selectable(own);
			let move = free.length === 1 ? free[0] : null;
			if (!move && outside[at]) {
				const slots = own.moveSlots.map(({id, pp, disabled}) => ({id, pp, disabled: !!disabled}));
				const ask = {
					side: 'AB'[at], turn: battle.turn, moves: slots, free: free.map(({id}) => id),
					you: seen(own, conditions[at], false), foe: seen(foe, conditions[1 - at], true),
				};
				process.stdout.write(JSON.stringify({ask}) + '\n');
				const {value, done} = await lines.next();
				if (done) process.exit(0);
				const {choose} = JSON.parse(value);
				move = free.find(({id}) => id === choose);
				if (!move) {
					process.stdout.write(JSON.stringify({error: `${choose} cannot be chosen`}) + '\n');
					process.exit(1);
				}
			}
			chosen.push(move || choosers[at](battle, own, foe));
		}
		moves.push(chosen.map(({id}) => id));
		battle.sides.forEach((side, at) => side.choose(`move ${chosen[at].number}${mega(sets[at], active[at])}`));
		battle.commitChoices();
	}
	const end = {
		winner: battle.ended ? battle.winner : '', turns: battle.turn, moves,
		hp: battle.sides.map(side => side.pokemon[0].hp),
	};
	battle.destroy();
	return end;
}

(async () => {
	const lines = readline.createInterface({input: process.stdin})[Symbol.asyncIterator]();
	for (let next = await lines.next(); !next.done; next = await lines.next()) {
		if (next.value.trim()) process.stdout.write(JSON.stringify({end: await fight(JSON.parse(next.value), lines)}) + '\n');
	}
})();
