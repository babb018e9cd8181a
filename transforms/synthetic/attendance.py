"""Attendance: sessions by code in the return's windows, by school phase, income and the child's habit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from transforms.synthetic.draw import Days, Flags, Floats, Ints, rate, role
from transforms.synthetic.made import Made, made
from transforms.synthetic.scene import Scene

_YOUNGEST, _OLDEST = 4, 15  # 2400, 2470: attendance of pupils aged 4 to 15 on 31 August who do not board
_MOST_ABSENT = 0.85
_UNTIL_LEFT = 6  # sessions from a permanent exclusion until the pupil leaves the roll


@dataclass(frozen=True)
class Window:
    """One attendance window: its days, its school days, and the names of its table and columns."""

    table: str
    prefix: str
    first: np.datetime64
    last: np.datetime64
    school_days: int


@dataclass(frozen=True)
class Attendance:
    """The details of one window, and what the pupil's record says of it."""

    details: Made
    pupil: pd.DataFrame


def windows(scene: Scene) -> tuple[Window, ...]:
    """Return the windows whose attendance the collection carries."""
    days, row = scene.calendar, _days(scene)
    first = Window("termlysessiondetails", "termlysessions", scene.term_first, _day(days.attendance_last), row[0])
    if days.half_term_first is None:
        return (first,)
    second = ("summerhalfterm2sessiondetails", "summerhalfterm2sessions", _day(days.half_term_first), scene.term_last)
    return first, Window(*second, row[1])


def _day(day: object) -> np.datetime64:
    return np.datetime64(str(day), "D")


def _days(scene: Scene) -> tuple[int, int]:
    rows = {row["collection"]: row for row in _data.rows("synthetic/term_days.csv")}
    row = rows[str(scene.collection)]
    return int(row["first_window"]), int(row["second_window"])


def attendance_of(scene: Scene, rolls: pd.DataFrame, window: Window, suspended: Ints) -> Attendance:
    """Make one window's attendance of all records; `suspended` are the sessions lost to suspension."""
    expected, possible = _possible(rolls, window)
    codes, counted, rates = _rates(scene)
    stage = pd.Categorical(rolls["stage"], categories=list(rates.columns)).codes
    poorer = np.where(rolls["is_poor"], rate("absence_free_meals_ratio"), 1.0)
    habit = rolls["absence"].to_numpy() * poorer / poorer.mean()
    lost = np.where(expected, possible, 0)[:, None] * rates.to_numpy().T[stage] / 100
    lost = np.where((counted == "all")[None, :], lost * habit[:, None], lost)
    counts = scene.rng("attendance", window.table).poisson(lost)
    counts[:, codes == role("suspended")] = np.where(expected, suspended, 0)[:, None]
    inside = counted != "outside"
    counts[:, inside] = _trimmed(counts[:, inside], possible)
    rest = np.where(expected, possible - counts[:, inside].sum(axis=1), 0)
    marks = pd.DataFrame(counts, columns=codes).assign(
        **{
            role("dual"): np.where(expected & dual_main(rolls), possible, 0),
            role("morning"): (rest + 1) // 2,
            role("afternoon"): rest // 2,
        }
    )
    sums = {f"{window.prefix}{name}": np.where(expected, sum_, np.nan) for name, sum_ in _sums(scene, marks).items()}
    pupil = pd.DataFrame({f"{window.prefix}possible": np.where(expected, possible, np.nan), **sums})
    return Attendance(_details(marks), pupil)


def _details(marks: pd.DataFrame) -> Made:
    """Turn counts by code into rows: one for each code that a record has."""
    row, column = np.nonzero(marks.to_numpy())
    codes = marks.columns.to_numpy(object)
    return made({"attendancereason": codes[column], "sessions": marks.to_numpy()[row, column]}, row.astype(np.int64))


def _sums(scene: Scene, marks: pd.DataFrame) -> dict[str, Ints]:
    groups = code_set("attendance").column("group", scene.collection.previous())
    own = {name: [code for code in marks.columns if groups[code] == name] for name in ("authorised", "unauthorised")}
    return {name: marks[codes].sum(axis=1).to_numpy() for name, codes in own.items()}


def dual_main(rolls: pd.DataFrame) -> Flags:
    """Say which records are the main ones of pupils on two rolls."""
    return np.asarray(rolls["enrolstatus"].eq(role("main")) & rolls["is_on_roll"])


def _possible(rolls: pd.DataFrame, window: Window) -> tuple[Flags, Ints]:
    """Say of which records the window's attendance is expected, and how many sessions they could attend."""
    entry = rolls["entrydate"].to_numpy().astype("datetime64[D]")
    until = rolls["leavingdate"].fillna(pd.Timestamp(window.last)).to_numpy().astype("datetime64[D]")
    begins, ends = np.maximum(entry, window.first), np.minimum(until, window.last)
    aged = rolls["age"].between(_YOUNGEST, _OLDEST).to_numpy()
    expected = aged & ~rolls["is_boarder"].to_numpy() & (entry < window.last) & (begins < ends)
    share = (ends - begins).astype(float) / float((window.last - window.first).astype(int))
    possible = np.maximum(2, np.rint(2 * window.school_days * np.clip(share, 0, 1))).astype(np.int64)
    return expected, np.where(dual_main(rolls), np.maximum(2, possible // 2), possible)


def _rates(scene: Scene) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Return the codes in force, how each counts, and per cent of sessions by stage; suspension comes first."""
    rows = [row for row in _data.rows("synthetic/attendance.csv") if row["code"] in scene.codes("attendance", lag=1)]
    frame = pd.DataFrame([{"code": role("suspended"), "counted": "all"}, *rows])
    rates = frame[["primary", "secondary", "special"]].astype(float).fillna(0.0)
    return frame["code"].to_numpy(object), frame["counted"].to_numpy(object), rates


def _trimmed(counts: Ints, possible: Ints) -> Ints:
    """Cut counts, code by code, so that nobody misses more than a child could."""
    ceiling = np.maximum(1, (possible * _MOST_ABSENT).astype(np.int64))[:, None]
    running = np.minimum(np.cumsum(counts, axis=1), ceiling)
    return np.diff(running, axis=1, prepend=0)


def lost_between(rolls: pd.DataFrame, suspensions: Made, first: np.datetime64, last: np.datetime64) -> Ints:
    """Count the sessions that suspensions and exclusions begun between two days took from each record (2485)."""
    begun = suspensions.columns["startdate"].to_numpy().astype("datetime64[D]")
    inside = (begun >= first) & (begun <= last)
    stated = suspensions.columns["sessions"].to_numpy(float)
    sessions = np.where(inside, np.where(np.isnan(stated), _UNTIL_LEFT, stated), 0.0)
    sums: Floats = np.bincount(suspensions.parent, weights=sessions, minlength=len(rolls))
    return sums.astype(np.int64)


def school_days(first: Days, last: Days, draw: Floats) -> Days:
    """Turn draws of 0 to 1 into weekdays between two days each."""
    span = np.maximum((last - first).astype(np.int64), 0)
    return np.asarray(np.busday_offset(first + (draw * span).astype("timedelta64[D]"), 0, roll="forward"))
