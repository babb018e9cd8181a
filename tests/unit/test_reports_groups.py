"""Findings grouped for a page: all counted, as many shown as the page can bear."""

import pandas as pd
import pytest

from schemas.errors import ContractBroken
from tests.report_samples import NOTES, finding, findings
from transforms.reports.finding_groups import ONE_PAGE, PAGE_PER_SCHOOL, Limits, grouped, rows_per_rule


def test_errors_come_before_queries_and_rules_in_order():
    (school,) = grouped(findings(finding("1750"), finding("1763"), finding("1500")), NOTES, {}).schools
    assert [group.note.rule for group in school.groups] == ["1500", "1763", "1750"]
    assert (school.errors, school.queries) == (2, 1)


def test_findings_that_belong_to_no_school_come_last():
    found = findings(finding("EHE-START", None, upn=None, roll=None, child_id="C1"), finding("1500"))
    assert [school.laestab for school in grouped(found, NOTES, {}).schools] == ["8562001", ""]


def test_a_record_is_named_so_that_a_school_can_find_it():
    found = findings(
        finding("1500", upn=None, record=12),
        finding("1763", roll="off", record=3, sub_record=2),
        finding("1750", upn=None, roll=None, record=None),
        finding("EHE-START", None, upn=None, roll=None, record=7, child_id="C1"),
    )
    schools = grouped(found, NOTES, {}).schools
    where = [group.rows[0][group.columns.index("Record")] for school in schools for group in school.groups]
    assert where == ["12 on roll", "3 no longer on roll, fsmperiods 2", "the return as a whole", "register row 7"]


def test_a_column_that_says_nothing_is_left_out():
    (school,) = grouped(findings(finding("1500", upn=None), finding("1500", upn=None, record=2)), NOTES, {}).schools
    assert school.groups[0].columns == ("Record",)
    assert school.groups[0].field == "upn"


def test_fields_are_named_as_schools_know_them_and_told_apart_where_a_rule_judges_several():
    rows = [finding("1510"), {**finding("1510", record=2), "field": "formerupn"}]
    (school,) = grouped(findings(*rows), NOTES, {("pupils", "upn"): "UPN"}).schools
    assert [row[-1] for row in school.groups[0].rows] == ["UPN", "formerupn"]


def test_a_rule_that_fails_everywhere_is_capped_and_the_rest_counted():
    (school,) = grouped(findings(*(finding("1500", record=n) for n in range(1, 124))), NOTES, {}).schools
    group = school.groups[0]
    assert (len(group.rows), group.count, group.more) == (50, 123, 73)


def test_with_many_schools_fewer_rows_of_each_rule_are_shown():
    sizes = pd.Series([60] * 1000)
    assert rows_per_rule(sizes) == ONE_PAGE.rows_in_all // 1000


def test_with_too_many_schools_and_rules_only_counts_are_shown():
    assert rows_per_rule(pd.Series([1] * (ONE_PAGE.groups + 1))) == 0


def test_rules_are_counted_over_schools():
    found = findings(finding("1500"), finding("1500", "8562002"), finding("EHE-START", None, roll=None, child_id="C1"))
    assert [(total.note.rule, total.schools, total.count) for total in grouped(found, NOTES, {}).rules] == [
        ("1500", 2, 2),
        ("EHE-START", None, 1),
    ]


def test_characters_that_do_not_show_are_made_to_show_and_endless_values_cut():
    found = findings(finding("1510", upn="A\u202e12\x00"), finding("1510", upn="9" * 500, record=2))
    (school,) = grouped(found, NOTES, {}).schools
    assert [row[0] for row in school.groups[0].rows] == ["A\ufffd12\ufffd", "9" * 60 + "…"]


def test_a_finding_of_a_rule_without_words_is_a_fault_of_ours():
    with pytest.raises(ContractBroken, match="4711"):
        grouped(findings(finding("4711")), NOTES, {})


def test_the_order_of_findings_changes_no_count():
    rows = [finding(rule, f"856200{n % 3}", record=n) for n, rule in enumerate(["1500", "1763", "1510"] * 20, start=1)]
    there, back = grouped(findings(*rows), NOTES, {}), grouped(findings(*reversed(rows)), NOTES, {})
    assert [[(g.note.rule, g.count) for g in s.groups] for s in there.schools] == [
        [(g.note.rule, g.count) for g in s.groups] for s in back.schools
    ]


def test_an_explained_query_stands_apart_with_its_note_and_an_explained_error_stays_an_error():
    found = findings(finding("1750"), finding("1750", record=2), finding("1500"))
    found = found.assign(
        state=["explained", "open", "explained"], note=["A fair in the market square", None, "We like it so"]
    )
    (school,) = grouped(found, NOTES, {}).schools
    assert [(group.note.rule, group.standing, group.count) for group in school.groups] == [
        ("1500", "error", 1),
        ("1750", "query", 1),
        ("1750", "explained", 1),
    ]
    assert (school.errors, school.queries, school.explained) == (1, 1, 1)
    assert school.groups[2].rows[0][-1] == "A fair in the market square"


def test_findings_on_leavers_and_those_that_recur_are_counted():
    found = findings(finding("1500"), finding("1500", roll="off", record=2), finding("1500", roll="off", record=3))
    (school,) = grouped(found.assign(recurs=[True, None, True]), NOTES, {}).schools
    assert (school.off_roll, school.recurring) == (2, 2)
    assert "Last time too" in school.groups[0].columns


def test_a_rule_that_says_something_of_its_own_of_a_record_is_quoted_there():
    row = {**finding("1500"), "message": "UPN is also on roll at 8562009"}
    (school,) = grouped(findings(row), NOTES, {}).schools
    assert school.groups[0].rows[0][school.groups[0].columns.index("Message")] == "UPN is also on roll at 8562009"


def test_pages_of_single_schools_bear_more_rows_and_never_too_many_together():
    few, many = pd.Series([1000] * 20), pd.Series([1000] * 30_000)
    assert rows_per_rule(few, PAGE_PER_SCHOOL) == PAGE_PER_SCHOOL.rows_per_rule
    assert rows_per_rule(many, PAGE_PER_SCHOOL) == PAGE_PER_SCHOOL.rows_in_all // 30_000
    assert rows_per_rule(few, Limits(rows_per_rule=5, rows_in_all=10, groups=10)) == 0
