"""The validation page as text: self-contained, safe, legible, the same bytes for the same findings."""

import re
from datetime import UTC, date, datetime

import pytest

from tests.page_read import Read
from tests.report_samples import context, finding, findings, groups_of, quarantined, school, schools, summary
from transforms.reports.pages import written_day
from transforms.reports.run_summary import NoteTotal
from transforms.reports.validation_page import validation_page


def page_of(*rows, lines=(), **changed):
    found = findings(*rows)
    lines = lines or (school("8562001", "Ash Grove Primary", errors=len(rows)), school("8562002", "Beech Hill"))
    return validation_page(groups_of(found), schools(*lines), summary(found, **changed), context())


def test_the_page_says_at_its_top_that_it_names_pupils_and_for_whom_it_is():
    words = Read(page_of(finding("1500"))).words
    assert words.index("This page names pupils.") < words.index("School census, spring 2026: what to correct")
    assert "Leicester (856) · collection 2026-spring · census day 15 January 2026 · made on 20 January 2026" in words


def test_a_check_of_returns_from_nowhere_in_particular_names_no_authority():
    page = validation_page(groups_of(findings()), schools(), summary(la=""), context(la_name=""))
    assert "()" not in Read(page).words
    assert "what to correct collection 2026-spring" in Read(page).words


def test_the_page_asks_for_nothing_from_anywhere():
    page = page_of(finding("1500"))
    addresses = [attrs.get(name) for _, attrs in Read(page).tags for name in ("src", "href", "action") if name in attrs]
    assert all(address.startswith("#") for address in addresses)
    assert "url(" not in page
    assert "@import" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_each_finding_stands_under_its_school_and_rule_with_what_to_do():
    words = Read(page_of(finding("1510", upn="B856200120002", record=12))).words
    assert "Ash Grove Primary 8562001 1 error" in words
    assert (
        "error 1510: UPN has a wrong letter \N{MULTIPLICATION SIGN} 1 Compare with the transfer file. Item: upn."
        in words
    )
    assert "B856200120002 12 on roll" in words


def test_what_is_not_shown_is_counted():
    assert "73 more in findings.csv" in Read(page_of(*(finding("1500", record=n) for n in range(123)))).words


def test_no_findings_is_a_result():
    words = Read(page_of()).words
    assert "No findings: every rule that termly checks holds for every record read." in words
    assert "0 Errors" in words or "Errors 0" in words


def test_no_return_at_all_still_makes_a_page():
    page = validation_page(groups_of(findings()), schools(), summary(schools_received=0), context())
    assert "No return was read." in Read(page).words


def test_missing_schools_and_unreadable_files_are_named():
    lines = (school("8562001", "Ash"), school("8562003", "Cedar", status="missing"))
    words = Read(page_of(lines=lines, files_quarantined=1, quarantined=(quarantined(),), schools_expected=2)).words
    assert "Cedar 8562003 Missing \N{EN DASH} \N{EN DASH} \N{EN DASH}" in words
    assert "broken.xml : the file ends too early; ask the school to send it again" in words


def test_without_a_list_of_schools_the_number_expected_is_not_known_rather_than_nought():
    assert "Schools expected not known" in Read(page_of()).words


def test_what_readers_noticed_is_told():
    words = Read(page_of(notes=(NoteTotal("unknown tag", "Colour", 5, 1),))).words
    assert "unknown tag: Colour , 5 in 1 file" in words


@pytest.mark.parametrize("upn", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_markup_in_a_upn_is_shown_and_not_run(upn):
    page = page_of(finding("1510", upn=upn))
    assert upn in Read(page).words
    assert [tag for tag, _ in Read(page).tags].count("script") == 1
    assert "img" not in [tag for tag, _ in Read(page).tags]


def test_markup_in_the_name_of_a_school_or_file_is_shown_and_not_run():
    lines = (school("8562001", "<b>Ash</b>"),)
    page = page_of(lines=lines, files_quarantined=1, quarantined=(quarantined("<i>x.xml"),))
    assert "<b>Ash</b>" in Read(page).words
    assert not {"b", "i"} & {tag for tag, _ in Read(page).tags}


def test_only_the_pages_own_style_and_script_may_run():
    policy = next(attrs["content"] for _, attrs in Read(page_of()).tags if attrs.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert len(re.findall(r"-src 'sha256-[A-Za-z0-9+/]{43}='", policy)) == 2


def test_the_page_can_be_heard_and_worked_without_a_mouse():
    tags = Read(page_of(finding("1500"))).tags
    assert ("html", {"lang": "en-GB"}) in tags
    assert next(attrs for tag, attrs in tags if tag == "a") == {"class": "skip", "href": "#main"}
    sortable = [attrs for tag, attrs in tags if tag == "th" and "aria-sort" in attrs]
    assert len(sortable) == 10
    assert sum(tag == "button" for tag, _ in tags) == len(sortable) + 2
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    named = {attrs["aria-labelledby"] for _, attrs in tags if "aria-labelledby" in attrs}
    assert named <= set(ids)
    assert {attrs["href"][1:] for tag, attrs in tags if tag == "a"} <= set(ids)


def test_the_same_findings_give_the_same_bytes():
    assert page_of(finding("1500"), finding("1763")) == page_of(finding("1500"), finding("1763"))


def test_the_findings_of_a_hundred_schools_stay_a_small_page():
    rows = [finding(rule, f"856{2000 + n % 100}", record=n) for n in range(4000) for rule in ("1500", "1510", "1763")]
    lines = [school(f"856{2000 + n}", f"School {n}") for n in range(100)]
    assert len(page_of(*rows, lines=lines)) < 3_000_000


def test_a_day_is_written_as_people_write_it():
    assert written_day(date(2026, 1, 5)) == "5 January 2026"
    assert written_day(datetime(2026, 1, 5, 7, 30, tzinfo=UTC)) == "5 January 2026, 07:30"
