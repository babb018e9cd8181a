"""The plan: which cells of which files are changed, and which findings must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Flags, Ints, Texts
from transforms.synthetic.sheets import Key, Sheet

Kind = Literal["planted", "knock-on"]
ANSWER_COLUMNS = (
    "rule", "laestab", "upn", "child_id", "table", "roll", "record", "sub_record", "field", "kind",
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One change of a finished file: a cell set to a text or removed, or a row of a table removed whole."""

    key: Key
    row: int
    column: str
    text: str | None
    whole_row: bool = False


@dataclass(frozen=True)
class Expected:
    """One finding that must be made of one row."""

    rule: str
    key: Key
    row: int
    column: str
    kind: Kind


@dataclass
class Plan:
    """Edits and expected findings, and which pupils have a part in one already."""

    edits: list[Edit] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    used: dict[str, Flags] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """The authority as the planter sees it: sheets, and for each row of a sheet its pupil's row in the rolls."""

    authority: SyntheticAuthority
    pupils: Mapping[str, Ints]
    rng: np.random.Generator

    def sheet(self, key: Key) -> Sheet:
        """Return a sheet."""
        return self.authority.sheets[key]

    def owner(self, key: Key) -> Ints:
        """Return for each row of a pupil-level sheet the pupil's row in the rolls."""
        sheet = self.sheet(key)
        if sheet.table.name == "pupils":
            return self.pupils[key[1]]
        return self.owner((sheet.table.definition.parent, key[1]))[sheet.parent]

    def values(self, key: Key, column: str) -> Texts:
        """Return the made values of a column."""
        return self.sheet(key).columns[column].to_numpy(object)


def ground_of(authority: SyntheticAuthority) -> Ground:
    """Look at an authority with a planter's eyes."""
    on_roll = authority.rolls["is_on_roll"].to_numpy()
    pupils = {"on": np.flatnonzero(on_roll), "off": np.flatnonzero(~on_roll)}
    return Ground(authority, pupils, authority.scene.rng("faults"))


def choose(ground: Ground, plan: Plan, key: Key, fits: Flags, count: int) -> Ints:
    """Choose rows that fit, of pupils who have no part in another fault yet, and mark their pupils."""
    if ground.sheet(key).table.definition.level != "pupil":
        return _drawn(ground, np.flatnonzero(fits), count)
    owner = ground.owner(key)
    busy = _flags(plan, "written", ground) | _flags(plan, "generated", ground) | _entangled(ground)
    chosen = _one_each(ground, np.flatnonzero(fits & ~busy[owner]), owner, count)
    _flags(plan, "written", ground)[owner[chosen]] = True
    return chosen


def choose_cell(ground: Ground, plan: Plan, key: Key, fits: Flags) -> Ints:
    """Choose one row whose single cell is spoilt; its pupil may have other spoilt cells, but no other fault."""
    if ground.sheet(key).table.definition.level != "pupil":
        return _drawn(ground, np.flatnonzero(fits), 1)
    owner = ground.owner(key)
    written, generated = _flags(plan, "written", ground), _flags(plan, "generated", ground)
    rows = np.flatnonzero(fits & ~written[owner])
    fresh = rows[~generated[owner[rows]]]
    chosen = _drawn(ground, fresh if len(fresh) else rows, 1)
    generated[owner[chosen]] = True
    return chosen


def _drawn(ground: Ground, rows: Ints, count: int) -> Ints:
    return rows[ground.rng.permutation(len(rows))[:count]]


def _one_each(ground: Ground, rows: Ints, owner: Ints, count: int) -> Ints:
    """Draw rows, one a pupil at most."""
    drawn = rows[ground.rng.permutation(len(rows))]
    _, first = np.unique(owner[drawn], return_index=True)
    return drawn[np.sort(first)[:count]]


def _flags(plan: Plan, which: str, ground: Ground) -> Flags:
    return plan.used.setdefault(which, np.zeros(len(ground.authority.rolls), dtype=bool))


def _entangled(ground: Ground) -> Flags:
    """Mark the pupils who stand on two rolls, or have had a temporary UPN: what is done to one row tells on another."""
    rolls = ground.authority.rolls
    return np.asarray(rolls.duplicated("child", keep=False) | rolls["has_temporary"])


def partner(ground: Ground, plan: Plan, key: Key, row: int, fits: Flags) -> int | None:
    """Choose another row of the same school and sheet that fits, and mark its pupil."""
    school = ground.sheet(key).places["school"].to_numpy()
    found = choose(ground, plan, key, fits & (school == school[row]), 1)
    return int(found[0]) if len(found) else None
