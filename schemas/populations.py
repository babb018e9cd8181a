"""Who and what is counted in the published tables (schemas/populations.toml), and how populations add up."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from schemas import _data
from schemas.errors import ContractBroken


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Population(_Declared):
    """Those counted under one name."""

    id: str
    counts: str
    label: str
    source: str


class Amount(Population):
    """What is added up over the people of a population, at least 1 for each of them."""

    follows: str


class Across(_Declared):
    """A population that is the sum of others, in every place and item."""

    whole: str
    parts: tuple[str, ...]


class Within(_Declared):
    """A population whose members all belong to another: what is said of a few of that is said of each."""

    part: str
    of: str


@cache
def populations() -> dict[str, Population]:
    """Return every population by its id."""
    return {each["id"]: Population.model_validate(each) for each in _data.toml("populations.toml")["population"]}


@cache
def amounts() -> dict[str, Amount]:
    """Return every amount by its id."""
    return {each["id"]: Amount.model_validate(each) for each in _data.toml("populations.toml")["amount"]}


@cache
def across() -> tuple[Across, ...]:
    """Return the populations that are sums of others, wholes before their parts."""
    return tuple(Across.model_validate(each) for each in _data.toml("populations.toml")["across"])


@cache
def within() -> tuple[Within, ...]:
    """Return the populations whose members belong to others."""
    return tuple(Within.model_validate(each) for each in _data.toml("populations.toml")["within"])


def hidden_with(figure: str) -> str:
    """Return the population whose pattern of hidden counts a figure has.

    Raises:
        ContractBroken: when populations.toml declares no such figure.
    """
    if figure in amounts():
        return amounts()[figure].follows
    if figure not in populations():
        raise ContractBroken(f"schemas/populations.toml declares no {figure}; add it or mend the name.")
    return figure
