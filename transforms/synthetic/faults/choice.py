"""Choosing rows for faults: no pupil and no school has a part in two faults that could tell on one another."""

from __future__ import annotations

import numpy as np

from transforms.synthetic.draw import Flags, Ints
from transforms.synthetic.faults.plan import Ground, Plan
from transforms.synthetic.sheets import Key

WRITTEN, GENERATED = "written", "generated"  # pupils: of a fault of a file; of spoilt cells
_CHANGED, _DEPENDED, _ASKED = "schools changed", "schools that faults depend on", "schools with a fault of the return"


def choose(ground: Ground, plan: Plan, key: Key, fits: Flags, count: int) -> Ints:
    """Choose rows that fit, of pupils (or schools) who have no part in another fault yet, and mark them."""
    if not ground.is_pupils(key):
        return _choose_of_schools(ground, plan, key, fits, count)
    owner = ground.owner(key)
    busy = pupil_flags(ground, plan, WRITTEN) | pupil_flags(ground, plan, GENERATED) | _entangled(ground)
    chosen = _one_each(ground, np.flatnonzero(fits & ~busy[owner]), owner, count)
    pupil_flags(ground, plan, WRITTEN)[owner[chosen]] = True
    return chosen


def choose_cell(ground: Ground, plan: Plan, key: Key, fits: Flags, *, packed: bool = False) -> Ints:
    """Choose one row of a pupil whose single cell is spoilt; the pupil may have other spoilt cells, but no other fault.

    Best a pupil who has none yet, or (`packed`, where there are few pupils) one who has some.
    """
    owner = ground.owner(key)
    written, generated = pupil_flags(ground, plan, WRITTEN), pupil_flags(ground, plan, GENERATED)
    rows = np.flatnonzero(fits & ~(written | _entangled(ground))[owner])
    best = rows[generated[owner[rows]] if packed else ~generated[owner[rows]]]
    chosen = _drawn(ground, best if len(best) else rows, 1)
    generated[owner[chosen]] = True
    return chosen


def partner(ground: Ground, plan: Plan, key: Key, row: int, fits: Flags) -> int | None:
    """Choose another row of the same school and sheet that fits, and mark its pupil."""
    school = ground.school(key)
    found = choose(ground, plan, key, fits & (school == school[row]), 1)
    return int(found[0]) if len(found) else None


def pupil_flags(ground: Ground, plan: Plan, which: str) -> Flags:
    """Return which records of the rolls have a part in a fault."""
    return plan.flags(which, len(ground.authority.rolls))


def school_flags(ground: Ground, plan: Plan) -> Flags:
    """Return the schools whose own row has a fault, or on whose phase or type a pupil's fault depends."""
    return changed_schools(ground, plan) | depended_schools(ground, plan)


def changed_schools(ground: Ground, plan: Plan) -> Flags:
    """Return the schools whose own row has a fault."""
    return plan.flags(_CHANGED, len(ground.authority.schools))


def depended_schools(ground: Ground, plan: Plan) -> Flags:
    """Return the schools on whose phase or type another fault depends."""
    return plan.flags(_DEPENDED, len(ground.authority.schools))


def asked_schools(ground: Ground, plan: Plan) -> Flags:
    """Return the schools whose return as a whole has a fault."""
    return plan.flags(_ASKED, len(ground.authority.schools))


def _choose_of_schools(ground: Ground, plan: Plan, key: Key, fits: Flags, count: int) -> Ints:
    free = fits & ~plan.changed(key, np.arange(len(fits)))
    school = ground.school(key)
    if key[0] == "school":
        free &= ~school_flags(ground, plan)[school]
    chosen = _drawn(ground, np.flatnonzero(free), count)
    if key[0] == "school":
        changed_schools(ground, plan)[school[chosen]] = True
    return chosen


def _drawn(ground: Ground, rows: Ints, count: int) -> Ints:
    return rows[ground.rng.permutation(len(rows))[:count]]


def _one_each(ground: Ground, rows: Ints, owner: Ints, count: int) -> Ints:
    """Draw rows, one a pupil at most."""
    drawn = rows[ground.rng.permutation(len(rows))]
    _, first = np.unique(owner[drawn], return_index=True)
    return drawn[np.sort(first)[:count]]


def _entangled(ground: Ground) -> Flags:
    """Mark the pupils who stand on two rolls, or have had a temporary UPN: what is done to one row tells on another."""
    rolls = ground.authority.rolls
    return np.asarray(rolls.duplicated("child", keep=False) | rolls["has_temporary"])


def depend_on_school(ground: Ground, plan: Plan, key: Key, rows: Ints) -> None:
    """Mark the schools of chosen rows: what the school's own row says of it decides on their faults."""
    depended_schools(ground, plan)[ground.school(key)[rows]] = True
