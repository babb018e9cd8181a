"""The notepad: a query that a school has explained is shown so, an error never, and no note is lost without a word."""

from datetime import date

import pytest

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import hold_to
from schemas.findings import CONTRACT
from schemas.notepad import reasons, written_after
from tests.extract_samples import source_table
from tests.report_samples import finding, findings
from transforms.explanations import Known, explain, no_explanations

SCHOOL, OTHER = "8562001", "8562002"
ONE, TWO = "A856200120001", "B856200120002"
OPENED, ON = date(2025, 10, 2), date(2026, 1, 30)
KNOWN = Known(frozenset({"1750", "1500", "1780"}), frozenset({SCHOOL, OTHER}), OPENED, ON)
HEAD = "rule | laestab | upn | note | by | day\n"


def query(laestab=SCHOOL, **more):
    return {**finding("1750", laestab, **more), "severity": "query"}


def explained(text, *found):
    return explain(findings(*found), source_table("explanations", HEAD + text), KNOWN)


def states(made):
    return made.findings["state"].tolist()


def why(made):
    return made.unmatched["reason"].tolist()


def test_a_note_on_a_pupil_explains_that_pupils_query_and_no_other():
    made = explained(f"1750 | {SCHOOL} | {ONE} | Dual main | A Clerk | 2026-01-20", query(upn=ONE), query(upn=TWO))
    assert states(made) == ["explained", "open"]
    assert made.findings["note"].tolist()[0] == "Dual main (A Clerk, 2026-01-20)"
    assert (made.given, made.queries, made.by_reason) == (1, 1, {})


def test_a_note_without_a_upn_explains_the_rule_for_the_whole_school_and_not_for_the_next():
    made = explained(
        f"1750 | {SCHOOL} | | Small intake | A Clerk | 2026-01-20", query(upn=ONE), query(upn=None), query(OTHER)
    )
    assert states(made) == ["explained", "explained", "open"]


def test_a_note_on_a_pupil_goes_before_one_on_the_school_and_a_later_one_before_an_earlier():
    made = explained(
        f"1750 | {SCHOOL} | {ONE} | first | A | 2026-01-10\n1750 | {SCHOOL} | {ONE} | second | A | 2026-01-20\n"
        f"1750 | {SCHOOL} | | school | A | 2026-01-25",
        query(upn=ONE),
    )
    assert made.findings["note"].tolist() == ["second (A, 2026-01-20)"]
    assert why(made) == []


def test_an_error_is_never_explained_away():
    made = explained(f"1500 | {SCHOOL} | | It is what it is | A Clerk | 2026-01-20", finding("1500", SCHOOL), query())
    assert states(made) == ["open", "open"]
    assert why(made) == ["error"]


def test_a_query_of_the_register_belongs_to_no_school():
    own = {**query(None, upn=None, child_id="c1"), "laestab": None}
    made = explained("1750 | | | Known to us | A Clerk | 2026-01-20", own, query(upn=ONE))
    assert states(made) == ["explained", "open"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"9ZZZ | {SCHOOL} | | a | b | 2026-01-20", "unknown_rule"),
        (f" | {SCHOOL} | | a | b | 2026-01-20", "unknown_rule"),
        ("1750 | 8569999 | | a | b | 2026-01-20", "unknown_school"),
        (f"1750 | {SCHOOL} | | | b | 2026-01-20", "incomplete"),
        (f"1750 | {SCHOOL} | | a | | 2026-01-20", "incomplete"),
        (f"1750 | {SCHOOL} | | a | b | ", "incomplete"),
        (f"1750 | {SCHOOL} | | a | b | 2025-10-02", "expired"),
        (f"1750 | {SCHOOL} | | a | b | 2026-01-31", "not_yet"),
        (f"1780 | {SCHOOL} | | a | b | 2026-01-20", "no_query"),
        (f"1750 | {OTHER} | | a | b | 2026-01-20", "no_query"),
        (f"1750 | {SCHOOL} | {TWO} | a | b | 2026-01-20", "no_query"),
    ],
)
def test_a_note_that_explains_nothing_is_reported_with_the_reason(row, reason):
    made = explained(row, query(upn=ONE))
    assert (why(made), states(made)) == ([reason], ["open"])
    assert made.unmatched["what_to_do"].tolist() == [reasons()[reason]]
    assert made.by_reason == {reason: 1}


@pytest.mark.parametrize("day", ["2025-10-03", "2026-01-30"])
def test_the_first_and_the_last_day_on_which_a_note_may_be_written_count(day):
    assert states(explained(f"1750 | {SCHOOL} | | a | b | {day}", query())) == ["explained"]


def test_a_collection_opens_on_the_day_after_the_census_day_before_it():
    assert written_after(calendar_for(Collection.parse("2026-spring"))) == OPENED


def test_without_notes_everything_is_open_and_held_to_the_contract():
    made = explain(findings(query(), finding("1500")), no_explanations(), KNOWN)
    assert states(made) == ["open", "open"]
    assert hold_to(CONTRACT, made.findings) is made.findings
    assert (made.given, made.queries, len(made.unmatched)) == (0, 0, 0)


def test_without_findings_every_note_is_reported():
    made = explained(f"1750 | {SCHOOL} | | a | b | 2026-01-20")
    assert why(made) == ["no_query"]
