"""Findings grouped for a page: by school, then by rule, with as many rows as a page can bear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.errors import ContractBroken

ROWS_PER_RULE = 50  # rows shown of one rule in one school
ROWS_PER_PAGE = 12_000  # rows shown in all; with more findings fewer rows of each rule are shown, never fewer counts
GROUPS_PER_PAGE = 4_000  # pairs of school and rule told in full; with more, counts only
LONGEST_CELL = 60
EHE_TABLE = "ehe_register"

_KEY = ["laestab", "rule"]
# Characters that would not show, or would turn the reading direction: controls, zero-width, bidirectional overrides.
_HIDDEN = r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"


@dataclass(frozen=True)
class RuleNote:
    """What the page says of a rule: its message, what to do, and where the rule comes from."""

    rule: str
    severity: str
    message: str
    advice: str
    source: str = ""


@dataclass(frozen=True)
class RuleGroup:
    """The findings of one rule in one school; `rows` are those shown, each with a cell per column."""

    note: RuleNote
    number: int
    count: int
    field: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def more(self) -> int:
        """How many findings are in findings.csv only."""
        return self.count - len(self.rows)


@dataclass(frozen=True)
class SchoolGroup:
    """The findings of one school; `laestab` is empty for findings that belong to no school (the EHE register)."""

    laestab: str
    groups: tuple[RuleGroup, ...]
    errors: int
    queries: int


@dataclass(frozen=True)
class RuleTotal:
    """One rule over all schools; `schools` is None for a rule on what belongs to no school."""

    note: RuleNote
    number: int
    schools: int | None
    count: int


@dataclass(frozen=True)
class Grouped:
    """All that a page shows of the findings."""

    schools: tuple[SchoolGroup, ...]
    rules: tuple[RuleTotal, ...]
    cap: int


def rows_per_rule(sizes: pd.Series, *, most: int = ROWS_PER_RULE, in_all: int = ROWS_PER_PAGE) -> int:
    """Return the largest number of rows per group, up to `most`, with which the page stays small; 0 for none."""
    if len(sizes) > GROUPS_PER_PAGE:
        return 0
    counts = sizes.to_numpy()
    fits = [cap for cap in range(most + 1) if int(np.minimum(counts, cap).sum()) <= in_all]
    return max(fits)


def grouped(
    findings: pd.DataFrame, notes: Mapping[str, RuleNote], field_names: Mapping[tuple[str, str], str]
) -> Grouped:
    """Group findings by school (errors before queries) and cap the rows shown.

    Raises:
        ContractBroken: when a finding bears a rule that has no note.
    """
    told = _readable(findings, field_names)
    if strangers := sorted(set(told["rule"].unique()) - set(notes)):
        raise ContractBroken(
            f"Findings bear rules that the page knows nothing of ({', '.join(strangers[:5])}); add them."
        )
    sizes = told.groupby(_KEY, sort=True).size()
    cap = rows_per_rule(sizes)
    shown = told.loc[told.groupby(_KEY).cumcount() < cap].sort_values(_KEY, kind="stable")
    cells = {str(name): shown[name].tolist() for name in shown.columns}
    rules = _rule_totals(told, notes)
    numbers = {total.note.rule: total.number for total in rules}
    by_school: dict[str, list[RuleGroup]] = {}
    first = 0
    for (laestab, rule), count in zip(sizes.index.tolist(), sizes.tolist(), strict=True):
        last = first + min(count, cap)
        part = {name: column[first:last] for name, column in cells.items()}
        by_school.setdefault(laestab, []).append(_rule_group(part, notes[rule], numbers[rule], count))
        first = last
    ordered = sorted(by_school, key=lambda laestab: (laestab == "", laestab))  # what belongs to no school comes last
    return Grouped(tuple(_school_group(laestab, by_school[laestab]) for laestab in ordered), rules, cap)


def _readable(findings: pd.DataFrame, field_names: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return the findings as text to show: where each stands, and its field in words."""
    table, column = _text(findings["table"]), _text(findings["field"])
    names = pd.Series({f"{key[0]}.{key[1]}": name for key, name in field_names.items()}, dtype="str")
    label = (table + "." + column).map(names)
    return pd.DataFrame(
        {
            "laestab": _text(findings["laestab"]),
            "rule": _text(findings["rule"]),
            "UPN": _visible(_text(findings["upn"])),
            "Child id": _visible(_text(findings["child_id"])),
            "Record": _where(findings),
            "Field": label.where(label.notna(), column),
            "Message": _text(findings["message"]),
        }
    )


def _text(column: pd.Series) -> pd.Series:
    text = column.astype("str")
    return text.mask(text.isna(), "")


def _visible(text: pd.Series) -> pd.Series:
    """Replace characters that do not show, and cut what is absurdly long."""
    plain = text.str.replace(_HIDDEN, "\N{REPLACEMENT CHARACTER}", regex=True)
    return plain.where(plain.str.len() <= LONGEST_CELL, plain.str.slice(0, LONGEST_CELL) + "…")


def _where(findings: pd.DataFrame) -> pd.Series:
    """Say where a finding stands: `12 on roll`, `3 no longer on roll, fsmperiods 2`, `classes row 4`."""
    record, sub = _text(findings["record"]), _text(findings["sub_record"])
    roll, table = _text(findings["roll"]), _text(findings["table"])
    pupil = record + roll.map({"on": " on roll", "off": " no longer on roll", "": ""})
    pupil = pupil.where(sub.eq(""), pupil + ", " + table + " " + sub)
    place = pupil.mask(roll.eq(""), table.replace(EHE_TABLE, "register") + " row " + record)
    return place.mask(record.eq(""), "the return as a whole")


def _rule_group(part: Mapping[str, list[str]], note: RuleNote, number: int, count: int) -> RuleGroup:
    """Leave out the columns that say nothing in this group: empty ones, and those with one value throughout."""
    fields = set(part["Field"])
    columns = [name for name in ("UPN", "Child id") if any(part[name])] + ["Record"]
    columns += ["Field"] if len(fields) > 1 else []
    columns += ["Message"] if len(set(part["Message"])) > 1 else []
    rows = tuple(zip(*(part[name] for name in columns), strict=True))
    return RuleGroup(note, number, count, fields.pop() if len(fields) == 1 else "", tuple(columns), rows)


def _school_group(laestab: str, groups: list[RuleGroup]) -> SchoolGroup:
    ordered = sorted(groups, key=lambda group: (group.note.severity != "error", group.note.rule))
    errors = sum(group.count for group in groups if group.note.severity == "error")
    return SchoolGroup(laestab, tuple(ordered), errors, sum(group.count for group in groups) - errors)


def _rule_totals(told: pd.DataFrame, notes: Mapping[str, RuleNote]) -> tuple[RuleTotal, ...]:
    counts = Counter(told["rule"].tolist())
    pairs = told.loc[told["laestab"].ne(""), _KEY].drop_duplicates()
    schools = Counter(pairs["rule"].tolist())
    ordered = sorted(counts, key=lambda rule: (notes[rule].severity != "error", rule))
    return tuple(
        RuleTotal(notes[rule], number, schools[rule] or None, counts[rule])
        for number, rule in enumerate(ordered, start=1)
    )
