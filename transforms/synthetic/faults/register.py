"""Faults of the home education register: those of `faults_ehe.csv`, and those of each coded and each typed column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from schemas.model import PUPILS
from schemas.sources.model import SourceColumn, source
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Flags, role
from transforms.synthetic.faults import changes
from transforms.synthetic.faults.choice import choose
from transforms.synthetic.faults.plan import Ground, Kind, Plan
from transforms.synthetic.faults.selection import fitting
from transforms.synthetic.register import REGISTER, register_children, uk_date
from transforms.synthetic.sheets import Key
from transforms.synthetic.tables_out import Rows

_LONG = np.timedelta64(60, "D")
_FOUR_YEARS = np.timedelta64(4 * 365, "D")
_UNREADABLE = {"date": "32/13/2025", "boolean": "perhaps", "integer": "12a", "decimal": "seven"}
_UNKNOWN_SEX = "U"  # as the shipped column map writes role sex_unknown
_WRONG_ULN = "1234567890"  # its check digit would be 9
_ONLY_WITH_OTHERS = ("end_reason",)  # a value where there was none is another fault


@dataclass
class RegisterPlan:
    """Changed cells by data row and header, and the findings that must follow: rule, row, field, kind."""

    edits: dict[tuple[int, str], str] = field(default_factory=dict)
    expected: list[tuple[str, int, str, Kind]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    spoilt: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Ground:
    authority: SyntheticAuthority
    text: pd.DataFrame
    children: pd.DataFrame
    rng: np.random.Generator
    census: Ground
    census_plan: Plan

    def days(self, name: str) -> np.ndarray:
        return self.children[name].to_numpy().astype("datetime64[D]")

    @property
    def young(self) -> np.datetime64:
        """Return a date of birth of children not yet of school age."""
        return self.authority.scene.census_day - _FOUR_YEARS

    def fits(self, who: str, header: str) -> Flags:
        """Say which rows fit; "open" is home educated on census day."""
        open_ = self.days("home_until") > self.authority.scene.census_day
        has = self.text[header].ne("").to_numpy()
        upn, begun = self.text["UPN"].ne("").to_numpy(), self.days("home_from")
        return {
            "anyone": has,
            "everyone": np.ones(len(has), dtype=bool),
            "open": open_ & has,
            "open_with_upn": open_ & upn & self.text["Former UPN"].eq("").to_numpy(),
            "open_ended": open_ & self.text["EHE End Date"].eq("").to_numpy(),
            "open_recent": open_ & (begun > self.young),
            "open_long": open_ & (begun + _LONG < self.authority.scene.census_day),
            "ended": has & ~open_,
        }[who]

    def beside(self, who: str, header: str, place: int) -> Flags:
        """Say which rows may lend a value to one row."""
        begun, until = self.days("home_from")[place], self.days("home_until")
        if who == "born_before_start":
            return np.asarray(self.fits("open", header) & (self.days("dob") < begun))
        if who == "gone_after_start":  # not gone back to a school, where the child would be on a roll
            gone = ~self.children["home_returns"].to_numpy(bool)
            return np.asarray(self.fits("ended", header) & (until > begun) & gone)
        return self.fits(who, header)


def register_plan(census: Ground, census_plan: Plan, rows: Rows) -> RegisterPlan:
    """Plan every fault that the register's size allows; pupils whose UPN is borrowed have no part in another fault."""
    authority = census.authority
    text = pd.DataFrame(rows[1:], columns=rows[0], dtype=object)
    rng = authority.scene.rng("faults", "register")
    ground = _Ground(authority, text, register_children(authority), rng, census, census_plan)
    plan = RegisterPlan()
    for row in _data.rows("synthetic/faults_ehe.csv"):
        for _ in range(int(row["count"])):
            free = _free(ground, plan, ground.fits(row["who"], row["headers"].split(";")[0]))
            next((place for place in free if _plant(ground, plan, place, row)), None)
    _plant_generated(ground, plan)
    return plan


def _free(ground: _Ground, plan: RegisterPlan, fits: Flags) -> list[int]:
    """Return the rows that fit and have no part in another fault, in random order."""
    rows = [int(row) for row in np.flatnonzero(fits) if row not in plan.used]
    return [rows[place] for place in ground.rng.permutation(len(rows))]


def _plant(ground: _Ground, plan: RegisterPlan, place: int, row: dict[str, str]) -> bool:
    """Plant one fault at a row, if what it needs is there."""
    headers = row["headers"].split(";")
    if row["change"] == "copied":
        others = [one for one in _free(ground, plan, ground.beside(row["partner"], headers[0], place)) if one != place]
        if not others:
            return False
        cells = [(header, str(ground.text[header].iloc[others[0]])) for header in headers]
        rule, named = row["knock_on"].split(":")
        plan.expected.append((rule, others[0], named, "knock-on"))
        plan.used.add(others[0])
    else:
        cells = _changed(ground, place, headers[0], row["change"])
        if not cells:
            return False
    plan.edits |= {(place, name): text for name, text in cells}
    plan.expected.append((row["rule"], place, row["field"], "planted"))
    plan.used.add(place)
    return True


def _changed(ground: _Ground, place: int, header: str, change: str) -> list[tuple[str, str]]:
    """Return the cells of one row that a change sets."""
    value = str(ground.text[header].iloc[place])
    begun, born = ground.days("home_from")[place], ground.days("dob")[place]

    def day(later: int, since: np.datetime64 = begun) -> str:
        return str(uk_date(np.array([since + np.timedelta64(later, "D")]))[0])

    texts: dict[str, Callable[[], list[tuple[str, str]]]] = {
        "emptied": lambda: [(header, "")],
        "wrong_letter": lambda: [(header, changes.wrong_letter(value))],
        "wrong_former": lambda: [(header, changes.wrong_letter(str(ground.text["UPN"].iloc[place])))],
        "wrong_digit": lambda: [(header, changes.wrong_digit(value) if value else _WRONG_ULN)],
        "too_young": lambda: [(header, day(0, ground.young))],
        "before_birth": lambda: [(header, day(-10, born))],
        "no_reason": lambda: [(header, ""), ("Local Reason", "")],
        "of_part_time_pupil": lambda: _upn_of_a_pupil(ground, header, "parttime=True"),
        "of_full_time_pupil": lambda: _upn_of_a_pupil(ground, header, "parttime=False"),
        "unknown_sex": lambda: [(header, _UNKNOWN_SEX)],
        "unsuitable": lambda: [(header, role("unsuitable"))],
        "moved": lambda: [(header, role("moved_authority"))],
        "end_before_start": lambda: [(header, day(-10))],
        "order_before_notice": lambda: [("S437 Notice Date", day(40)), (header, day(30)), ("SAO Revoked", "")],
        "revoked_early": lambda: [("S437 Notice Date", day(20)), ("SAO Issued", day(45)), (header, day(35))],
    }
    return texts[change]()


def _upn_of_a_pupil(ground: _Ground, header: str, who: str) -> list[tuple[str, str]]:
    """Borrow the UPN of a pupil on roll who has no part in another fault, or in none that a link could meet."""
    key: Key = (PUPILS, "on")
    fits = fitting(ground.census, key, f"filled never_at_home {who}", "upn")
    chosen = choose(ground.census, ground.census_plan, key, fits, 1)
    chosen = chosen if len(chosen) else np.flatnonzero(fits & ~_entwined(ground, key))[:1]
    return [(header, str(ground.census.values(key, "upn")[pupil])) for pupil in chosen]


def _entwined(ground: _Ground, key: Key) -> Flags:
    """Mark pupils whose UPN is not theirs alone, or who are changed in what a link asks."""
    plan, upns = ground.census_plan, pd.Series(ground.census.values(key, "upn"))
    used = [edit.text for edit in plan.edits if edit.column in ("upn", "formerupn")]
    left = ground.census.values((PUPILS, "off"), "upn").tolist()
    touched = plan.removed(key, len(upns))
    for column in ("upn", "formerupn", "parttime", "dob", "forename"):
        touched |= plan.spoilt(key, column, len(upns))
    return np.asarray(touched | upns.isin([*used, *left]) | upns.duplicated(keep=False))


# --- faults that follow from the source's declaration --------------------------------------------------------------


def _plant_generated(ground: _Ground, plan: RegisterPlan) -> None:
    """Plant an unknown and an outdated code in each coded column, an unreadable value in each other typed column."""
    for column in source(REGISTER).columns:
        header = next((name for name in ground.text.columns if _folded(name) in map(_folded, column.headers)), None)
        for fault, text in _faults_of(ground, column) if header is not None else ():
            for place in _choose_cell(ground, plan, str(header), only_filled=column.name in _ONLY_WITH_OTHERS):
                plan.edits[place, str(header)] = text
                plan.expected.append((f"EHE-{fault}-{column.name.upper()}", place, column.name, "planted"))


def _faults_of(ground: _Ground, column: SourceColumn) -> Iterator[tuple[str, str]]:
    if column.code_set:
        whole, collection = code_set(column.code_set), ground.authority.scene.collection
        others = {code.code for code in whole.codes} - whole.in_force(collection)
        yield "CODE", changes.unknown_code(whole.in_force(collection) | others)
        if others:
            yield "CODE-OLD", min(others)
    elif column.type in _UNREADABLE:
        yield "TYPE", _UNREADABLE[column.type]


def _choose_cell(ground: _Ground, plan: RegisterPlan, header: str, *, only_filled: bool) -> list[int]:
    """Choose one row whose single cell is spoilt: filled if there is one; it may have other spoilt cells."""
    count = len(ground.text)
    free = np.array([row not in plan.used and (row, header) not in plan.edits for row in range(count)], dtype=bool)
    filled = ground.fits("anyone", header) & free
    rows = np.flatnonzero(filled if only_filled or filled.any() else free)
    fresh = np.array([row for row in rows if row not in plan.spoilt], dtype=np.int64)
    rows = fresh if len(fresh) else rows
    chosen = [int(row) for row in rows[ground.rng.permutation(len(rows))[:1]]]
    plan.spoilt.update(chosen)
    return chosen


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
