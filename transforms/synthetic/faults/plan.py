"""The plan: which cells and rows of which files are changed, and which findings must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Flags, Ints, Texts
from transforms.synthetic.sheets import Key, Sheet

Kind = Literal["planted", "knock-on"]
PREVIOUS = "previous"  # what a finding needs that compares with the collection before
ANSWER_COLUMNS = (
    "rule", "laestab", "upn", "child_id", "table", "roll", "record", "sub_record", "field", "kind",
    "needs",
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
class Addition:
    """One row more: a copy of a row, with some cells changed, last under a row of the table above."""

    key: Key
    row: int
    below: int
    cells: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Expected:
    """One finding that must be made of one row, or of the one that was added last for that row's pupil (`added`).

    `needs` says what must be known beside the returns: nothing, or the collection before.
    """

    rule: str
    key: Key
    row: int
    column: str
    kind: Kind
    added: bool = False
    needs: str = ""


@dataclass
class Plan:
    """Changes and expected findings, and which pupils and schools have a part in one already."""

    edits: list[Edit] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    used: dict[str, Flags] = field(default_factory=dict)

    def flags(self, which: str, count: int) -> Flags:
        """Return the marks of one kind: a flag for each record of the rolls, or each school."""
        return self.used.setdefault(which, np.zeros(count, dtype=bool))

    def spoilt(self, key: Key, column: str, count: int) -> Flags:
        """Say which of the rows of a sheet have this very cell changed already."""
        return np.isin(np.arange(count), [edit.row for edit in self.edits if edit.key == key and edit.column == column])

    def removed(self, key: Key, count: int) -> Flags:
        """Say which of the rows of a sheet are removed whole."""
        return np.isin(np.arange(count), [edit.row for edit in self.edits if edit.key == key and edit.whole_row])

    def changed(self, key: Key, rows: Ints) -> Flags:
        """Say which rows of a sheet have a change already."""
        return np.isin(rows, [edit.row for edit in self.edits if edit.key == key])


@dataclass(frozen=True)
class Ground:
    """The authority as the planter sees it: sheets, and for each row of a sheet its pupil's row in the rolls."""

    authority: SyntheticAuthority
    pupils: Mapping[str, Ints]
    rng: np.random.Generator
    previous: SyntheticAuthority | None = None

    def sheet(self, key: Key) -> Sheet:
        """Return a sheet."""
        return self.authority.sheets[key]

    def holds(self, key: Key, column: str) -> bool:
        """Say whether the collection holds a column of a table and roll."""
        return key in self.authority.sheets and column in self.sheet(key).columns

    def of_pupil(self, key: Key) -> Ints:
        """Return for each row of a pupil-level sheet the pupil's row in the sheet of pupils."""
        sheet = self.sheet(key)
        if sheet.table.name == "pupils":
            return np.arange(len(sheet))
        return self.of_pupil((sheet.table.definition.parent, key[1]))[sheet.parent]

    def owner(self, key: Key) -> Ints:
        """Return for each row of a pupil-level sheet the pupil's row in the rolls."""
        return self.pupils[key[1]][self.of_pupil(key)]

    def school(self, key: Key) -> Ints:
        """Return for each row of a sheet its school's row in the schools."""
        return self.sheet(key).places["school"].to_numpy()

    def is_pupils(self, key: Key) -> bool:
        """Say whether the rows of a sheet belong to pupils, not to a school."""
        return self.sheet(key).table.definition.level == "pupil"

    def rolls(self, key: Key, *columns: str) -> pd.DataFrame:
        """Return for each row of a pupil-level sheet columns of its pupil's row of the rolls."""
        return self.authority.rolls[list(columns)].take(self.owner(key))

    def values(self, key: Key, column: str) -> Texts:
        """Return the made values of a column."""
        return self.sheet(key).columns[column].to_numpy(object)


def ground_of(authority: SyntheticAuthority, previous: SyntheticAuthority | None = None) -> Ground:
    """Look at an authority, and at itself in the collection before, with a planter's eyes."""
    on_roll = authority.rolls["is_on_roll"].to_numpy()
    pupils = {"on": np.flatnonzero(on_roll), "off": np.flatnonzero(~on_roll)}
    return Ground(authority, pupils, authority.scene.rng("faults"), previous)
