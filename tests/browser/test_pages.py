"""The validation page in a real browser: nothing is fetched, it sorts and filters by keyboard, it fits every width."""

import pytest

from tests.report_samples import context, finding, findings, groups_of, quarantined, school, schools, summary
from transforms.reports.validation_page import validation_page

pytestmark = pytest.mark.browser

RULES = ("1500", "1510", "1763", "1750")
NAMES = ("Cedar Lane Church of England Voluntary Aided Primary School", "Ash Grove", "Beech Hill Community College")


def written(folder, *, number=120):
    rows = [
        finding(
            RULES[n % 4], f"856200{n % 3}", upn=f"A8562001{n:05d}", record=n + 1, sub_record=1 if n % 4 == 2 else None
        )
        for n in range(number)
    ]
    found = findings(*sorted(rows, key=lambda row: (row["laestab"], row["rule"])))
    lines = [
        school(f"856200{n}", name, errors=30 + n, queries=9 - n, on_roll=90 * 10**n) for n, name in enumerate(NAMES)
    ]
    lines.append(school("8562009", "Damson Academy", status="missing"))
    counted = summary(found, files_quarantined=1, quarantined=(quarantined("x" * 90 + ".xml"),), schools_expected=4)
    page = folder / "validation.html"
    page.write_text(
        validation_page(groups_of(found), schools(*lines), counted, context()), encoding="utf-8", newline="\n"
    )
    return page


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return written(tmp_path_factory.mktemp("page"))


def first_column(browser, table="schools"):
    return browser.js(f"Array.from(document.querySelectorAll('#{table} tbody th')).map((cell) => cell.textContent)")


def tab_to(browser, words):
    for _ in range(60):
        browser.press("Tab")
        if browser.js("document.activeElement.innerText.replace(/\\s+/g, ' ').trim()") == words:
            return
    pytest.fail(f"the keyboard does not reach {words}")


def test_the_page_fetches_nothing_and_its_script_runs_under_its_own_policy(browser, page):
    browser.open(page)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.js("document.getElementById('filter').hidden") is False


@pytest.mark.parametrize("width", [320, 480, 768, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_no_width_needs_scrolling_sideways(browser, page, width, dark):
    browser.open(page, width=width, dark=dark)
    browser.js("document.getElementById('open-all').click()")
    assert browser.js("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser.js("Array.from(document.querySelectorAll('.wide')).every((b) => b.scrollWidth <= b.clientWidth)")


def test_the_first_tab_stop_skips_to_the_findings(browser, page):
    browser.open(page)
    browser.press("Tab")
    assert browser.js("document.activeElement.className") == "skip"
    browser.press("Enter")
    assert browser.js("location.hash") == "#main"


def test_the_schools_are_sorted_by_keyboard_and_the_heading_says_so(browser, page):
    browser.open(page)
    tab_to(browser, "School")
    browser.press("Enter")
    assert first_column(browser) == ["Ash Grove", "Beech Hill Community College", NAMES[0], "Damson Academy"]
    assert browser.js("document.querySelector('#schools th[aria-sort]').getAttribute('aria-sort')") == "ascending"
    browser.press(" ")
    assert first_column(browser)[0] == "Damson Academy"
    assert browser.js("document.querySelectorAll('#schools th[aria-sort=descending]').length") == 1


def test_figures_are_sorted_as_figures_the_largest_first_and_unknown_ones_last(browser, page):
    browser.open(page)
    tab_to(browser, "On roll")
    browser.press("Enter")
    assert first_column(browser) == [NAMES[2], NAMES[1], NAMES[0], "Damson Academy"]


def test_a_school_opens_by_keyboard_and_by_its_link(browser, page):
    browser.open(page)
    opened = "Array.from(document.querySelectorAll('details.school')).map((school) => school.open)"
    assert browser.js(opened) == [False, False, False]
    tab_to(browser, "Ash Grove")
    browser.press("Enter")
    browser.js("new Promise((done) => setTimeout(done, 50))")
    assert browser.js(opened) == [False, True, False]
    browser.press("Enter")
    assert browser.js(opened) == [False, False, False]


def search(browser, words):
    browser.js(
        f"document.getElementById('filter-text').value = {words!r};document.getElementById('filter').requestSubmit();"
    )
    return browser.js("document.getElementById('filter-result').textContent")


def shown(browser, what):
    return browser.js(
        f"Array.from(document.querySelectorAll('{what}')).filter((part) => part.checkVisibility()).length"
    )


def test_a_upn_is_found_among_all_records(browser, page):
    browser.open(page)
    assert search(browser, "a856200100005") == "Showing 1 of 3 schools."
    assert shown(browser, ".records tbody tr") == 1


def test_the_name_of_a_school_shows_the_school_and_nothing_gives_all_back(browser, page):
    browser.open(page)
    assert search(browser, "beech") == "Showing 1 of 3 schools."
    assert search(browser, "nowhere") == "Showing 0 of 3 schools."
    assert search(browser, "") == "Showing 3 of 3 schools."


def test_errors_can_be_left_out(browser, page):
    browser.open(page)
    browser.js("document.getElementById('open-all').click(); document.getElementById('show-error').click()")
    assert shown(browser, "section.rule") == 3
    assert shown(browser, ".rule .level.error") == 0


def test_without_its_script_every_finding_can_still_be_read(browser, page):
    browser.open(page, script=False)
    assert browser.js("document.getElementById('filter').checkVisibility()") is False
    tab_to(browser, "Ash Grove 8562001 30 errors 10 queries")
    browser.press("Enter")
    assert shown(browser, ".records tbody tr") == 40


def test_paper_gets_every_school_each_on_pages_of_its_own(browser, page):
    browser.open(page)
    pages = browser.pdf().count(b"/Type /Page\n")
    assert pages >= 4
    assert browser.js("Array.from(document.querySelectorAll('details.school')).map((s) => s.open)") == [False] * 3


def test_a_hundred_thousand_findings_open_and_filter_at_once(browser, tmp_path):
    rows = [finding(RULES[n % 4], f"856{2000 + n % 100}", upn=f"A8562{n:08d}", record=n) for n in range(100_000)]
    found = findings(*rows)
    lines = schools(*(school(f"856{2000 + n}", f"School {n}", errors=750, queries=250) for n in range(100)))
    page = tmp_path / "validation.html"
    page.write_text(validation_page(groups_of(found), lines, summary(found), context()), encoding="utf-8", newline="\n")
    assert page.stat().st_size < 5_000_000
    browser.open(page)
    assert browser.js("performance.getEntriesByType('navigation')[0].domInteractive") < 3000
    started = browser.js("performance.now()")
    search(browser, "A856200000101")
    assert browser.js("performance.now()") - started < 1000
