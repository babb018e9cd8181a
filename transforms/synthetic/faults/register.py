"""Faults of the home education register: those of `faults_ehe.csv`, and one for each coded and each typed column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from schemas.sources.model import source
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Flags, Ints, role
from transforms.synthetic.faults import changes
from transforms.synthetic.faults.plan import Ground, Kind, Plan, choose
from transforms.synthetic.register import REGISTER, register_children, uk_date
from transforms.synthetic.sheets import Key
from transforms.synthetic.tables_out import Rows

_LONG = np.timedelta64(60, "D")
_UNREADABLE = {"date": "32/13/2025", "boolean": "perhaps", "integer": "12a", "decimal": "seven"}
_UNKNOWN_SEX = "U"  # as the shipped column map writes role sex_unknown


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

    def fits(self, who: str, header: str) -> Flags:
        """Say which rows fit; "open" is home educated on census day."""
        open_ = self.days("home_until") > self.authority.scene.census_day
        has = self.text[header].ne("").to_numpy()
        upn = self.text["UPN"].ne("").to_numpy()
        long_ago = self.days("home_from") + _LONG < self.authority.scene.census_day
        return {
            "anyone": has,
            "open": open_ & has,
            "open_with_upn": open_ & upn & self.text["Former UPN"].eq("").to_numpy(),
            "with_uln": has,
            "ended": has & ~open_,
            "open_long": open_ & long_ago,
        }[who]


def register_plan(census: Ground, census_plan: Plan, rows: Rows) -> RegisterPlan:
    """Plan every fault that the register's size allows; pupils whose UPN is borrowed have no part in another fault."""
    authority = census.authority
    text = pd.DataFrame(rows[1:], columns=rows[0], dtype=object)
    rng = authority.scene.rng("faults", "register")
    ground = _Ground(authority, text, register_children(authority), rng, census, census_plan)
    plan = RegisterPlan()
    for row in _data.rows("synthetic/faults_ehe.csv"):
        for place in _choose(ground, plan, ground.fits(row["who"], row["header"]), int(row["count"])):
            _plant(ground, plan, int(place), row)
    _plant_generated(ground, plan)
    return plan


def _choose(ground: _Ground, plan: RegisterPlan, fits: Flags, count: int) -> Ints:
    rows = np.array([row for row in np.flatnonzero(fits) if row not in plan.used], dtype=np.int64)
    chosen = rows[ground.rng.permutation(len(rows))[:count]]
    plan.used.update(int(row) for row in chosen)
    return chosen


def _choose_cell(ground: _Ground, plan: RegisterPlan, filled: Flags) -> Ints:
    """Choose one row whose single cell is spoilt: filled if there is one; it may have other spoilt cells."""
    free = np.array([row not in plan.used for row in range(len(filled))], dtype=bool)
    wanted = [filled & free, free]
    rows = next((np.flatnonzero(flags) for flags in wanted if flags.any()), np.zeros(0, dtype=np.int64))
    fresh = np.array([row for row in rows if row not in plan.spoilt], dtype=np.int64)
    rows = fresh if len(fresh) else rows
    chosen = rows[ground.rng.permutation(len(rows))[:1]]
    plan.spoilt.update(int(row) for row in chosen)
    return chosen


def _plant(ground: _Ground, plan: RegisterPlan, place: int, row: dict[str, str]) -> None:
    header, value = row["header"], str(ground.text[row["header"]].iloc[place])
    if row["change"] == "copied":
        others = _choose(ground, plan, ground.fits(row["who"], header), 1)
        if not len(others):
            return
        plan.edits[place, header] = str(ground.text[header].iloc[int(others[0])])
        rule, named = row["knock_on"].split(":")
        plan.expected.append((rule, int(others[0]), named, "knock-on"))
    else:
        plan.edits |= {(place, name): text for name, text in _changed(ground, place, header, row["change"], value)}
    plan.expected.append((row["rule"], place, row["field"], "planted"))


def _changed(ground: _Ground, place: int, header: str, change: str, value: str) -> list[tuple[str, str]]:
    """Return the cells of one row that a change sets."""
    begun = ground.days("home_from")[place]

    def day(later: int) -> str:
        return str(uk_date(np.array([begun + np.timedelta64(later, "D")]))[0])

    young = uk_date(np.array([ground.authority.scene.census_day - np.timedelta64(4 * 365, "D")]))[0]
    texts: dict[str, Callable[[], list[tuple[str, str]]]] = {
        "emptied": lambda: [(header, "")],
        "wrong_letter": lambda: [(header, changes.wrong_letter(value))],
        "wrong_former": lambda: [(header, changes.wrong_letter(str(ground.text["UPN"].iloc[place])))],
        "wrong_digit": lambda: [(header, changes.wrong_digit(value))],
        "too_young": lambda: [(header, str(young))],
        "no_reason": lambda: [(header, ""), ("Local Reason", "")],
        "of_a_pupil": lambda: [(header, _upn_of_a_pupil(ground))],
        "unknown_sex": lambda: [(header, _UNKNOWN_SEX)],
        "unsuitable": lambda: [(header, role("unsuitable"))],
        "end_before_start": lambda: [(header, day(-10))],
        "order_before_notice": lambda: [("S437 Notice Date", day(40)), (header, day(30)), ("SAO Revoked", "")],
        "revoked_early": lambda: [("S437 Notice Date", day(20)), ("SAO Issued", day(45)), (header, day(35))],
    }
    return texts[change]()


def _upn_of_a_pupil(ground: _Ground) -> str:
    """Borrow the UPN of a pupil on roll who has no part in another fault."""
    key: Key = ("pupils", "on")
    upns = ground.census.values(key, "upn")
    chosen = choose(ground.census, ground.census_plan, key, pd.notna(upns), 1)
    return str(upns[chosen[0]]) if len(chosen) else ""


def _plant_generated(ground: _Ground, plan: RegisterPlan) -> None:
    """Plant one unknown code in each coded column, one unreadable value in each other typed column."""
    for column in source(REGISTER).columns:
        header = next((name for name in ground.text.columns if _folded(name) in map(_folded, column.headers)), None)
        if header is None or (column.type not in _UNREADABLE and not column.code_set):
            continue
        for place in _choose_cell(ground, plan, ground.fits("anyone", header)):
            codes = code_set(column.code_set).in_force(ground.authority.scene.collection) if column.code_set else None
            text = changes.unknown_code(codes) if codes is not None else _UNREADABLE[column.type]
            plan.edits[int(place), header] = text
            kind = "CODE" if codes is not None else "TYPE"
            plan.expected.append((f"EHE-{kind}-{column.name.upper()}", int(place), column.name, "planted"))


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
