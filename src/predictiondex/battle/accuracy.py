"""Whether a move reaches its target and hits it."""

from __future__ import annotations

from predictiondex.battle.compiled import kernel
from predictiondex.battle.conditions import has
from predictiondex.battle.layout import (
    DIG,
    FLY,
    LEVEL,
    MINIMIZE,
    SPEED,
    STAGE_ACC,
    STAGE_EVA,
    SURE_TOXIC,
    A,
    B,
)
from predictiondex.battle.moves import (
    ACCURACY,
    AT_SELF,
    CATEGORY,
    F_HITS_DIG,
    F_HITS_FLY,
    F_MINIMIZE,
    F_OHKO,
    FLAGS,
    STATUS_MOVE,
    TARGET,
    trait,
)
from predictiondex.battle.rng import roll


@kernel
def reaches(s, move, user, target):
    """Whether a target that digs or flies can be hit."""
    flags = trait(move, FLAGS)
    if has(s, user, SURE_TOXIC):
        return True
    if has(s, target, DIG) and not flags & F_HITS_DIG:
        return False
    return not has(s, target, FLY) or flags & F_HITS_FLY != 0


@kernel
def accuracy_ties(s, user, target):
    """Minimize of the target and Toxic of the user are asked in order of speed."""
    if has(s, target, MINIMIZE) and has(s, user, SURE_TOXIC) and s[A + SPEED] == s[B + SPEED]:
        roll(s, 2)


@kernel
def is_accurate(s, move, user, target):
    """Roll for accuracy; moves that never miss draw nothing."""
    accuracy = trait(move, ACCURACY)
    if trait(move, FLAGS) & F_OHKO:
        if s[user + LEVEL] < s[target + LEVEL]:
            return False
        accuracy = 30 + s[user + LEVEL] - s[target + LEVEL]
    elif accuracy != 0:
        accuracy = staged_accuracy(accuracy, s[user + STAGE_ACC], s[target + STAGE_EVA])
    if trait(move, TARGET) == AT_SELF and trait(move, CATEGORY) == STATUS_MOVE:
        return True
    accuracy_ties(s, user, target)
    if accuracy == 0 and trait(move, ACCURACY) == 0:
        return True
    if has(s, user, SURE_TOXIC) or (has(s, target, MINIMIZE) and trait(move, FLAGS) & F_MINIMIZE):
        return True
    return roll(s, 100) < accuracy


@kernel
def staged_accuracy(accuracy, accuracy_stage, evasion_stage):
    """Accuracy in per cent after both stages, rounded down."""
    stage = min(max(accuracy_stage - evasion_stage, -6), 6)
    return accuracy * (3 + stage) // 3 if stage >= 0 else accuracy * 3 // (3 - stage)
