"""The list of runs: a line each, read back as written; and the charts drawn from it, the same bytes each time."""

from datetime import datetime

import pytest

from tests.report_samples import finding, findings, summary
from transforms.reports.charts import bar_chart, line_chart
from transforms.reports.run_history import RUN_COLUMNS, read_runs, run_line, runs_csv

AT = datetime(2026, 1, 20, 9, 5)  # noqa: DTZ001  # local time, as a person reads it


def test_a_run_is_read_back_as_it_was_written():
    found = findings(finding("1500"), finding("1750"))
    first = run_line(summary(found), found, (), at=AT)
    second = run_line(summary(found, schools_expected=7), found, (first,), at=AT)
    assert (second.run, second.day, second.time, second.errors, second.queries) == (2, "2026-01-20", "09:05", 1, 1)
    assert read_runs(runs_csv((first, second))) == (first, second)


def test_explained_queries_and_findings_that_recur_are_counted():
    found = findings(finding("1750"), finding("1500")).assign(state=["explained", "open"], recurs=[True, True])
    line = run_line(summary(found), found, (), at=AT)
    assert (line.queries_explained, line.queries_open, line.findings_recurring) == (1, 0, 2)


@pytest.mark.parametrize(
    "data", [b"", b"run,day\r\n1,2\r\n", ",".join(RUN_COLUMNS).encode() + b"\r\nx" * 2, b"\xff", b"\0"]
)
def test_a_list_that_is_not_ours_is_refused(data):
    with pytest.raises(ValueError):
        read_runs(data)


def bars(name="c"):
    return bar_chart(name, "Rules", [("1500", 1200, "error"), ("<1750>", 3, "query")], of="Findings")


def test_a_chart_is_small_and_the_same_each_time():
    assert bars().svg == bars().svg
    assert len(bars().svg) < 4_000


def test_a_chart_has_no_style_font_date_or_address_of_its_own():
    svg = bars().svg
    for word in ("style", "font", "metadata", "Date", "clip-path", "http://www.w3.org/1999", "DOCTYPE"):
        assert word not in svg


def test_words_in_a_chart_are_words_and_not_markup():
    assert "&lt;1750&gt;" in bars().svg
    assert "<1750>" not in bars().svg


def test_the_figures_behind_a_chart_are_those_drawn():
    assert bars().rows == (("1500", "1,200"), ("<1750>", "3"))
    drawn = line_chart(
        "l", "Progress", ["1", "2"], [("Errors", [5, 2], "error"), ("Queries", [1, 1], "query")], step="Run"
    )
    assert drawn.columns == ("Run", "Errors", "Queries")
    assert drawn.rows == (("1", "5", "1"), ("2", "2", "1"))
    assert "Errors from 5 to 2" in drawn.svg


def test_nothing_is_drawn_of_nothing():
    assert bar_chart("c", "Rules", [("1500", 0, "error")], of="Findings") is None
    assert line_chart("l", "Progress", ["1"], [("Errors", [5], "error")], step="Run") is None
