"""A COLLECT export of 9,000 pupils with dummy UPNs: nearly every row fails, and the report can still be used."""

import pytest

from tests.dummy_returns import SESSIONS, dummy_export
from tests.termly_calls import rows_of, termly

pytestmark = pytest.mark.browser

LARGEST = 2_000_000
UPN_RULES = ("1510", "1540")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dummy")
    export = dummy_export(folder / "export")
    held = [path.read_bytes().count(b"\n") - 1 for path in (export / "collect_csv").glob("*sessiondetailsonroll*")]
    assert sum(held) == SESSIONS
    said = termly(
        *("validate", export / "collect_csv", "--collection", "2026-spring", "--report", folder / "report"),
        *("--schools", export / "schools.csv"),
        key=None,
    )
    assert said.code == 0, said.sentences
    return folder / "report"


def pages(report):
    return sorted(report.rglob("*.html"))


def test_nearly_every_row_fails_and_every_failure_is_listed(report):
    found = rows_of((report / "findings.csv").read_bytes())
    of_upns = [row for row in found if row["rule"] in UPN_RULES]
    assert len(of_upns) > 8_500
    listed = [row for path in (report / "schools").glob("*.csv") for row in rows_of(path.read_bytes())]
    assert len(listed) == len(found)


def test_no_page_is_large(report):
    assert len(pages(report)) == 26
    assert {path.name: path.stat().st_size for path in pages(report) if path.stat().st_size > LARGEST} == {}


def test_every_page_opens_at_once(browser, report):
    for page in (
        report / "validation.html",
        report / "overview.html",
        *sorted((report / "schools").glob("*.html"))[:3],
    ):
        browser.open(page)
        assert browser.js("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 2000
        assert browser.requests() == []
        assert browser.complaints() == []


def test_what_is_wrong_is_told_once_with_its_count_and_some_records(browser, report):
    largest = max((report / "schools").glob("*.html"), key=lambda path: path.stat().st_size)
    browser.open(largest, width=320)
    assert browser.js("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    told = browser.js("Array.from(document.querySelectorAll('section.rule h3')).map((h) => h.textContent)")
    assert sum("1540:" in words for words in told) == 1
    shown = browser.js("Array.from(document.querySelectorAll('.records tbody')).map((body) => body.rows.length)")
    assert max(shown) == 50
    assert browser.js("document.querySelector('.more').textContent").endswith(f"more in {largest.stem}.csv")
