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
    """Round each count on its own, as DfE does in its home education files."""

    method: Literal["round"]
    base: int = Field(ge=2)
    half: Literal["up"]
    audited: Literal[False]
    symbols: RoundedSymbols


class Unprotected(_Policy):
    """Show every count: inside the authority only."""

    method: Literal["none"]
    zone: Literal["local authority"]


Policy: TypeAlias = Suppress | Rounded | Unprotected

_POLICY: TypeAdapter[Policy] = TypeAdapter(Annotated[Suppress | Rounded | Unprotected, Field(discriminator="method")])


def policies(declared: Mapping[str, Any] | None = None) -> dict[str, Policy]:
    """Return the policies by name; `declared` is a council's own disclosure file in place of ours.

    Raises:
        UsageError: when the file has an unknown key, or lacks one.
    """
    profiles = (toml("disclosure.toml") if declared is None else declared).get("profiles", {})
    try:
        return {name: _POLICY.validate_python({"name": name, **profile}) for name, profile in profiles.items()}
    except ValidationError as fault:
        where = sorted({".".join(str(part) for part in error["loc"]) for error in fault.errors()})
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
