"""`termly bench --disclosure`: what protecting a crossed table costs: counts hidden, minimum width, seconds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd

from flows.options import Outcome
from flows.printing import show_listing
from schemas.disclosure import Suppress, policy
from schemas.errors import UsageError
from transforms.disclosure_control.counts import protect_and_audit
from transforms.disclosure_control.crossed import CrossedTable, crossed_table, with_margins
from transforms.disclosure_control.joint import Joint
from transforms.reports.listing import Cell, Listing
from transforms.synthetic.crossed_counts import crossed_counts

SCHOOLS: Final = 60
WIDTHS: Final = (1, 2, 3, 5)
_COLUMNS: Final = (
    "margins", "cells", "small", "width", "hidden", "at least", "exact", "narrow", "unproved", "seconds",
)  # fmt: skip


def benchmark_disclosure(files: tuple[Path, ...]) -> Outcome:
    """Run `termly bench --disclosure` on made-up counts, or on a table (CSV) and its hierarchies (JSON)."""
    outcome = Outcome()
    table = _read(files) if files else with_margins(crossed_counts(SCHOOLS))
    name = files[0].stem if files else f"an authority of {SCHOOLS} schools"
    show_listing(outcome, listing(table, name=name), as_json=False)
    return outcome


def listing(table: CrossedTable, *, name: str, widths: tuple[int, ...] = WIDTHS) -> Listing:
    """Protect and audit a table with all its margins and with fewer, each for several minimum widths."""
    rows = tuple(row for crossed in range(table.counts.ndim - 1, 0, -1) for row in _rows(table, crossed, widths))
    title = (
        f"Disclosure control of {name}: margins = how many characteristics a count below the top crosses at most; "
        "width = the policy's minimum; at least = what no safe pattern goes below that hides no zero; seconds of one "
        "processor, audit included"
    )
    return Listing(title, _COLUMNS, rows)


def _rows(table: CrossedTable, crossed: int, widths: tuple[int, ...]) -> Iterator[dict[str, Cell]]:
    rule = policy("suppress")
    if not isinstance(rule, Suppress):
        raise UsageError("The profile suppress does not suppress; choose widths and thresholds for it.")
    cells, small = table.cells(threshold=rule.threshold, crossed=crossed)
    for width in widths:
        began = time.process_time()
        wide = rule.model_copy(update={"minimum_width": width})
        hidden, report = protect_and_audit(cells, primary=small, policy=wide)
        seconds = time.process_time() - began
        bound = Joint(cells, primary=small, width=width).bound
        yield {
            "margins": crossed,
            "cells": report.cells,
            "small": int(small.sum()),
            "width": width,
            "hidden": int(hidden.sum()),
            "at least": round(bound),
            "exact": report.exact,
            "narrow": report.narrow,
            "unproved": report.unproved,
            "seconds": f"{seconds:.1f}",
        }


def _read(files: tuple[Path, ...]) -> CrossedTable:
    """Read a table of counts (a column for each dimension, and `freq`) and the hierarchy of each dimension.

    Raises:
        UsageError: when there are not two files, or one is not of that form.
    """
    if len(files) != 2:  # noqa: PLR2004
        raise UsageError("Give the table (CSV) and its hierarchies (JSON), or neither.")
    try:
        hierarchies = json.loads(files[1].read_text(encoding="utf-8"))
        columns = dict.fromkeys(hierarchies, "str") | {"freq": "int64"}
        counts = pd.read_csv(files[0], usecols=list(columns), dtype=columns, keep_default_na=False)
    except (OSError, ValueError, AttributeError):
        raise UsageError("The table or its hierarchies cannot be read; give a CSV file and a JSON file.") from None
    return crossed_table(counts, hierarchies)
