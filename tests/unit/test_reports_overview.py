"""The overview: what blocks submission, progress, schools against rules; it names no pupil."""

import re

from tests.page_read import Read
from tests.report_samples import context, finding, findings, groups_of, school, schools, summary
from transforms.reports.finding_groups import grouped
from transforms.reports.heat_map import RULES_SHOWN, heat_map, step_of
from transforms.reports.overview_page import overview_page
from transforms.reports.run_history import RunLine
from transforms.reports.school_lines import school_lines

ASH, BEECH, CEDAR, DAMSON = (f"856200{number}" for number in range(1, 5))
BAD = school(DAMSON, "Damson", status="quarantined") | {"note": "d.xml ends too early; ask for it again"}
LINES = (
    school(ASH, "Ash Grove", errors=2, queries=1),
    school(BEECH, "Beech Hill"),
    school(CEDAR, "Cedar", status="missing"),
    BAD,
)
ROWS = (finding("1500"), finding("1510", record=2), finding("1750"))


def run(number, **changed):
    counts = {"errors": 10, "queries": 4, "queries_explained": 1, "findings_recurring": 0, "schools_received": 2}
    known = {"run": number, "day": f"2026-01-{number:02d}", "time": "10:00", "schools_expected": None}
    return RunLine(**(known | counts | {"files_quarantined": 0, "pupils_on_roll": 600} | changed))


def page_of(*rows, lines=LINES, runs=(), about=None, **columns):
    found = findings(*rows).assign(**columns)
    return overview_page(groups_of(found), schools(*lines), summary(found), about or context(), runs=runs)


def test_the_page_names_no_pupil():
    assert "A856200120001" not in page_of(*ROWS)


def test_the_page_says_at_its_top_for_whom_it_is():
    words = Read(page_of(*ROWS)).words
    assert words.index("It is for the local authority only") < words.index("School census, spring 2026: overview")


def test_what_blocks_each_school_is_listed_and_schools_that_are_ready_are_not():
    page = page_of(*ROWS)
    table = Read("<table>" + page.partition('id="blocked"')[2].partition(">")[2].partition("</table>")[0] + "</table>")
    assert "Cedar 8562003 Missing" in table.words
    assert "d.xml ends too early; ask for it again" in table.words
    assert "Ash Grove 8562001 Received 2 1 0" in table.words
    assert "Beech Hill" not in table.words
    assert "1 of 4 schools have a return that nothing blocks" in Read(page).words


def test_an_explained_query_blocks_nothing():
    lines = (school(ASH, "Ash Grove", queries=1),)
    words = Read(page_of(finding("1750"), lines=lines, state=["explained"], note=["So it is"])).words
    assert "1 of 1 school has a return that nothing blocks" in words
    assert "So it is" not in words


def test_progress_is_told_against_the_run_before():
    runs = (run(1), run(2, errors=7, schools_received=3))
    words = Read(page_of(*ROWS, runs=runs)).words
    assert (
        "Since run 1 (2026-01-01): errors from 10 to 7, unexplained queries unchanged at 3, schools received from 2 to 3"
        in words
    )


def test_a_first_run_has_nothing_to_compare_with():
    assert "no earlier run of this collection" in Read(page_of(*ROWS, runs=(run(1),))).words


def test_every_chart_is_described_and_has_its_figures_in_a_table():
    page = page_of(*ROWS, runs=(run(1), run(2, errors=7)))
    drawings = re.findall(r"<svg.*?</svg>.*?</figure>", page, flags=re.S)
    assert len(drawings) == 3
    for drawing in drawings:
        assert re.search(r"<title [^>]*>[^<]+</title>\s*<desc [^>]*>[^<]+</desc>", drawing)
        assert "<table" in drawing
    assert "Errors from 10 to 7" in page


def test_schools_link_to_their_pages_where_there_are_any():
    page = page_of(*ROWS, about=context(school_pages=frozenset({ASH, BEECH})))
    links = {attrs["href"] for tag, attrs in Read(page).tags if tag == "a" and not attrs["href"].startswith("#")}
    assert links == {"validation.html", f"schools/{ASH}.html", f"schools/{BEECH}.html"}


def test_findings_that_recur_are_counted_by_school():
    words = Read(page_of(*ROWS, recurs=[True, False, True])).words
    assert "2 findings were there in the last collection too" in words


def test_ids_are_given_once_and_the_page_fetches_nothing():
    page = page_of(*ROWS, runs=(run(1), run(2)))
    tags = Read(page).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = {name for _, attrs in tags for name in attrs.get("aria-labelledby", "").split()}
    assert named <= set(ids)
    assert "style=" not in page
    assert page.count("<style") == 1
    assert "url(" not in page


def test_the_same_findings_give_the_same_bytes():
    runs = (run(1), run(2))
    assert page_of(*ROWS, runs=runs) == page_of(*ROWS, runs=runs)


def test_no_return_at_all_still_makes_a_page():
    assert "0 of 0 schools" in Read(page_of(lines=())).words


def heat(*rows, lines=LINES):
    groups = groups_of(findings(*rows))
    return heat_map(groups, school_lines(schools(*lines), groups))


def test_the_heat_map_counts_every_school_that_sent_a_return_by_rule():
    drawn = heat(*ROWS, finding("1500", BEECH))
    assert [note.rule for note in drawn.rules] == ["1500", "1510", "1750"]
    assert [(line.name, total, [figure for _, figure in cells]) for line, total, cells in drawn.lines] == [
        ("Ash Grove", 3, ["1", "1", "1"]),
        ("Beech Hill", 1, ["1", "0", "0"]),
    ]


def test_a_cell_is_coloured_by_level_and_number_and_a_nought_is_not():
    (_, _, first), (_, _, second) = heat(*ROWS).lines
    assert [name for name, _ in first] == ["e1", "e1", "q1"]
    assert [name for name, _ in second] == ["", "", ""]
    assert [step_of(count) for count in (1, 4, 5, 19, 20, 99, 100)] == [1, 1, 2, 2, 3, 3, 4]


def test_what_the_register_breaks_is_no_column_of_schools():
    assert heat(finding("EHE-START", None, upn=None, roll=None, child_id="C1")).rules == ()


def test_rules_beyond_the_width_of_a_sheet_are_counted():
    about = {
        f"R{n}": context().notes["1500"].__class__(f"R{n}", "error", "Wrong", "Do.") for n in range(RULES_SHOWN + 3)
    }
    rows = [finding(rule) for rule in about]
    groups = grouped(findings(*rows), about, {})
    drawn = heat_map(groups, school_lines(schools(*LINES), groups))
    assert (len(drawn.rules), drawn.left_out) == (RULES_SHOWN, 3)
