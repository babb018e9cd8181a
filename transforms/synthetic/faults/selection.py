"""Who fits a fault: the conditions of the `who` columns, words that must all hold.

`filled`, `empty`: the faulty field has a value, or none; `filled:eligibilitycode`: another field has. `aged:5-15`: age
on 31 August. `senprovision=K|E`, `senprovision!=N`: of the row's own field, or its pupil's. `with:senneeds`,
`without:senneeds`: the pupil has rows of another table, or none. `rows:1`: the pupil has one of this table. `sub:2`:
it is the pupil's second. `phase:PS|NS`, `type:18`, `academy`, `maintained`: of the school. The words of single rules
are in `circumstances.py` and `placements.py`.
"""

from __future__ import annotations

import numpy as np

from transforms.synthetic.draw import Flags
from transforms.synthetic.faults.circumstances import CIRCUMSTANCES
from transforms.synthetic.faults.facts import FACTS, texts_of
from transforms.synthetic.faults.placements import PLACEMENTS
from transforms.synthetic.faults.plan import Ground
from transforms.synthetic.sheets import Key


def fitting(ground: Ground, key: Key, who: str, column: str) -> Flags:
    """Return which rows of a sheet fit all conditions."""
    fits: Flags = np.ones(len(ground.sheet(key)), dtype=bool)
    for word in who.split():
        if (
            fits.any()
        ):  # a word may ask for a table that the collection does not hold, after one that asks whether it does
            fits &= _holds(ground, key, word, column)
    return fits


def _holds(ground: Ground, key: Key, word: str, column: str) -> Flags:
    if "=" in word:
        name, wanted = word.replace("!=", "=").split("=")
        equal = np.isin(texts_of(ground, key, name), wanted.split("|"))
        return ~equal if "!=" in word else equal
    name, _, argument = word.partition(":")
    return np.asarray({**FACTS, **CIRCUMSTANCES, **PLACEMENTS}[name](ground, key, argument or column))


def of_school(who: str) -> bool:
    """Say whether a condition asks what the school is (its phase or type)."""
    return any(word.partition(":")[0] in ("phase", "type", "academy", "maintained") for word in who.split())
