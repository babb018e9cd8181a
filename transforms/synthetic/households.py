"""Households: surname, background, address and income; siblings and twins share one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from schemas import _data
from transforms.synthetic.draw import Floats, Ints, Texts, by_weight, happens, only, placed, rate, table
from transforms.synthetic.identifiers import numbered
from transforms.synthetic.scene import NEVER, Scene

_INWARD = np.array(list("ABDEFGHJLNPQRSTUWXYZ"), dtype=object)
_UPRN_BASE = 990_000_000_000
_SEATS = 10**6
_NAMED = {"surnames": "surname", "forenames": "forename", "languages": "code"}


def households_of(scene: Scene, schools: pd.DataFrame, cohort: int, count: int) -> pd.DataFrame:
    """Make the households that are first met in one birth cohort; one row each."""
    rng = scene.lasting("households", cohort)
    groups = table("ethnicities")
    drawn = by_weight(rng, groups["percent"].astype(float).to_numpy(), count)
    origin = groups["origin"].to_numpy(dtype=object)[drawn]
    english = happens(rng, groups["english_first"].astype(float).to_numpy()[drawn], count)
    primary = _place(schools, "primary", rng, count)
    known = primary >= 0
    poverty = np.where(known, schools["poverty"].to_numpy()[primary], 1.0)
    income = groups["free_meals"].astype(float).to_numpy()
    share = income / np.average(income, weights=groups["percent"].astype(float)) * rate("free_meals")
    return pd.DataFrame(
        {
            "surname": by_origin(rng, "surnames", origin),
            "origin": origin,
            "ethnicity": groups["code"].to_numpy(dtype=object)[drawn],
            "language": by_origin(rng, "languages", np.where(english, "english_first", origin)),
            "is_poor": happens(rng, np.clip(share[drawn] * poverty, 0, rate("poorest")), count),
            "is_service": happens(rng, rate("service_child"), count),
            "primary": primary,
            "secondary": _place(schools, "secondary", rng, count),
            **_meals(rng, count),
            **_address(rng, count, cohort),
        }
    )


def _place(schools: pd.DataFrame, stage: str, rng: np.random.Generator, count: int) -> Ints:
    """Draw a school of a stage for each household by size, or -1 where the authority has none."""
    weights = np.where(schools[stage], schools["weight"], 0.0)
    return by_weight(rng, weights, count) if weights.any() else np.full(count, -1, dtype=np.int64)


def by_origin(rng: np.random.Generator, file: str, origin: Texts, *, sex: str = "") -> Texts:
    """Draw names or languages for people by their origin; of forenames, those of a sex."""
    draws, drawn = rng.random(len(origin)), np.empty(len(origin), dtype=object)
    for group, (names, weights) in _groups(file, sex).items():
        rows = np.flatnonzero(origin == group)
        drawn[rows] = names[placed(draws[rows], weights)]
    return drawn


@cache
def _groups(file: str, sex: str) -> dict[str, tuple[Texts, Floats]]:
    """Return the names of each origin with their weights."""
    found: dict[str, list[tuple[str, float]]] = {}
    for row in _data.rows(f"synthetic/{file}.csv"):
        if not sex or row["sex"] == sex:
            found.setdefault(row["origin"], []).append((row[_NAMED[file]], float(row["weight"])))
    return {
        group: (np.array([name for name, _ in rows], dtype=object), np.array([weight for _, weight in rows]))
        for group, rows in found.items()
    }


def _meals(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Draw when a poor household became eligible for free meals, and when some ceased to be."""
    since = np.datetime64("2017-09-04", "D") + (rng.random(count) ** 3 * 3600).astype("timedelta64[D]")
    ends = happens(rng, rate("meals_end"), count)
    until = np.where(ends, since + (200 + rng.integers(0, 2500, count)).astype("timedelta64[D]"), NEVER)
    return {"meals_since": since, "meals_until": until}


def _address(rng: np.random.Generator, count: int, cohort: int) -> dict[str, np.ndarray]:
    places = _data.rows("synthetic/places.csv")
    streets = np.array([row["street"] for row in _data.rows("synthetic/streets.csv")], dtype=object)
    town = by_weight(rng, [float(row["weight"]) for row in places], count)
    street = rng.integers(0, len(streets), count)
    house = rng.integers(1, 180, count)
    sector, unit = street % 9 + 1, (street * 7 + house // 20) % len(_INWARD) ** 2
    flat = "Flat " + rng.integers(1, 30, count).astype(str).astype(object)
    outcode = np.array([row["outcode"] for row in places], dtype=object)[town]
    inward = numbered(sector, 1) + _INWARD[unit // len(_INWARD)] + _INWARD[unit % len(_INWARD)]
    return {
        "house": house.astype(str).astype(object),
        "flat": only(happens(rng, rate("lives_in_flat"), count), flat),
        "street": streets[street],
        "town": np.array([row["town"] for row in places], dtype=object)[town],
        "postcode": outcode + " " + inward,
        "uprn": numbered(_UPRN_BASE + (cohort % 100) * _SEATS + np.arange(count), 12),
    }
