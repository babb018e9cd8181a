"""Schools against rules: how many findings each rule has in each school, as a figure and as a step of colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.reports.finding_groups import Grouped, RuleNote
from transforms.reports.finding_state import ERROR
from transforms.reports.school_lines import SchoolLine

RULES_SHOWN = 36  # as many as fit on a sheet of A4 across
_FIRST_OF_STEP = (1, 5, 20, 100)
STEPS = ((1, "1 to 4"), (2, "5 to 19"), (3, "20 to 99"), (4, "100 and more"))

#: The class of a cell, which gives its colour, and the figure in it.
Cell = tuple[str, str]


@dataclass(frozen=True)
class HeatMap:
    """The rules shown (errors before queries, the most frequent first), and a line of cells for each school."""

    rules: tuple[RuleNote, ...]
    lines: tuple[tuple[SchoolLine, int, tuple[Cell, ...]], ...]
    left_out: int
    steps: tuple[tuple[int, str], ...] = STEPS


def heat_map(groups: Grouped, lines: Sequence[SchoolLine]) -> HeatMap:
    """Count the findings of every school with a return by rule; those with the most findings come first."""
    census = [total for total in groups.rules if total.schools]
    frequent = sorted(census, key=lambda total: (-total.count, total.note.rule))[:RULES_SHOWN]
    ordered = sorted(frequent, key=lambda total: (total.note.severity != ERROR, -total.count, total.note.rule))
    rules = tuple(total.note for total in ordered)
    read = [(line, sum(group.count for group in line.found.groups)) for line in lines if line.is_read]
    rows = sorted(read, key=lambda row: (-row[1], row[0].name))
    return HeatMap(
        rules,
        tuple((line, total, _cells(line, rules)) for line, total in rows),
        len(census) - len(rules),
    )


def step_of(count: int) -> int:
    """Return the step of colour of a count, 0 for none."""
    return sum(count >= first for first in _FIRST_OF_STEP)


def _cells(line: SchoolLine, rules: Sequence[RuleNote]) -> tuple[Cell, ...]:
    counts: dict[str, int] = {}
    for group in line.found.groups:
        counts[group.note.rule] = counts.get(group.note.rule, 0) + group.count
    return tuple(_cell(counts.get(note.rule, 0), note.severity[0]) for note in rules)


def _cell(count: int, kind: str) -> Cell:
    return (f"{kind}{step_of(count)}" if count else "", f"{count:,}")
