"""Draws: seeded streams, and the rates, weights and roles of `schemas/synthetic`."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from schemas import _data
from schemas.errors import ContractBroken

# What an array holds, for the reader; numpy's stubs cannot follow whole-column arithmetic on days and texts.
Ints = npt.NDArray[Any]
Floats = npt.NDArray[Any]
Flags = npt.NDArray[Any]
Texts = npt.NDArray[Any]
Days = npt.NDArray[Any]


def stream(seed: int, *labels: str | int) -> np.random.Generator:
    """Return the random stream of one purpose: the same seed and labels always give the same draws."""
    return np.random.default_rng([seed, *(zlib.crc32(str(label).encode()) for label in labels)])


def table(name: str) -> pd.DataFrame:
    """Return one data file of `schemas/synthetic` as a frame of texts."""
    return pd.DataFrame(list(_data.rows(f"synthetic/{name}.csv")))


@cache
def _rates() -> dict[str, float]:
    return {row["name"]: float(row["value"]) for row in _data.rows("synthetic/rates.csv")}


def rate(name: str) -> float:
    """Return one rate of `rates.csv`, where its label and source stand."""
    return _rates()[name]


@cache
def _roles() -> dict[str, str]:
    return {row["role"]: row["code"] for row in _data.rows("synthetic/roles.csv")}


def role(name: str) -> str:
    """Return the code that plays a part in the making of the data (`roles.csv`)."""
    return _roles()[name]


def steady(numbers: Ints, seed: int, *labels: str | int) -> Floats:
    """Return one draw (0 to 1) for each number, whatever other numbers are asked with it: a child keeps its own."""
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for label in (seed, *labels):
        mixed = mixed ^ np.uint64(zlib.crc32(str(label).encode()))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) / 2.0**53)


def placed(draws: Floats, weights: Sequence[float] | Floats) -> Ints:
    """Turn draws of 0 to 1 into positions in proportion to weights."""
    bounds = np.cumsum(np.asarray(weights, dtype=float))
    return np.asarray(np.searchsorted(bounds, draws * bounds[-1], side="right").astype(np.int64))


def by_weight(rng: np.random.Generator, weights: Sequence[float] | Floats, count: int) -> Ints:
    """Draw positions in proportion to weights."""
    return placed(rng.random(count), weights)


def happens(rng: np.random.Generator, probability: float | Floats, count: int) -> Flags:
    """Draw true or false with a probability, one for all or one each."""
    return np.asarray(rng.random(count) < probability)


@cache
def _weights(field: str, who: str) -> tuple[tuple[str, float], ...]:
    found = tuple(
        (row["code"], float(row["weight"]))
        for row in _data.rows("synthetic/weights.csv")
        if row["field"] == field and row["who"] == who
    )
    if not found:
        raise ContractBroken(f"schemas/synthetic/weights.csv has no rows for {field}, {who}; add them.")
    return found


def codes_of(field: str, who: str) -> frozenset[str]:
    """Return the codes that a group's weights name."""
    return frozenset(code for code, _ in _weights(field, who))


def picked(draws: Floats, field: str, who: str, *, within: frozenset[str] | None = None) -> Texts:
    """Turn draws into codes of a field by the weights of a group, only codes that are in force (`within`)."""
    entries = [entry for entry in _weights(field, who) if within is None or entry[0] in within]
    if not entries:
        raise ContractBroken(f"No code that schemas/synthetic/weights.csv gives for {field}, {who} is in force.")
    codes = np.array([code for code, _ in entries], dtype=object)
    return np.asarray(codes[placed(draws, [weight for _, weight in entries])])


def pick(rng: np.random.Generator, field: str, who: str, count: int, *, within: frozenset[str] | None = None) -> Texts:
    """Draw codes of a field by the weights of a group."""
    return picked(rng.random(count), field, who, within=within)


def only(flags: Flags, values: npt.NDArray[Any]) -> Texts:
    """Keep a value where its flag is set, else none."""
    return np.where(flags, values.astype(object), np.array(None, dtype=object))
