"""Findings grouped for a page: by school, by where they stand, by rule, with as many rows as a page can bear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from schemas.errors import ContractBroken
from transforms.reports.finding_state import ERROR, EXPLAINED, QUERY
from transforms.reports.finding_text import RECURS_WORD, readable

_KEY = ["laestab", "standing", "rule"]
_STANDINGS = (ERROR, QUERY, EXPLAINED)


@dataclass(frozen=True)
class Limits:
    """How much is shown: rows of one rule in one school, rows in all, and groups above which there are counts only.

    With more findings fewer rows of each rule are shown, never fewer counts.
    """

    rows_per_rule: int
    rows_in_all: int
    groups: int


#: One page of all schools.
ONE_PAGE = Limits(rows_per_rule=50, rows_in_all=12_000, groups=4_000)
#: A page for each school: the rows are those of all pages together.
PAGE_PER_SCHOOL = Limits(rows_per_rule=50, rows_in_all=120_000, groups=100_000)


@dataclass(frozen=True)
class RuleNote:
    """What the page says of a rule: its message, what to do, what it marks, where it is from and how sure that is.

    `label` is `sourced`, `unverified`, `inferred` or `ours` (no number of the department's), as in the catalogue.
    """

    rule: str
    severity: str
    message: str
    advice: str
    source: str = ""
    origin: str = ""
    label: str = ""


@dataclass(frozen=True)
class RuleGroup:
    """The findings of one rule in one school; `rows` are those shown, each with a cell per column."""

    note: RuleNote
    number: int
    standing: str
    count: int
    off_roll: int
    recurring: int
    field: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def more(self) -> int:
        """How many findings are in the CSV only."""
        return self.count - len(self.rows)

    @property
    def body(self) -> Markup:
        """Return the rows as markup: there may be very many, and a template writes cells slowly."""
        cells = ("</td><td>".join(str(escape(cell)) for cell in row) for row in self.rows)
        return Markup("\n".join(f"<tr><td>{row}</td></tr>" for row in cells))  # noqa: S704  # each cell is escaped


@dataclass(frozen=True)
class SchoolGroup:
    """The findings of one school; `laestab` is empty for findings that belong to no school (the EHE register)."""

    laestab: str
    groups: tuple[RuleGroup, ...]

    def count(self, standing: str) -> int:
        """Count the findings that stand so: `error`, `query` (unexplained) or `explained`."""
        return sum(group.count for group in self.groups if group.standing == standing)

    @property
    def errors(self) -> int:
        """Count the errors."""
        return self.count(ERROR)

    @property
    def queries(self) -> int:
        """Count the queries that nobody has explained."""
        return self.count(QUERY)

    @property
    def explained(self) -> int:
        """Count the explained queries."""
        return self.count(EXPLAINED)

    @property
    def recurring(self) -> int:
        """Count the findings that the last collection had too."""
        return sum(group.recurring for group in self.groups)

    @property
    def off_roll(self) -> int:
        """Count the findings on pupils no longer on roll."""
        return sum(group.off_roll for group in self.groups)


@dataclass(frozen=True)
class RuleTotal:
    """One rule over all schools; `schools` is None for a rule on what belongs to no school."""

    note: RuleNote
    number: int
    schools: int | None
    count: int
    explained: int = 0
    recurring: int = 0


@dataclass(frozen=True)
class Grouped:
    """All that a page shows of the findings."""

    schools: tuple[SchoolGroup, ...]
    rules: tuple[RuleTotal, ...]
    cap: int


def rows_per_rule(sizes: pd.Series, limits: Limits = ONE_PAGE) -> int:
    """Return the largest number of rows per group with which the page stays small; 0 for none."""
    if len(sizes) > limits.groups:
        return 0
    counts = sizes.to_numpy()
    caps = range(limits.rows_per_rule + 1)
    return max(cap for cap in caps if int(np.minimum(counts, cap).sum()) <= limits.rows_in_all)


def grouped(
    findings: pd.DataFrame,
    notes: Mapping[str, RuleNote],
    field_names: Mapping[tuple[str, str], str],
    limits: Limits = ONE_PAGE,
) -> Grouped:
    """Group findings by school (errors, then queries, then what is explained) and cap the rows shown.

    Raises:
        ContractBroken: when a finding bears a rule that has no note.
    """
    told = readable(findings, field_names)
    if strangers := sorted(set(told["rule"].unique()) - set(notes)):
        raise ContractBroken(
            f"Findings bear rules that the page knows nothing of ({', '.join(strangers[:5])}); add them."
        )
    by_group = told.groupby(_KEY, sort=True)
    counts = by_group.agg(count=("Record", "size"), off_roll=("off_roll", "sum"), recurring=("recurs", "sum"))
    cap = rows_per_rule(counts["count"], limits)
    rules = _rule_totals(counts, notes)
    shown = told.loc[by_group.cumcount() < cap].sort_values(_KEY, kind="stable")
    by_school: dict[str, list[RuleGroup]] = {}
    for group in _rule_groups(counts, shown, {total.note.rule: total for total in rules}, cap):
        by_school.setdefault(group[0], []).append(group[1])
    ordered = sorted(by_school, key=lambda laestab: (laestab == "", laestab))  # what belongs to no school comes last
    return Grouped(tuple(_school_group(laestab, by_school[laestab]) for laestab in ordered), rules, cap)


def _rule_groups(
    counts: pd.DataFrame, shown: pd.DataFrame, totals: Mapping[str, RuleTotal], cap: int
) -> list[tuple[str, RuleGroup]]:
    """Return every group with its school, in the order of its key; the rows shown are sorted by it."""
    cells = {str(name): shown[name].tolist() for name in shown.columns}
    found = zip(*(counts[name].tolist() for name in ("count", "off_roll", "recurring")), strict=True)
    groups, first = [], 0
    for (laestab, standing, rule), (count, off_roll, recurring) in zip(counts.index.tolist(), found, strict=True):
        last = first + min(count, cap)
        part = {name: column[first:last] for name, column in cells.items()}
        note, number = totals[rule].note, totals[rule].number
        field, columns = _told_columns(part, note)
        rows = tuple(zip(*(part[name] for name in columns), strict=True))
        groups.append((laestab, RuleGroup(note, number, standing, count, off_roll, recurring, field, columns, rows)))
        first = last
    return groups


def _told_columns(part: Mapping[str, list[str]], note: RuleNote) -> tuple[str, tuple[str, ...]]:
    """Leave out the columns that say nothing in this group: empty ones, and those with one value throughout."""
    fields = set(part["Field"])
    columns = [name for name in ("UPN", "Child id") if any(part[name])] + ["Record"]
    columns += ["Field"] if len(fields) > 1 else []
    columns += ["Message"] if set(part["Message"]) - {note.message} else []
    columns += [name for name in (RECURS_WORD, "Note") if any(part[name])]
    return (fields.pop() if len(fields) == 1 else ""), tuple(columns)


def _school_group(laestab: str, groups: list[RuleGroup]) -> SchoolGroup:
    return SchoolGroup(laestab, tuple(sorted(groups, key=lambda one: (_STANDINGS.index(one.standing), one.note.rule))))


def _rule_totals(counts: pd.DataFrame, notes: Mapping[str, RuleNote]) -> tuple[RuleTotal, ...]:
    """Count each rule over all schools: errors before queries, then by name."""
    found, explained, recurring = Counter[str](), Counter[str](), Counter[str]()
    schools: dict[str, set[str]] = {}
    numbers = zip(counts.index.tolist(), counts["count"].tolist(), counts["recurring"].tolist(), strict=True)
    for (laestab, standing, rule), count, again in numbers:
        found[rule] += count
        recurring[rule] += again
        explained[rule] += count if standing == EXPLAINED else 0
        schools.setdefault(rule, set()).update({laestab} - {""})
    order = sorted(found, key=lambda rule: (notes[rule].severity != ERROR, rule))
    return tuple(
        RuleTotal(notes[rule], number, len(schools[rule]) or None, found[rule], explained[rule], recurring[rule])
        for number, rule in enumerate(order, start=1)
    )
