"""The race: a battle worked out by chances instead of played.

Two Pokémon strike each other until one is down. A *scene* is a pair of plights (status, stages and the
like, :mod:`plights`); for each scene the race keeps how likely it is and, for each side, how likely each
number of hp is. Turn by turn it moves these chances on: order of moves, accuracy, critical hits, damage
rolls, number of hits, recoil, drain, charging, secondary effects, damage at the end of the turn. What makes
it quick and what makes it inexact is one assumption: within a scene the hp of one side tells nothing about
the other's. The model learns what that leaves over.

Rules are asked of the battle kernel: what a move does (:mod:`strikes`), what greedy prefers, who is faster.
"""
