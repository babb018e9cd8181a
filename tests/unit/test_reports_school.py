"""A school's page and list: what it must do before submission, where each rule comes from, and nothing of other schools."""

import csv
import io
import re

import pytest

from tests.page_read import Read
from tests.report_samples import NOTES, context, finding, findings, quarantined, school, schools, summary
from transforms.reports.finding_groups import RuleNote
from transforms.reports.school_page import READABLE_COLUMNS, school_files
from transforms.reports.tables import FINDINGS_COLUMNS

ASH, BEECH = "8562001", "8562002"
LINES = (school(ASH, "Ash Grove", errors=1), school(BEECH, "Beech Hill"))


def files_of(*rows, lines=LINES, about=None, **columns):
    found = findings(*rows).assign(**columns)
    return dict(school_files(found, schools(*lines), summary(found), about or context()))


def words_of(*rows, laestab=ASH, **more):
    return Read(files_of(*rows, **more)[f"schools/{laestab}.html"].decode()).words


def list_of(files, laestab=ASH):
    return list(csv.DictReader(io.StringIO(files[f"schools/{laestab}.csv"].decode(), newline="")))


def test_every_school_with_a_return_gets_a_page_and_a_list_and_no_other():
    lines = (*LINES, school("8562009", "Cedar", status="missing"), school("8562010", "Damson", status="quarantined"))
    assert sorted(files_of(finding("1500"), lines=lines)) == [
        *(f"schools/{ASH}.csv", f"schools/{ASH}.html"),
        *(f"schools/{BEECH}.csv", f"schools/{BEECH}.html"),
    ]


def test_the_page_says_first_whose_pupils_it_names_and_where_it_may_be_kept():
    words = words_of(finding("1500"))
    assert words.index("This page names pupils of Ash Grove.") < words.index("School census, spring 2026: Ash Grove")
    assert "Keep it where the school keeps its pupil records" in words


def test_a_page_holds_nothing_of_another_schools_pupils():
    rows = [finding("1510", ASH, upn="A856200100001"), finding("1510", BEECH, upn="B856200200002")]
    for name, data in files_of(*rows).items():
        own, other = ("A8562001", "B8562002") if ASH in name else ("B8562002", "A8562001")
        assert own.encode() in data
        assert other.encode() not in data
        assert ("Beech Hill" if ASH in name else "Ash Grove").encode() not in data


def test_children_educated_at_home_stand_on_no_schools_page():
    files = files_of(finding("EHE-START", ASH, upn=None, roll=None, child_id="C77"))
    assert b"C77" not in b"".join(files.values())


def test_what_blocks_submission_is_said_at_once():
    assert "Not ready: 1 error to correct and 2 queries to correct or explain." in words_of(
        finding("1500"), finding("1750"), finding("1750", record=2)
    )


def test_explained_queries_do_not_block_and_bear_their_notes():
    words = words_of(finding("1750"), state=["explained"], note=["A new estate"])
    assert "Nothing blocks submission: no errors, and every query is explained." in words
    assert words.index("Explained queries: these do not block") < words.index("A new estate")


def test_a_school_without_findings_gets_a_short_page_that_says_so():
    page = files_of(finding("1500"))[f"schools/{BEECH}.html"].decode()
    assert "every rule that termly checks holds for every record of this return" in Read(page).words
    assert "Rules with findings" not in page


def test_each_rule_says_what_to_do_and_where_it_comes_from():
    notes = {"1500": RuleNote("1500", "error", "UPN is missing", "Ask.", "", "A guide (2022)", "unverified")}
    words = words_of(finding("1500"), about=context(notes=notes))
    assert "Ask. Item: upn. unverified A guide (2022)" in words
    assert "the department's own number or wording was not found" in words


def test_findings_on_leavers_are_told_apart():
    words = words_of(finding("1500"), finding("1500", roll="off", record=3))
    assert "\N{MULTIPLICATION SIGN} 2, 1 no longer on roll" in words
    assert "3 no longer on roll" in words
    assert "1 of the findings is on pupils no longer on roll" in words


def test_findings_that_recur_are_marked():
    assert "\N{MULTIPLICATION SIGN} 2, 1 last time too" in words_of(
        finding("1500"), finding("1500", record=2), recurs=[True, False]
    )


def test_rows_are_capped_and_the_list_holds_them_all():
    files = files_of(*(finding("1500", record=number) for number in range(1, 251)))
    page = Read(files[f"schools/{ASH}.html"].decode())
    assert f"200 more in {ASH}.csv" in page.words
    assert [row["record"] for row in list_of(files)] == [str(number) for number in range(1, 251)]


def test_the_list_has_the_columns_of_findings_csv_then_words():
    files = files_of(finding("1763", roll="off", record=3, sub_record=2))
    (row,) = list_of(files)
    names = list(row)
    assert names[: len(FINDINGS_COLUMNS)] == list(FINDINGS_COLUMNS)
    assert names[-len(READABLE_COLUMNS) :] == list(READABLE_COLUMNS)
    told = (row["school"], row["where"], row["what_to_do"])
    assert told == ("Ash Grove", "3 no longer on roll, fsmperiods 2", NOTES["1763"].advice)
    assert list_of(files, BEECH) == []


def test_a_list_cannot_run_a_formula():
    (row,) = list_of(files_of(finding("1510", upn="=2+5")))
    assert row["upn"] == "'=2+5"


@pytest.mark.parametrize("harmful", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_markup_in_a_upn_a_note_or_a_name_is_shown_and_not_run(harmful):
    files = files_of(finding("1750", upn=harmful), lines=(school(ASH, harmful),), state=["explained"], note=[harmful])
    read = Read(files[f"schools/{ASH}.html"].decode())
    assert read.words.count(harmful) >= 3
    assert [tag for tag, _ in read.tags].count("script") == 1
    assert "img" not in [tag for tag, _ in read.tags]


def test_the_page_asks_for_nothing_and_every_link_leads_somewhere():
    page = files_of(finding("1500"), finding("1750"))[f"schools/{ASH}.html"].decode()
    tags = Read(page).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for tag, attrs in tags if tag == "a"} <= set(ids)
    assert {attrs["aria-labelledby"] for _, attrs in tags if "aria-labelledby" in attrs} <= set(ids)
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
    assert "url(" not in page


def test_the_same_findings_give_the_same_bytes():
    rows = (finding("1500"), finding("1750", BEECH))
    assert files_of(*rows) == files_of(*rows)


def test_a_file_that_could_not_be_read_is_no_business_of_the_other_schools():
    found = findings(finding("1500"))
    counted = summary(found, files_quarantined=1, quarantined=(quarantined(),))
    files = dict(school_files(found, schools(*LINES), counted, context()))
    assert b"broken.xml" not in b"".join(files.values())
