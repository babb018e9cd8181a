"""The page of a school and the overview in a real browser: nothing fetched, sorted by keyboard, every width, paper."""

import pytest

from tests.report_samples import context, finding, findings, groups_of, quarantined, school, schools, summary
from transforms.reports.overview_page import overview_page
from transforms.reports.run_history import RunLine
from transforms.reports.school_page import school_files

pytestmark = pytest.mark.browser

RULES = ("1500", "1510", "1763", "1750")
ESTABS = tuple(f"85620{number:02d}" for number in range(30))
CANARY = "Z856CANARY001"
CALM = ESTABS[29]


def sample():
    rows = [
        finding(RULES[n % 4], ESTABS[n % 29], upn=f"A9990001{n:05d}", record=n + 1, roll="off" if n % 9 == 0 else "on")
        for n in range(1800)
    ]
    found = findings(*rows, finding("1510", ESTABS[1], upn=CANARY, record=9999))
    found = found.assign(
        recurs=[n % 5 == 0 for n in range(len(found))],
        state=["explained" if n % 8 == 3 else "open" for n in range(len(found))],
        note=["Half the roll lives in a new estate" if n % 8 == 3 else None for n in range(len(found))],
    )
    lines = [
        school(laestab, f"Cedar Lane Church of England Voluntary Aided Primary School {number}", errors=45, queries=16)
        for number, laestab in enumerate(ESTABS)
    ]
    lines[29] = school(CALM, "Ash Grove")
    missing = school("8562900", "Damson Academy", status="missing")
    return found, schools(*lines, missing)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    (folder / "schools").mkdir()
    found, lines = sample()
    about = context(school_pages=frozenset(ESTABS))
    counted = summary(found, files_quarantined=1, quarantined=(quarantined("x" * 90 + ".xml"),), schools_expected=31)
    runs = [RunLine(n, f"2026-01-{n:02d}", "10:00", 900 - n, 400 - n, 9, 3, n, 31, 0, 6000) for n in range(1, 9)]
    page = overview_page(groups_of(found), lines, counted, about, runs=runs)
    (folder / "overview.html").write_text(page, encoding="utf-8", newline="\n")
    for name, data in school_files(found, lines, counted, about):
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(params=["overview.html", f"schools/{ESTABS[1]}.html", f"schools/{CALM}.html"])
def page(request, folder):
    return folder / request.param


def column(browser, table, number):
    return browser.js(
        f"Array.from(document.querySelectorAll('#{table} tbody tr')).map((r) => r.cells[{number}].innerText)"
    )


def tab_to(browser, words, within="document"):
    """Press Tab until a control with these words has the focus."""
    now = f"{within}.contains(document.activeElement) && document.activeElement.textContent.trim()"
    for _ in range(250):
        browser.press("Tab")
        if browser.js(now) == words:
            return
    pytest.fail(f"the keyboard does not reach {words}")


def test_a_page_fetches_nothing_and_complains_of_nothing(browser, page):
    browser.open(page)
    assert browser.requests() == []
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [320, 768, 820, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_no_width_needs_scrolling_sideways(browser, page, width, dark):
    browser.open(page, width=width, dark=dark)
    browser.js("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert browser.js("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser.js("Array.from(document.querySelectorAll('.wide')).every((b) => b.scrollWidth <= b.clientWidth)")


def test_the_heat_map_scrolls_in_a_box_of_its_own_that_the_keyboard_reaches(browser, folder):
    browser.open(folder / "overview.html", width=320)
    box = "document.querySelector('.heat')"
    assert browser.js(f"{box}.scrollWidth > {box}.clientWidth && {box}.scrollHeight > {box}.clientHeight")
    assert browser.js(f"{box}.tabIndex === 0 && {box}.getAttribute('role') === 'region'")
    browser.js(f"{box}.scrollTo(80, 300)")
    place = f"const box = {box}.getBoundingClientRect(); const of = (what) => document.querySelector(what).getBoundingClientRect();"
    assert browser.js(f"{{ {place} Math.abs(of('#heat thead th:nth-child(4)').top - box.top) < 3 }}")
    assert browser.js(f"{{ {place} Math.abs(of('#heat tbody th').left - box.left) < 3 }}")


def test_every_cell_of_the_heat_map_has_a_figure_and_not_its_colour_alone(browser, folder):
    browser.open(folder / "overview.html")
    cells = browser.js("Array.from(document.querySelectorAll('#heat tbody td')).map((c) => c.textContent)")
    assert len(cells) == 30 * 5
    assert all(cell.replace(",", "").isdigit() for cell in cells)
    grounds = browser.js(
        "Array.from(document.querySelectorAll('#heat td[class]')).map((c) => getComputedStyle(c).backgroundColor)"
    )
    assert len(set(grounds)) > 1


def test_the_heat_map_is_sorted_by_keyboard_and_the_heading_says_so(browser, folder):
    browser.open(folder / "overview.html")
    tab_to(browser, "School", "document.getElementById('heat')")
    browser.press("Enter")
    assert column(browser, "heat", 0)[0] == "Ash Grove"
    assert browser.js("document.querySelector('#heat th[aria-sort]').getAttribute('aria-sort')") == "ascending"
    tab_to(browser, "error 1510", "document.getElementById('heat')")
    browser.press(" ")
    place = browser.js("document.activeElement.closest('th').cellIndex")
    figures = [int(figure) for figure in column(browser, "heat", place)]
    assert figures == sorted(figures, reverse=True)
    assert browser.js("document.querySelectorAll('#heat th[aria-sort=descending]').length") == 1


def test_the_rules_of_a_school_are_sorted_by_keyboard_and_lead_to_their_records(browser, folder):
    browser.open(folder / "schools" / f"{ESTABS[1]}.html")
    tab_to(browser, "Findings")
    browser.press("Enter")
    figures = [int(figure) for figure in column(browser, "rules", 3)]
    assert figures == sorted(figures, reverse=True)
    rule = column(browser, "rules", 0)[0]
    tab_to(browser, rule)
    browser.press("Enter")
    target = browser.js("document.querySelector(location.hash).querySelector('h3').textContent")
    assert f"{rule}:" in target


def test_records_are_sorted_by_keyboard(browser, folder):
    browser.open(folder / "schools" / f"{ESTABS[1]}.html")
    tab_to(browser, "Record")
    browser.press("Enter")
    first = "document.querySelector('.records tbody').rows"
    places = browser.js(f"Array.from({first}).map((r) => parseInt(r.cells[1].textContent))")
    assert places == sorted(places)


def test_a_school_sees_its_own_pupils_and_no_other_schools(browser, folder):
    text = "document.documentElement.innerHTML"
    browser.open(folder / "schools" / f"{ESTABS[1]}.html")
    assert browser.js(f"{text}.includes('{CANARY}')")
    for other in (ESTABS[0], ESTABS[2], CALM):
        browser.open(folder / "schools" / f"{other}.html")
        assert not browser.js(f"{text}.includes('{CANARY}')")
        assert not browser.js(f"{text}.includes('{ESTABS[1]}')")


def test_a_school_without_findings_is_told_so_in_one_screen(browser, folder):
    browser.open(folder / "schools" / f"{CALM}.html")
    assert browser.js("document.querySelector('.verdict').innerText").startswith("Nothing blocks submission")
    assert browser.js("document.documentElement.scrollHeight") <= 900


def test_charts_are_drawn_in_the_pages_colours_and_their_words_can_be_read_on_a_telephone(browser, folder):
    for dark in (False, True):
        browser.open(folder / "overview.html", width=320, dark=dark)
        ink = browser.js("getComputedStyle(document.body).color")
        assert browser.js("getComputedStyle(document.querySelector('.chart text')).fill") == ink
        assert browser.js("document.querySelector('.chart text').getBoundingClientRect().height") >= 10
        assert browser.js("document.querySelectorAll('.chart svg > title').length") == 3
    assert browser.js("Array.from(document.querySelectorAll('.chart')).every((c) => c.querySelector('table'))")


def test_paper_gets_the_figures_behind_the_charts_and_no_box_that_scrolls(browser, folder):
    browser.open(folder / "overview.html")
    browser.js("window.dispatchEvent(new Event('beforeprint'))")
    assert browser.js("Array.from(document.querySelectorAll('.chart details')).every((part) => part.open)")
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.js("getComputedStyle(document.querySelector('.heat')).maxHeight") == "none"
    browser.call("Emulation.setEmulatedMedia", media="")
    browser.js("window.dispatchEvent(new Event('afterprint'))")
    assert not browser.js("document.querySelector('.chart details').open")


def test_a_school_can_be_printed(browser, page):
    browser.open(page)
    pdf = browser.pdf()
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") >= 1
