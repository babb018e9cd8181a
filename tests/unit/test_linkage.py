"""Fuzzy linking: a child written down otherwise is found, a brother or twin is not, and what is unsure goes to a clerk."""

import subprocess
import sys

import pytest

from schemas._data import toml
from schemas.errors import ContractBroken
from schemas.linkage import linkage, linkage_from
from tests.clean_tables import census, ehe_register
from tests.numbers import upn
from transforms.link import EXACT, Method, added, link
from transforms.linkage.decisions import decided
from transforms.linkage.register import OTHER_UPN, SEVERAL, TOO_LITTLE, UNCERTAIN, fuzzy_links
from transforms.linkage.two_upns import under_two_upns

PUPILS = (
    "laestab | is_on_roll | record | upn | forename | surname | dob | sex | middlenames | formersurname | formerupn\n"
)
ADDRESSES = "laestab | is_on_roll | record | sub_record | postcode\n"
CHILDREN = "child_id | upn | forename | surname | date_of_birth | sex | postcode | middle_names\n"
P1, P2, P3 = upn("856400120001"), upn("856400120002"), upn("856400120003")
ANN = f"8564001 | yes | 1 | {P1} | Annabel | Ashworth | 2012-03-04 | F"
HOME = "8564001 | yes | 1 | 1 | ML1 1AB"


def tables(pupils, addresses):
    made = census(
        "2026-spring", **({"pupils": PUPILS + pupils} if pupils else {}),
        **({"addresses": ADDRESSES + addresses} if addresses else {}),
    )  # fmt: skip
    return made["pupils"], made["addresses"]


def found(children, pupils=ANN, addresses=HOME, *, data=None, refused=None):
    register = ehe_register(CHILDREN + children) if children else ehe_register("child_id\n").iloc[:0]
    both = tables(pupils, addresses)
    exact = link(register, *both).frame
    return fuzzy_links(register, both, exact, data=data or linkage(), refused=refused)


def pairs(frame):
    return [tuple(row) for row in frame[["child_id", "laestab", "record"]].astype(object).to_numpy().tolist()]


def why(result):
    return result.review["why"].to_list()


LINKED = [("c1", "8564001", 1)]


@pytest.mark.parametrize(
    "child",
    [
        "Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB",
        "Annabel | Ashwroth | 2012-03-04 | Female | ML1 1AB",
        "Ánnabel | Ashworth | 2012-03-04 | Female | ml11ab",
        "Ashworth | Annabel | 2012-03-04 | Female | ML1 1AB",
        "Anna | Ashworth | 2012-03-04 | Female | ML1 1AB",
        "Annabel | Ashworth-Smith | 2012-03-04 | Female | ML1 1AB",
        "Annabel | Ashworth | 2012-04-03 | Female | ML1 1AB",
        "Annabel | Ashworth | 2012-03-14 | Female | ML1 1AB",
        "Annabel | Ashworth | 2012-03-04 | Female | ML1 1AC",
        "Annabel | Ashworth | 2012-03-04 | Unknown | ML1 1DE",
    ],
    ids=["letter lost", "letters swapped", "accent", "names swapped", "short form", "double surname", "American day",
         "digit", "next street", "moved near by"],
)  # fmt: skip
def test_a_child_written_down_otherwise_in_one_item_is_linked(child):
    result = found(f"c1 | | {child}")
    assert pairs(result.found) == LINKED
    assert len(result.review) == 0


def test_a_former_surname_and_a_middle_name_that_the_census_holds_link():
    pupils = f"8564001 | yes | 1 | {P1} | Annabel | Smith | 2012-03-04 | F | Rose May | Ashworth"
    assert pairs(found("c1 | | Annabel | Ashworth | 2012-03-04 | Female | ML1 1AB", pupils).found) == LINKED
    assert pairs(found("c1 | | May | Smith | 2012-03-04 | Female | ML1 1AB", pupils).found) == LINKED


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        ("Annabel | Ashworth | 2012-03-04 | Female | ZE1 9ZZ", UNCERTAIN),
        ("Annabel | Ashworth | 2012-03-04 | Female |", UNCERTAIN),
        ("Annabel | Zimmermann | 2012-03-04 | Female | ML1 1AB", UNCERTAIN),
        ("Annabel | Ashworth | | Female | ML1 1AB", UNCERTAIN),
    ],
    ids=["moved away", "no address", "another surname", "no birthday"],
)
def test_what_may_be_the_child_goes_to_a_clerk(child, reason):
    result = found(f"c1 | | {child}")
    assert pairs(result.found) == []
    assert pairs(result.review) == LINKED
    assert why(result) == [reason]


def test_the_list_says_which_items_agree():
    row = found("c1 | | Annabel | Ashworth | 2012-03-04 | Female | ZE1 9ZZ").review.iloc[0]
    items = [each.item for each in linkage().comparisons]
    assert row[items].to_list() == ["same", "same", "same", "differs", "same"]
    assert row["upn"] == P1
    assert 0 <= row["weight"] < linkage().searches["register"].automatic
    assert 0.5 <= row["probability"] < 1


@pytest.mark.parametrize(
    "child",
    ["Beatrice | Ashworth | 2012-03-04 | Female | ML1 1AB", "Bertram | Ashworth | 2014-05-06 | Male | ML1 1AB",
     "Annabel | Zimmermann | 1999-12-31 | Female | ZE1 9ZZ"],
    ids=["twin", "brother", "namesake"],
)  # fmt: skip
def test_another_child_is_neither_linked_nor_listed(child):
    result = found(f"c1 | | {child}")
    assert len(result.found) == len(result.review) == 0


def test_a_child_without_a_forename_is_never_linked_by_itself():
    result = found("c1 | | | Ashworth | 2012-03-04 | Female | ML1 1AB")
    assert pairs(result.found) == []
    assert why(result) == [TOO_LITTLE]


def test_twins_of_like_names_go_to_a_clerk():
    result = found(
        "c1 | | Anabela | Ashworth | 2012-03-04 | Female | ML1 1AB",
        f"{ANN}\n8564001 | yes | 2 | {P2} | Anabell | Ashworth | 2012-03-04 | F",
        f"{HOME}\n8564001 | yes | 2 | 1 | ML1 1AB",
    )
    assert pairs(result.found) == []
    assert why(result) == [SEVERAL, SEVERAL]


def test_two_children_of_the_register_are_not_both_given_one_pupil():
    result = found(
        "c1 | | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB\nc2 | | Annabell | Ashworth | 2012-03-04 | Female | ML1 1AB"
    )
    assert pairs(result.found) == []
    assert sorted(result.review["child_id"]) == ["c1", "c2"]


def test_all_records_of_the_pupil_that_are_alike_are_linked():
    result = found(
        "c1 | | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB",
        f"{ANN}\n8564002 | no | 7 | {P1} | Annabel | Ashworth | 2012-03-04 | F",
        f"{HOME}\n8564002 | no | 7 | 1 | ML9 9ZZ",
    )
    assert pairs(result.found) == [("c1", "8564001", 1), ("c1", "8564002", 7)]


def test_an_exact_link_is_left_alone_whatever_is_more_alike():
    register = f"c1 | {P1} | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB\nc2 | | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB"
    result = found(
        register, f"{ANN}\n8564002 | no | 7 | {P1} | Annabel | Ashworth | 2012-03-04 | F", f"{HOME}\n8564002 | no | 7 | 1 | ML1 1AB"
    )  # fmt: skip
    assert len(result.found) == len(result.review) == 0


def test_a_child_with_another_upn_goes_to_a_clerk():
    result = found(f"c1 | {P2} | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB")
    assert pairs(result.found) == []
    assert why(result) == [OTHER_UPN]


def test_several_entries_of_a_child_in_the_register_give_one_link():
    entry = "c1 | | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB"
    assert pairs(found(f"{entry}\n{entry}\nc1 | | Anabel | Ashworth | 2012-03-04 | Female | ML2 2AB").found) == LINKED


def test_a_day_that_stands_for_unknown_brings_nobody_together():
    most = linkage().searches["register"].most_alike
    pupils = "\n".join(
        f"8564001 | yes | {place} | | Ann{place} | Ash{place} | 2010-01-01 | F" for place in range(1, most + 2)
    )
    result = found("c1 | | Ann5 | Ash6 | 2010-01-01 | Female |", pupils, "")
    assert len(result.review) == 0


@pytest.mark.parametrize(("children", "pupils"), [("", ""), ("c1 | | Ann | Ash | 2012-01-01", ""), ("", ANN)])
def test_without_candidates_the_tables_are_empty_and_of_the_right_columns(children, pupils):
    result = found(children, pupils, "")
    assert list(result.found.columns) == ["child_id", "laestab", "is_on_roll", "record"]
    assert len(result.found) == len(result.review) == 0


def test_without_candidates_splink_is_not_imported():
    code = (
        "import sys; from tests.unit.test_linkage import found, same_child, ANN, HOME;"
        "found('c1 | | Zoe | Zimmer | 2015-09-09 | Female | ZE1 9ZZ'); same_child(ANN, HOME);"
        "sys.exit(int(any(name in sys.modules for name in ('splink', 'duckdb'))))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_an_error_of_the_database_quotes_no_value():
    declared = toml("linkage.toml")
    declared["comparisons"][0]["levels"][1]["sql"] = "cast(forename_l as integer) = cast(forename_r as integer)"
    with pytest.raises(ContractBroken) as broken:
        found("c1 | | Wilhelmina | Ashworth | 2012-03-04 | Female | ML1 1AB", data=linkage_from(declared))
    assert "Wilhelmina".lower() not in str(broken.value).lower()
    assert broken.value.__cause__ is None
    assert broken.value.__context__ is None


# --- adding to the links -----------------------------------------------------------------------------------------


def test_added_links_are_told_apart_and_leave_the_exact_ones():
    register = ehe_register(
        CHILDREN
        + f"c1 | {P1} | Annabel | Ashworth | 2012-03-04\nc2 | | Beatric | Birch | 2012-03-04 | Female | ML1 1AB"
    )
    both = tables(
        f"{ANN}\n8564001 | yes | 2 | {P2} | Beatrice | Birch | 2012-03-04 | F",
        f"{HOME}\n8564001 | yes | 2 | 1 | ML1 1AB",
    )
    exact = link(register, *both)
    alike = fuzzy_links(register, both, exact.frame, data=linkage())
    links = added(exact, alike.found, method=Method.FUZZY)
    assert links.frame["method"].to_list() == ["upn", "fuzzy"]
    assert links.links == {**dict.fromkeys(EXACT, 0), Method.UPN: 1, Method.FUZZY: 1}
    assert links.children == 2
    assert links.frame.dtypes.equals(exact.frame.dtypes)
    assert added(links, alike.found, method=Method.CLERK) is links


# --- two UPNs ----------------------------------------------------------------------------------------------------


def same_child(pupils, addresses):
    return under_two_upns(*tables(pupils, addresses), linkage())


def upns(result):
    return [tuple(row) for row in result[["upn", "other_upn"]].to_numpy().tolist()]


@pytest.mark.parametrize(
    ("other", "postcode"),
    [
        ("Annabel | Ashworth | 2012-03-04 | F", "ZE1 9ZZ"),
        ("Anabel | Ashworth | 2012-03-04 | F", "ML1 1AB"),
        ("Annabel | Zimmermann | 2012-03-04 | F", "ML1 1AB"),
        ("Ashworth | Annabel | 2012-03-04 | F", "ML1 1AB"),
        ("Annabel | Ashworth | 2012-04-03 | F", "ML1 1AB"),
    ],
    ids=["moved", "letter lost", "another surname", "names swapped", "American day"],
)
def test_one_child_under_two_upns_is_listed(other, postcode):
    result = same_child(f"{ANN}\n8564002 | no | 3 | {P2} | {other}", f"{HOME}\n8564002 | no | 3 | 1 | {postcode}")
    assert upns(result) == [tuple(sorted([P1, P2]))]
    assert set(result["laestab"]) | set(result["other_laestab"]) == {"8564001", "8564002"}


@pytest.mark.parametrize(
    "other",
    [
        f"8564002 | yes | 3 | {P2} | Annabel | Ashworth | 2012-03-04 | F",
        f"8564002 | yes | 3 | {P1} | Anabel | Ashworth | 2012-03-04 | F",
        f"8564001 | yes | 3 | {P2} | Beatrice | Ashworth | 2012-03-04 | F",
        f"8564001 | yes | 3 | {P2} | Bertram | Ashworth | 2014-05-06 | M",
        f"8564002 | yes | 3 | {P2} | Anabel | Ashworth | 2012-03-04 | F | | | {P1}",
        "8564002 | yes | 3 | | Anabel | Ashworth | 2012-03-04 | F",
    ],
    ids=["the same to the letter", "the same UPN", "twin", "brother", "former UPN named", "no UPN"],
)
def test_what_is_known_or_another_child_is_not_listed(other):
    place, _, record, *_ = (part.strip() for part in other.split("|"))
    roll = other.split("|")[1].strip()
    assert upns(same_child(f"{ANN}\n{other}", f"{HOME}\n{place} | {roll} | {record} | 1 | ML1 1AB")) == []


def test_the_record_on_a_roll_stands_for_a_upn():
    result = same_child(
        f"8564009 | no | 5 | {P1} | Annabel | Ashworth | 2012-03-04 | F\n{ANN}\n8564002 | no | 3 | {P2} | Anabel | Ashworth | 2012-03-04 | F",
        f"8564009 | no | 5 | 1 | ML1 1AB\n{HOME}\n8564002 | no | 3 | 1 | ML1 1AB",
    )
    sides = {result["upn"][0]: result["laestab"][0], result["other_upn"][0]: result["other_laestab"][0]}
    assert sides == {P1: "8564001", P2: "8564002"}
    assert len(result) == 1


# --- a clerk's decisions -----------------------------------------------------------------------------------------

DECISIONS = "child_id | upn | laestab | roll | pupil_record | decision | by | day\n"
MOVED = "c1 | | Annabel | Ashworth | 2012-03-04 | Female | ZE1 9ZZ"


def decide(rows, pupils=ANN, children=MOVED):
    given = typed_decisions(rows)
    return decided(given, tables(pupils, HOME)[0], ehe_register(CHILDREN + children))


def typed_decisions(rows):
    from schemas.sources.model import arrow_schema_of, source  # noqa: PLC0415
    from tests.clean_tables import typed_table  # noqa: PLC0415

    return typed_table(arrow_schema_of(source("link_decisions")), DECISIONS + rows)


@pytest.mark.parametrize(
    "row",
    [f"c1 | {P1} | 8564001 | on | 1", "c1 | | 8564001 | on | 1", f"c1 | {P1.lower()} | 8564001 | on | 44"],
    ids=["number and place", "place alone", "number, standing elsewhere by now"],
)
def test_a_yes_finds_its_record(row):
    told = decide(f"{row} | yes | AB | 2026-02-01")
    assert pairs(told.yes) == LINKED
    assert len(told.no) == told.unused == 0


def test_a_no_keeps_a_pair_off_the_links_and_the_list():
    told = decide(f"c1 | {P1} | 8564001 | on | 1 | no | AB | 2026-02-01")
    sure = "c1 | | Anabel | Ashworth | 2012-03-04 | Female | ML1 1AB"
    for child in (MOVED, sure):
        result = found(child, refused=told.no)
        assert len(result.found) == len(result.review) == 0


def test_a_no_holds_for_every_record_of_the_pupil():
    pupils = f"{ANN}\n8564002 | no | 7 | {P1} | Annabel | Ashworth | 2012-03-04 | F"
    told = decide(f"c1 | {P1} | 8564001 | on | 1 | no", pupils)
    assert len(found(MOVED, pupils, refused=told.no).review) == 0


@pytest.mark.parametrize(
    "row",
    [
        f"c1 | {P3} | 8564001 | on | 1 | yes",
        "c1 | | 8564001 | off | 1 | yes",
        "c9 | | 8564001 | on | 1 | yes",
        "c1 | | 8564001 | on | 1 | perhaps",
        "c1 | | 8564001 | beside | 1 | yes",
    ],
    ids=["another number", "another roll", "unknown child", "neither yes nor no", "no roll"],
)
def test_a_decision_that_finds_nothing_is_counted_and_does_nothing(row):
    told = decide(row)
    assert len(told.yes) == len(told.no) == 0
    assert told.unused == 1


def test_a_blank_decision_decides_nothing():
    told = decide(f"c1 | {P1} | 8564001 | on | 1 |")
    assert (len(told.yes), len(told.no), told.unused) == (0, 0, 0)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("yes | AB | 2026-02-01", "no | AB | 2026-02-02", "no"), ("no | AB | 2026-02-01", "yes | AB | 2026-02-02", "yes"),
     ("no | AB | 2026-02-01", "yes | AB | 2026-02-01", "no"), ("yes | AB |", "no | AB | 2026-02-01", "no")],
)  # fmt: skip
def test_of_two_decisions_the_later_counts_and_on_one_day_the_no(first, second, kept):
    where = f"c1 | {P1} | 8564001 | on | 1 |"
    for rows in (f"{where} {first}\n{where} {second}", f"{where} {second}\n{where} {first}"):
        told = decide(rows)
        assert pairs(getattr(told, kept)) == LINKED
        assert len(told.yes) + len(told.no) == 1
