"""Local authorities in DfE's geography: codes, names and regions (schemas/la_codes.csv)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

from schemas import _data
from schemas.errors import UsageError


@dataclass(frozen=True)
class Geography:
    """One authority with its region and country, under the column names of DfE's data standard."""

    country_code: str
    country_name: str
    region_code: str
    region_name: str
    old_la_code: str
    new_la_code: str
    la_name: str

    def columns(self) -> dict[str, str]:
        """Return column → value, in the standard's order."""
        return asdict(self)


@cache
def geography_of(la: str) -> Geography:
    """Return the geography of one authority by its three-digit number.

    Raises:
        UsageError: when no current authority has that number.
    """
    for row in _data.rows("la_codes.csv"):
        if row["la"] == la:
            stated = {name: row[name] for name in Geography.__dataclass_fields__ if name != "old_la_code"}
            return Geography(old_la_code=la, **stated)
    raise UsageError(f"No current local authority has the number {la}; give one of schemas/la_codes.csv with --la.")
