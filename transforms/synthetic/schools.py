"""The schools of the invented authority: kind, numbers, name, governance, and what they offer."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from schemas import _data
from schemas.errors import UsageError
from transforms.synthetic.draw import Flags, Ints, Texts, by_weight, rate, role, table
from transforms.synthetic.identifiers import numbered
from transforms.synthetic.scene import Scene

STAGES: Final = ("early", "primary", "secondary", "sixth", "special", "unit")
_FIRST_URN = 900_000  # beyond the URNs in use, so that no real school is meant
_TEXT = ("kind", "title", "phase", "intake", "gias_phase", "gias_phase_name")


def _kinds() -> pd.DataFrame:
    kinds = table("kinds")
    numbers = ("lowest_age", "highest_age", "stay_age", "band_first", "band_last", "first")
    return kinds.astype(dict.fromkeys(numbers, int) | dict.fromkeys(("share", "capacity", "academy_share"), float))


def counts_by_kind(count: int) -> Ints:
    """Share a number of schools among the kinds; small authorities have their first kinds only."""
    kinds = _kinds()
    share = np.where(kinds["first"] <= count, kinds["share"], 0.0)
    exact = share / share.sum() * count
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(-(exact - counts), kind="stable")[: count - counts.sum()]] += 1
    for missing in np.flatnonzero((kinds["first"] <= count) & (counts == 0)):
        counts[missing] += 1
        counts[counts.argmax()] -= 1
    return np.asarray(counts)


def schools_of(scene: Scene, count: int) -> pd.DataFrame:
    """Make the schools: one row each, the same in every collection."""
    if count < 1:
        raise UsageError("An authority needs at least one school; give --schools 1 or more.")
    kinds = _kinds()
    counts = counts_by_kind(count)
    room = kinds["band_last"] - kinds["band_first"] + 1
    if (counts > room).any():
        raise UsageError("There are not enough establishment numbers for that many schools; ask for fewer.")
    frame = kinds.loc[np.repeat(kinds.index, counts)].reset_index(drop=True)
    place = frame.groupby("kind").cumcount().to_numpy()
    step = np.maximum(1, room.to_numpy()[np.repeat(kinds.index, counts)] // np.repeat(counts, counts))
    estab = frame["band_first"].to_numpy() + place * step
    order = np.argsort(estab, kind="stable")
    rng = scene.lasting("schools", count)
    return _described(scene, frame.assign(estab=estab).iloc[order].reset_index(drop=True), rng)


def _described(scene: Scene, frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = len(frame)
    academy = rng.random(count) < frame["academy_share"].to_numpy()
    governances = [text.split(" ") for text in frame["governances"]]
    draws = rng.random(count)
    maintained = np.array([each[int(draw * len(each))] for each, draw in zip(governances, draws, strict=True)])
    stages = frame["stages"].str.split(" ")
    laestab = pd.Series(numbered(frame["estab"].to_numpy(), 4), dtype="str").radd(scene.la)
    made = frame[list(_TEXT)].assign(
        laestab=laestab,
        estab=frame["estab"],
        urn=numbered(_FIRST_URN + np.arange(count) + int(scene.la) * 50 % 40_000, 6),
        states_urn=rng.random(count) >= rate("school_without_urn"),
        is_academy=academy,
        governance=np.where(academy, role("academy"), maintained),
        type=np.where(academy, frame["academy_type"], frame["type"]),
        lowest_age=frame["lowest_age"],
        highest_age=frame["highest_age"],
        stay_age=frame["stay_age"],
        weight=frame["capacity"].to_numpy() * rng.lognormal(0.0, 0.3, count),
        poverty=np.clip(rng.lognormal(-0.08, 0.4, count), 0.25, 2.2),
        gias_type=frame["gias_type"],
        gias_type_name=frame["gias_type_name"],
        **{stage: np.array([stage in names for names in stages]) for stage in STAGES},
    )
    return _furnished(made, rng)


def _furnished(schools: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = len(schools)
    places = _data.rows("synthetic/places.csv")
    mainstream = (schools["primary"] | schools["secondary"]).to_numpy()
    return schools.assign(
        schoolname=_names(schools, rng),
        town=by_weight(rng, [float(row["weight"]) for row in places], count),
        software=rng.integers(0, len(_data.rows("synthetic/software.csv")), count),
        has_unit=mainstream & (rng.random(count) < rate("school_with_unit")),
        has_resource=mainstream & (rng.random(count) < rate("school_with_unit")),
        boards=_first_of(schools["special"].to_numpy()) | _first_of(schools["secondary"].to_numpy()),
        phone=pd.Series(numbered(np.arange(count) % 1000, 3), dtype="str").radd("020 7946 0"),
        email="office." + schools["laestab"] + "@schools.example.org",
    )


def _first_of(flags: Flags) -> Flags:
    return np.asarray(flags & (np.cumsum(flags) == 1))


def _names(schools: pd.DataFrame, rng: np.random.Generator) -> Texts:
    names = np.array([row["name"] for row in _data.rows("synthetic/school_names.csv")], dtype=object)
    order = rng.permutation(len(names))
    number = np.arange(len(schools))
    again = number // len(names)
    suffix = np.where(again > 0, np.array([f" {turn + 1}" for turn in again], dtype=object), "")
    return np.asarray(names[order[number % len(names)]] + suffix + " " + schools["title"].to_numpy(dtype=object))
