"""Missing education: a child whom nobody looks for, or a family troubled over a child who sits in the next school."""

import pytest

from tests.clean_tables import census, ehe_register
from transforms.link import link
from transforms.missing_education import COLUMNS, Looked, cme_candidates

LEFT, BOTH, UNSUITABLE = "left, on no roll", "on roll and home educated", "home education unsuitable"
HEADER = """
    laestab
    8562001
    8562002
    """
LEAVER = "8562001 | no  | 1 | E823432124001 |  |  | Ann | Lee | 2012-05-01 | 2025-09-01 | 2025-11-30"
COLUMN_NAMES = (
    "laestab | is_on_roll | record | upn | formerupn | uniquelearnernumber"
    " | forename | surname | dob | entrydate | leavingdate"
)
REGISTER = "child_id | upn | forename | surname | date_of_birth | ehe_start_date | ehe_end_date | end_reason"


def tables(*rows):
    pupils = "\n".join((COLUMN_NAMES, *rows))
    return census("2026-spring", schoolcensus=HEADER, pupils=pupils)


def register(*rows, columns=REGISTER):
    return ehe_register("\n".join((columns, *rows)))


def found(held, entries=None, later=None):
    links = None if entries is None else link(entries, held["pupils"], held["addresses"]).frame
    return cme_candidates(Looked(held, entries, links, later or {}))


def grounds(candidates):
    return candidates.frame["ground"].to_list()


def test_a_leaver_who_stands_nowhere_is_listed_with_evidence_and_dates():
    listed = found(tables(LEAVER), register("c1 |  | Bo | Other | 2013-01-01 | 2025-09-01 |  |")).frame
    row = listed.iloc[0]
    assert list(listed.columns) == list(COLUMNS)
    assert (row["ground"], row["laestab"], row["upn"], row["roll"]) == (LEFT, "8562001", "E823432124001", "off")
    assert (str(row["left"]), str(row["entered"])) == ("2025-11-30", "2025-09-01")
    assert row["compulsory_school_age"] == "yes"
    assert "2 returns of 2026-spring" in row["evidence"]
    assert "no entry in the home education register" in row["evidence"]


def test_without_a_register_the_evidence_says_that_none_could_be_looked_at():
    assert "no home education register to look at" in found(tables(LEAVER)).frame["evidence"].iloc[0]


@pytest.mark.parametrize(
    "other",
    [
        "8562002 | yes | 1 | E823432124001 |  |  | Anna | Lee | 2012-05-02 | 2025-12-01 |",
        "8562002 | yes | 1 | B801200005001 | E823432124001 |  | Anna | Lee | 2012-05-02 | 2025-12-01 |",
        "8562002 | yes | 1 | B801200005001 |  |  | ANN | L-ee | 2012-05-01 | 2025-12-01 |",
    ],
    ids=["UPN", "former UPN", "names and date of birth"],
)
def test_a_leaver_on_another_roll_is_not_listed(other):
    assert found(tables(LEAVER, other)).frame.empty


def test_a_leaver_known_by_unique_learner_number_alone_is_not_listed():
    left = LEAVER.replace("|  |  | Ann", "|  | 1234567007 | Ann")
    arrived = "8562002 | yes | 1 | B801200005001 |  | 1234567007 | Anna | New | 2012-05-01 | 2025-12-01 |"
    assert found(tables(left, arrived)).frame.empty


def test_a_sibling_on_roll_does_not_hide_a_leaver():
    sibling = "8562002 | yes | 1 | B801200005001 |  |  | Ben | Lee | 2012-05-01 | 2025-12-01 |"
    assert grounds(found(tables(LEAVER, sibling))) == [LEFT]


def test_a_leaver_found_in_a_later_collection_drops_out():
    later = tables("8562002 | yes | 1 | E823432124001 |  |  | Ann | Lee | 2012-05-01 | 2026-02-01 |")["pupils"]
    assert found(tables(LEAVER), later={"2026-summer": later}).frame.empty
    nobody = tables("8562002 | no | 1 | E823432124001 |  |  | Ann | Lee | 2012-05-01 | 2026-02-01 | 2026-03-01")[
        "pupils"
    ]
    assert (
        "2026-spring and 2026-summer" in found(tables(LEAVER), later={"2026-summer": nobody}).frame["evidence"].iloc[0]
    )


@pytest.mark.parametrize(
    ("entry", "listed"),
    [
        ("c1 | E823432124001 | Ann | Lee | 2012-05-01 | 2025-12-01 |  |", []),
        ("c1 |               | Ann | Lee | 2012-05-01 | 2026-02-01 |  |", []),
        ("c1 | E823432124001 | Ann | Lee | 2012-05-01 | 2025-12-01 | 2026-01-16 | Returned to school", []),
        ("c1 | E823432124001 | Ann | Lee | 2012-05-01 | 2025-12-01 | 2026-01-15 | Returned to school", [LEFT]),
        ("c1 | E823432124001 | Ann | Lee | 2012-05-01 | 2025-12-01 | 2026-01-15 | Moved abroad", []),
    ],
    ids=["open", "begun later", "ended the day after", "ended on census day", "ended for a place elsewhere"],
)
def test_an_open_entry_in_the_register_explains_a_leaver_and_an_ended_one_only_by_its_reason(entry, listed):
    candidates = found(tables(LEAVER), register(entry))
    assert grounds(candidates) == listed
    if listed:
        assert "an ended entry only" in candidates.frame["evidence"].iloc[0]
        assert candidates.frame["child_id"].iloc[0] == "c1"


@pytest.mark.parametrize(
    ("born", "listed"),
    [
        ("2020-12-31", [LEFT]),  # five on 31 December: of age from that day
        ("2021-01-01", []),
        ("2009-09-01", [LEFT]),  # sixteen in this school year: to the last Friday of June
        ("2009-08-31", []),
    ],
)
def test_only_children_of_compulsory_school_age_on_census_day_are_listed(born, listed):
    assert grounds(found(tables(LEAVER.replace("2012-05-01", born)))) == listed


def test_a_leaver_without_a_date_of_birth_is_counted_and_not_listed():
    candidates = found(tables(LEAVER.replace("2012-05-01", "")))
    assert candidates.frame.empty
    assert candidates.age_unknown == 1


def test_a_child_who_left_two_schools_is_listed_once_under_the_last():
    second = "8562002 | no | 1 | E823432124001 |  |  | Ann | Lee | 2012-05-01 | 2025-12-01 | 2025-12-20"
    assert found(tables(LEAVER, second)).frame["laestab"].to_list() == ["8562002"]


def test_a_child_on_both_lists_is_listed_with_the_dates_of_both():
    held = tables("8562002 | yes | 1 | E823432124001 |  |  | Ann | Lee | 2012-05-01 | 2025-09-01 |")
    row = found(held, register("c1 | E823432124001 | Ann | Lee | 2012-05-01 | 2025-12-01 |  |")).frame.iloc[0]
    assert (row["ground"], row["laestab"], row["child_id"]) == (BOTH, "8562002", "c1")
    assert (str(row["entered"]), str(row["ehe_start"])) == ("2025-09-01", "2025-12-01")
    begun_later = register("c1 | E823432124001 | Ann | Lee | 2012-05-01 | 2026-01-16 |  |")
    assert found(held, begun_later).frame.empty


def test_unsuitable_home_education_is_listed_and_a_blank_or_other_answer_never_is():
    entries = register(
        "c1 | Ann | Lee | 2012-05-01 | 2025-09-01 | Unsuitable       | 2025-12-12 |",
        "c2 | Bo  | Lee | 2012-05-01 | 2025-09-01 |                  |            |",
        "c3 | Cy  | Lee | 2012-05-01 | 2025-09-01 | Not yet assessed |            |",
        "c4 | Di  | Lee | 2012-05-01 | 2025-09-01 | Unsuitable       | 2025-12-12 | 2026-01-15",
        columns="child_id | forename | surname | date_of_birth | ehe_start_date | suitability_status"
        " | suitability_date | ehe_end_date",
    )
    candidates = found(tables(), entries)
    assert candidates.frame["child_id"].to_list() == ["c1"]
    assert str(candidates.frame["suitability_date"].iloc[0]) == "2025-12-12"
    assert candidates.by_ground == {LEFT: 0, BOTH: 0, UNSUITABLE: 1}


def test_nothing_of_a_child_but_identifiers_dates_and_our_words_is_listed():
    listed = found(tables(LEAVER)).frame.astype("str").iloc[0].str.cat(sep=" ")
    assert "Lee" not in listed
    assert "2012-05-01" not in listed


def test_the_order_of_rows_changes_nothing():
    rows = [LEAVER, LEAVER.replace("| 1 | E823432124001", "| 2 | B801200005001").replace("Ann", "Bea")]
    first, again = found(tables(*rows)).frame, found(tables(*rows[::-1])).frame
    assert first.equals(again)
    assert len(first) == 2
