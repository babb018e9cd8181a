"""Fuzzy linking as data: what is compared, what each agreement weighs, where the thresholds lie (`linkage.toml`)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas._data import toml
from schemas.errors import UsageError

#: The two searches: register children against pupils, and pupils under two UPNs.
Searches: TypeAlias = Literal["register", "two_upns"]
REGISTER: Searches = "register"
TWO_UPNS: Searches = "two_upns"
OTHERWISE = "else"
_ROUNDING = 1e-6


class _Closed(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(_Closed):
    """One level of agreement; without `m` and `u` something is missing and the level weighs nothing."""

    name: str = Field(min_length=1)
    sql: str = Field(min_length=1)
    m: float | None = Field(default=None, gt=0, lt=1)
    u: float | None = Field(default=None, gt=0, lt=1)
    supports: bool = False
    reason: str = Field(min_length=1)

    @property
    def weight(self) -> float:
        """Return what the level adds to a pair's match weight."""
        return 0.0 if self.m is None or self.u is None else math.log2(self.m / self.u)


class Comparison(_Closed):
    """One item that is compared, with its levels from the surest to "else"."""

    item: str = Field(pattern=r"^[a-z][a-z_]*$")
    levels: tuple[Level, ...] = Field(min_length=3)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the levels in the order in which they are tried."""
        return tuple(level.name for level in self.levels)

    @property
    def supporting(self) -> frozenset[str]:
        """Return the levels that speak for one child."""
        return frozenset(level.name for level in self.levels if level.supports)

    @model_validator(mode="after")
    def _levels_cover_every_pair(self) -> Self:
        missing, *weighed = self.levels
        if missing.m is not None or any(level.m is None or level.u is None for level in weighed):
            raise ValueError("the first level is for what is missing, every other one has m and u")
        if [level.sql for level in self.levels].index(OTHERWISE) != len(self.levels) - 1:
            raise ValueError(f"the last level, and no other, is {OTHERWISE!r}")
        for kind in ("m", "u"):
            if abs(sum(getattr(level, kind) for level in weighed) - 1) > _ROUNDING:
                raise ValueError(f"the {kind} of a comparison add up to 1")
        return self


class Search(_Closed):
    """One search for pairs: prior, candidates and thresholds; without `automatic` every pair is for review."""

    about: str
    prior: float = Field(gt=0, lt=1)
    prior_reason: str = Field(min_length=1)
    blocking: tuple[tuple[str, ...], ...] = Field(min_length=1)
    most_alike: int = Field(ge=2)
    needs: tuple[str, ...]
    never_without: tuple[str, ...]
    automatic: float | None = None
    automatic_reason: str = ""
    review: float
    review_reason: str = Field(min_length=1)
    margin: float = Field(default=1.0, gt=0)
    margin_reason: str = ""

    @model_validator(mode="after")
    def _thresholds_in_order(self) -> Self:
        if self.automatic is not None and self.automatic < self.review:
            raise ValueError("automatic is not below review")
        return self


class Engine(_Closed):
    """What the search may use of the machine."""

    threads: int = Field(ge=1)
    memory: str = Field(pattern=r"^[1-9]\d*[MG]B$")


class Linkage(_Closed):
    """The whole of fuzzy linking."""

    label: Literal["set by us, measured on synthetic data"]
    source: str = Field(min_length=1)
    date: dt.date
    sexes: Mapping[str, str]
    engine: Engine
    comparisons: tuple[Comparison, ...] = Field(min_length=1)
    searches: Mapping[Searches, Search]

    def comparison(self, item: str) -> Comparison:
        """Return the comparison of one item."""
        return next(each for each in self.comparisons if each.item == item)

    @model_validator(mode="after")
    def _searches_name_items_compared(self) -> Self:
        items = {each.item for each in self.comparisons}
        for search in self.searches.values():
            if strangers := {*search.needs, *search.never_without} - items:
                raise ValueError(f"no comparison of {', '.join(sorted(strangers))}")
        return self


def linkage_from(declared: Mapping[str, Any]) -> Linkage:
    """Return fuzzy linking as a file declares it.

    Raises:
        UsageError: when the file has an unknown key, lacks one, or its weights cannot be.
    """
    try:
        return Linkage.model_validate(declared)
    except ValidationError as fault:
        where = sorted({".".join(str(part) for part in error["loc"]) for error in fault.errors()})
        raise UsageError(f"linkage.toml cannot be followed at {', '.join(where)}; correct it.") from None


@cache
def linkage() -> Linkage:
    """Return fuzzy linking as shipped."""
    return linkage_from(toml("linkage.toml"))
