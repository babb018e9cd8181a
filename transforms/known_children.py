"""By what a child is known again exactly: valid UPNs, a valid ULN, names with date of birth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

import pandas as pd

from schemas.contract import STRING
from schemas.names import joined, name_key
from schemas.rules.groups import held_uln, held_upn


def _uln(register: pd.DataFrame) -> pd.Series:
    nobody = pd.Series(pd.NA, index=register.index, dtype=STRING)
    return held_uln(register.get("uln", nobody))


@dataclass(frozen=True)
class Known:
    """By what each row's child can be known again: valid UPNs (now and former), ULN, names with date of birth."""

    upn: pd.Series
    former: pd.Series
    uln: pd.Series
    person: pd.Series

    @classmethod
    def of_pupils(cls, pupils: pd.DataFrame) -> Known:
        """Take them from pupils of the census."""
        names = joined(name_key(pupils["forename"]), name_key(pupils["surname"]), pupils["dob"])
        uln = held_uln(pupils["uniquelearnernumber"])
        return cls(held_upn(pupils["upn"]), held_upn(pupils["formerupn"]), uln, names)

    @classmethod
    def of_register(cls, register: pd.DataFrame) -> Known:
        """Take them from rows of a register; one that holds no ULN has none."""
        names = joined(name_key(register["forename"]), name_key(register["surname"]), register["date_of_birth"])
        return cls(held_upn(register["upn"]), held_upn(register["former_upn"]), _uln(register), names)

    @property
    def index(self) -> pd.Index:
        """Return the index of the rows."""
        return self.upn.index

    def _only(self, kept: pd.Series) -> Known:
        return Known(self.upn[kept], self.former[kept], self.uln[kept], self.person[kept])

    def without(self, found: pd.Series) -> Known:
        """Leave out the rows marked."""
        return self._only(~found)

    def stands_in(self, other: Known) -> pd.Series:
        """Mark rows whose child stands among the others."""
        upns = pd.concat([other.upn, other.former]).dropna()
        ways = [
            self.upn.isin(upns),
            self.former.isin(upns),
            self.uln.isin(other.uln.dropna()),
            self.person.isin(other.person.dropna()),
        ]
        return reduce(or_, (way.astype(bool) for way in ways))
