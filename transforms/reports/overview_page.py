"""The overview for the authority: what blocks submission, progress, schools against rules."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from schemas.collection import Collection
from transforms.pages.drawing import Chart
from transforms.reports.charts import bar_chart, line_chart
from transforms.reports.finding_groups import Grouped, RuleTotal
from transforms.reports.heat_map import heat_map
from transforms.reports.pages import PageContext, Tile, page
from transforms.reports.run_history import RunLine, since_last
from transforms.reports.run_summary import RunSummary
from transforms.reports.school_lines import SchoolLine, count_by_standing, school_lines
from transforms.reports.validation_page import run_tiles

_RULES_DRAWN = 10
_RUNS_DRAWN = 30


def overview_page(
    groups: Grouped,
    returns: pd.DataFrame,
    summary: RunSummary,
    context: PageContext,
    *,
    runs: Sequence[RunLine] = (),
) -> str:
    """Write the page; `runs` are those of this collection so far, this one last. The same input, the same bytes."""
    lines = school_lines(returns, groups)
    rules = sorted(groups.rules, key=lambda total: (-total.count, total.note.rule))
    blocked = sorted(
        (line for line in lines if not line.is_ready),
        key=lambda line: (line.is_read, -(line.errors or 0), -(line.open_queries or 0), line.name),
    )
    return page(
        "overview.html.j2",
        about=context,
        collection=Collection.parse(summary.collection),
        la=summary.la,
        summary=summary,
        tiles=_tiles(summary, lines),
        lines=lines,
        ready=sum(line.is_ready for line in lines),
        blocked=blocked,
        since=since_last(runs),
        heat=heat_map(groups, lines),
        rules=rules,
        recurring=sum(total.recurring for total in rules),
        charts=_charts(lines, rules, runs),
    )


def _tiles(summary: RunSummary, lines: Sequence[SchoolLine]) -> list[Tile]:
    ready = sum(line.is_ready for line in lines)
    return [("Schools ready", ready, "ready" if ready else ""), *run_tiles(summary, lines)]


def _charts(
    lines: Sequence[SchoolLine], rules: Sequence[RuleTotal], runs: Sequence[RunLine]
) -> dict[str, Chart | None]:
    drawn = runs[-_RUNS_DRAWN:]
    return {
        "standing": bar_chart("chart-standing", "Schools by what blocks them", count_by_standing(lines), of="Schools"),
        "rules": bar_chart(
            "chart-rules",
            "The rules with the most findings",
            [(total.note.rule, total.count, total.note.severity) for total in rules[:_RULES_DRAWN]],
            of="Findings",
        ),
        "progress": line_chart(
            "chart-progress",
            "Errors and unexplained queries by run",
            [str(run.run) for run in drawn],
            [
                ("Errors", [run.errors for run in drawn], "error"),
                ("Unexplained queries", [run.queries_open for run in drawn], "query"),
            ],
            step="Run",
        ),
    }
