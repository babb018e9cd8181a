"""Disclosure policies: how counts are protected before anybody outside sees them (data in disclosure.toml)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from schemas._data import toml
from schemas.errors import UsageError


class _Closed(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Policy(_Closed):
    """What every policy states of itself."""

    name: str
    label: Literal["our policy", "sourced", "inferred", "unverified"]
    source: str = Field(min_length=1)
    date: dt.date


class HiddenSymbols(_Closed):
    """The symbol of a count that is not shown, whatever the reason."""

    hidden: str = Field(min_length=1)


class InformationLoss(_Closed):
    """What hiding a cell costs, relative to an ordinary count of one school."""

    total: PositiveFloat
    local_authority: PositiveFloat
    headline: PositiveFloat
    zero: PositiveFloat
    headline_topics: tuple[str, ...] = Field(strict=False)  # TOML has lists only


class Differences(_Closed):
    """What somebody may subtract a publication from who knows that so many children moved between the two.

    `terms` says how many terms before and after are compared, `republished` whether earlier publications of the same
    term are, and `beside_dfe` what of DfE's own tables, which leave no objector out, is taken to be known: nothing,
    those of a school, or those of the whole authority too. `known` are the topics of which nothing is told: whoever
    knows that a child moved knows them.
    """

    label: Literal["our policy"]
    source: str = Field(min_length=1)
    movement: PositiveInt
    terms: int = Field(ge=0)
    republished: bool
    beside_dfe: Literal["nothing", "school", "authority"]
    known: tuple[str, ...] = Field(strict=False)  # TOML has lists only


class AlwaysShown(_Closed):
    """Counts that are never hidden to protect others: a topic at a geography. What is small is hidden all the same."""

    geography: Literal["Local authority", "School"]
    topic: str = Field(min_length=1)


class Suppress(_Policy):
    """Hide small counts, and as many others as it takes that no hidden count follows from what is shown."""

    method: Literal["suppress"]
    threshold: int = Field(ge=2)
    zeros_shown: bool
    minimum_width: PositiveInt
    small_group: int = Field(ge=0)
    remainders_known: bool
    symbols: HiddenSymbols
    information_loss: InformationLoss
    always_shown: tuple[AlwaysShown, ...] = Field(default=(), strict=False)  # TOML has lists only
    differences: Differences | None = None

    @model_validator(mode="after")
    def _a_small_total_can_be_wide(self) -> Self:
        """Refuse a small group so small that a hidden total of one could never span the minimum width."""
        if 0 < self.small_group < self.minimum_width + 2:
            raise ValueError("small_group must be 0 or at least minimum_width + 2")
        return self


class RoundedSymbols(_Closed):
    """The symbols of rounded counts."""

    rounds_to_zero: str = Field(min_length=1)
    not_available: str = Field(min_length=1)


class Rounded(_Policy):
    """Round each count on its own to the nearest base, half up, as DfE does in its home education files.

    With `claims` the audit is the gate: what rounding alone would give away is not available. Without, the audit only
    tells how many counts could be worked out, exactly or to within less than `minimum_width`. Shares of a
    whole below `percent_low_below` per cent are said to round to 0.
    """

    method: Literal["round"]
    base: int = Field(ge=5)  # under 5 no two counts round to 0 without being 0, so each of them would be told
    half: Literal["up"]
    claims: bool
    minimum_width: PositiveInt
    percent_low_below: int = Field(default=0, ge=0)
    symbols: RoundedSymbols

    @property
    def most_low(self) -> int:
        """Return the largest count that rounds to 0."""
        return (self.base - 1) // 2

    @model_validator(mode="after")
    def _low_can_be_wide(self) -> Self:
        """Refuse a width that the counts which round to 0 could never have."""
        if self.minimum_width > self.most_low - 1:
            raise ValueError("minimum_width must leave room between 1 and the largest count that rounds to 0")
        return self


class ChangedSymbols(_Closed):
    """The symbol of what is not told of changed counts: amounts."""

    not_available: str = Field(min_length=1)


class SmallCounts(_Policy):
    """Change counts so that every one below the base becomes 0 or the base, and all totals are the sums of their parts.

    Published counts are not the true ones. The audit proves that what stays possible for each count that was small
    spans at least `minimum_width`.
    """

    method: Literal["small counts"]
    base: int = Field(ge=3)
    claims: Literal[True]
    minimum_width: PositiveInt
    symbols: ChangedSymbols

    @model_validator(mode="after")
    def _zero_can_be_wide(self) -> Self:
        """Refuse a width that a count published as 0 could never have."""
        if self.minimum_width > self.base - 1:
            raise ValueError("minimum_width must be less than the base")
        return self


class Unprotected(_Policy):
    """Show every count: inside the authority only."""

    method: Literal["none"]
    zone: Literal["local authority"]


Policy: TypeAlias = Suppress | Rounded | SmallCounts | Unprotected

_POLICY: TypeAdapter[Policy] = TypeAdapter(
    Annotated[Suppress | Rounded | SmallCounts | Unprotected, Field(discriminator="method")]
)


def policies(declared: Mapping[str, Any] | None = None) -> dict[str, Policy]:
    """Return the policies by name; `declared` is a council's own disclosure file in place of ours.

    Raises:
        UsageError: when the file has an unknown key, or lacks one.
    """
    profiles = (toml("disclosure.toml") if declared is None else declared).get("profiles", {})
    return {name: _policy(name, profile) for name, profile in profiles.items()}


def _policy(name: str, profile: Mapping[str, Any]) -> Policy:
    try:
        return _POLICY.validate_python({"name": name, **profile})
    except ValidationError as fault:
        # What pydantic names first is the method.
        where = sorted({".".join([name, *map(str, error["loc"][1:])]) for error in fault.errors()})
        raise UsageError(f"disclosure.toml cannot be followed at {', '.join(where)}; correct it.") from None


def policy(name: str, *, declared: Mapping[str, Any] | None = None) -> Policy:
    """Return one policy.

    Raises:
        UsageError: when no policy has that name.
    """
    known = policies(declared)
    if name not in known:
        raise UsageError(f"There is no disclosure profile {name}; choose one of {', '.join(sorted(known))}.")
    return known[name]
