"""The invented authority: if it is not like a real one, every test and demonstration built on it proves less."""

import numpy as np
import pandas as pd
import pytest

from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.errors import UsageError
from schemas.model import model_for
from transforms.synthetic.authority import synthetic_la, tables_of
from transforms.synthetic.sheets import unmade_fields

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
SPRING, AUTUMN, SUMMER = (Collection.parse(name) for name in ("2026-spring", "2026-autumn", "2026-summer"))
ONLY_COLLECT_SETS = {"moveoffrollflag", "moveonrollflag", "missingaddress", "duplicatenotfunded"}


def made(collection, *, schools=40, pupils=150, seed=1):
    return synthetic_la(schools, pupils, collection=collection, la="823", seed=seed)


@pytest.fixture(scope="module")
def spring():
    return made(SPRING)


@pytest.fixture(scope="module")
def autumn():
    return made(AUTUMN)


@pytest.fixture(scope="module")
def summer():
    return made(SUMMER)


@pytest.fixture(params=["spring", "autumn", "summer"])
def authority(request):
    return request.getfixturevalue(request.param)


def letter_of(body):
    values = [LETTERS.index(c) if c in LETTERS else int(c) for c in body]
    return LETTERS[sum(weight * value for weight, value in enumerate(values, 2)) % 23]


def pupils(authority, roll):
    sheet = authority.sheets["pupils", roll]
    return sheet.columns.assign(school=sheet.places["school"], roll=roll)


def all_pupils(authority):
    return pd.concat([pupils(authority, "on"), pupils(authority, "off")], ignore_index=True)


def test_every_upn_and_former_upn_has_the_check_letter_of_its_arithmetic(authority):
    records = all_pupils(authority)
    upns = pd.concat([records["upn"], records["formerupn"]]).dropna()
    assert len(upns) > len(records)
    assert all(len(upn) == 13 and upn[0] == letter_of(upn[1:]) for upn in upns)


def test_a_upn_stands_once_in_a_return_and_belongs_to_one_child(authority):
    records = all_pupils(authority)
    assert not records.duplicated(["school", "upn"]).any()
    assert not records[["upn", "dob", "forename", "surname"]].drop_duplicates().duplicated("upn").any()


def test_every_uln_is_valid_and_everyone_of_fourteen_has_one(authority):
    records = all_pupils(authority)
    ulns = records["uniquelearnernumber"].dropna()
    for uln in ulns:
        remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), uln, strict=False)) % 11
        assert len(uln) == 10
        assert uln[0] != "0"
        assert remainder
        assert 10 - remainder == int(uln[9])
    fourteen = pd.Timestamp(authority.scene.calendar.census_day) - pd.DateOffset(years=14)
    assert records.loc[records["dob"] <= fourteen, "uniquelearnernumber"].notna().all()
    assert records["uniquelearnernumber"].isna().any()


def test_a_pupil_on_two_rolls_is_main_at_one_school_and_subsidiary_at_the_other(authority):
    on_roll = pupils(authority, "on")
    twice = on_roll.loc[on_roll.duplicated("upn", keep=False)]
    status = twice.groupby("upn")["enrolstatus"].agg(lambda codes: "".join(sorted(codes)))
    assert len(status) > 3
    assert set(status) == {"MS"}
    subsidiary = on_roll.loc[on_roll["enrolstatus"] == "S", "school"]
    kinds = authority.schools["phase"].iloc[subsidiary]
    assert "PR" in set(kinds)


def test_twins_siblings_movers_and_leavers_are_there(authority):
    rolls = authority.rolls
    on_roll, left = rolls.loc[rolls["is_on_roll"]], rolls.loc[~rolls["is_on_roll"]]
    twins = on_roll.loc[on_roll.duplicated(["home", "dob"], keep=False)]
    assert len(twins) > 10
    assert on_roll.duplicated("home", keep=False).mean() > 0.2
    assert len(set(on_roll["child"]) & set(left["child"])) > 5
    assert len(left) > 20


def test_two_children_never_share_name_and_birthday_in_one_home(authority):
    children = authority.children
    assert not children.duplicated(["home", "dob", "forename", "surname"]).any()


def test_every_school_has_leavers_and_at_least_three_pupils_in_every_collection():
    for collection in known_collections():
        rolls = made(collection, schools=9, pupils=1).rolls
        on_roll = np.bincount(rolls.loc[rolls["is_on_roll"], "school"], minlength=9)
        left = np.bincount(rolls.loc[~rolls["is_on_roll"], "school"], minlength=9)
        assert (on_roll >= 3).all()
        assert (left >= 1).all()


def test_free_school_meals_are_had_by_someone_and_never_by_nearly_half_of_a_school(authority):
    rolls = authority.rolls.loc[authority.rolls["is_on_roll"]]
    share = rolls.groupby("school")["has_meals"].mean()
    assert share.gt(0).all()
    assert share.le(0.45).all()


def test_every_pupil_of_a_special_school_has_a_plan_or_support(authority):
    rolls = authority.rolls
    special = authority.schools["special"].to_numpy()[rolls["school"]] & rolls["is_on_roll"]
    assert special.any()
    assert rolls.loc[special, "senprovision"].ne("N").all()


def test_every_table_of_the_term_has_rows(authority):
    collection = authority.scene.collection
    empty = [
        (name, roll)
        for name, table in model_for(collection).tables.items()
        for roll in table.definition.rolls()
        if table.held(roll, collection) and not len(authority.sheets[name, roll])
    ]
    assert empty == []


def test_every_field_of_the_term_is_filled_somewhere(authority):
    filled = {
        (key[0], column)
        for key, sheet in authority.sheets.items()
        for column in sheet.columns
        if sheet.columns[column].notna().any()
    }
    held = {
        (name, f.column) for name, table in model_for(authority.scene.collection).tables.items() for f in table.fields
    }
    assert {column for _, column in held - filled} <= ONLY_COLLECT_SETS


def test_every_field_that_stands_in_the_xml_has_a_maker_of_its_own(authority):
    tables = tables_of(authority.scene, authority.schools, authority.rolls)
    assert {name.split(".")[1] for name in unmade_fields(authority.scene, tables)} <= ONLY_COLLECT_SETS


def test_the_number_of_pupils_is_about_what_was_asked(authority):
    assert authority.rolls["is_on_roll"].sum() == pytest.approx(40 * 150, rel=0.05)


def test_the_same_child_keeps_its_numbers_name_and_characteristics_from_term_to_term(spring, summer):
    columns = ["child", "permanent_upn", "uln", "surname", "forename", "dob", "sex", "ethnicity", "senprovision"]
    one, other = (a.rolls.drop_duplicates("child").set_index("child")[columns[1:]] for a in (spring, summer))
    both = one.index.intersection(other.index)
    assert len(both) > 0.9 * len(one)
    pd.testing.assert_frame_equal(one.loc[both], other.loc[both])


def test_children_move_up_a_year_from_summer_to_autumn(summer, autumn):
    ages = [a.rolls.drop_duplicates("child").set_index("child")["age"] for a in (summer, autumn)]
    both = ages[0].index.intersection(ages[1].index)
    assert len(both) > 1000
    assert (ages[1].loc[both] - ages[0].loc[both]).eq(1).all()


def test_attendance_adds_up_and_uses_codes_of_the_term_it_belongs_to(authority):
    for table in ("termlysessiondetails", "summerhalfterm2sessiondetails"):
        if (table, "on") not in authority.sheets:
            continue
        sheet = authority.sheets[table, "on"]
        possible = authority.sheets["pupils", "on"].columns[table.replace("sessiondetails", "sessionspossible")]
        outside = {"D", "Q", "X", "Z", "#", "Y", *(f"Y{n}" for n in range(1, 8))}
        counted = sheet.columns["sessions"].where(~sheet.columns["attendancereason"].isin(outside), 0)
        sums = np.bincount(sheet.parent, weights=counted, minlength=len(possible))
        given = possible.notna().to_numpy()
        assert given.any()
        assert (sums[given] == possible[given]).all()
        assert not sums[~given].any()


def test_schools_are_consistent_in_type_governance_number_and_ages(spring):
    schools = spring.schools
    assert not schools["laestab"].duplicated().any()
    assert not schools["urn"].duplicated().any()
    assert (schools["type"].eq("49") == schools["governance"].eq("CA")).all()
    assert {"NS", "PS", "SS", "AT", "SP", "PR"} == set(schools["phase"])
    on_roll = spring.rolls.loc[spring.rolls["is_on_roll"]]
    school = schools.iloc[on_roll["school"]].reset_index(drop=True)
    age = on_roll["age"].reset_index(drop=True)
    mainstream = school["phase"].isin(["NS", "PS", "SS"])
    assert (age[mainstream] >= school["lowest_age"][mainstream]).all()
    assert (age[mainstream] <= school["highest_age"][mainstream] + 1).all()
    assert schools["states_urn"].any()


def test_shares_are_near_those_that_dfe_published(spring):
    on_roll = pupils(spring, "on")
    assert on_roll["senprovision"].eq("K").mean() == pytest.approx(0.142, abs=0.03)
    assert on_roll["senprovision"].eq("E").mean() == pytest.approx(0.053, abs=0.02)
    assert on_roll["ethnicity"].eq("WBRI").mean() == pytest.approx(0.603, abs=0.05)
    assert on_roll["language"].isin(["ENG", "ENB"]).mean() == pytest.approx(0.79, abs=0.05)
    meals = spring.sheets["fsmperiods", "on"].columns["fsmenddate"].isna().sum()
    assert meals / len(on_roll) == pytest.approx(0.24, abs=0.06)


def test_names_that_break_readers_are_among_the_pupils(spring):
    surnames = set(all_pupils(spring)["surname"])
    assert surnames & {"Null", "None", "NA"}
    assert any("'" in name or "\N{RIGHT SINGLE QUOTATION MARK}" in name for name in surnames)
    assert any("-" in name for name in surnames)
    assert any("Ș" in name or "Ț" in name for name in surnames)
    assert max(len(name) for name in surnames) <= 35


@pytest.mark.parametrize("schools", [1, 2, 3, 4, 5, 6])
def test_the_smallest_authorities_can_be_made(schools):
    authority = made(SPRING, schools=schools, pupils=20)
    assert len(authority.schools) == schools
    assert authority.rolls["is_on_roll"].any()


@pytest.mark.parametrize(
    ("schools", "pupils_a_school", "la"),
    [(0, 10, "823"), (10, 0, "823"), (10, 10, "000"), (5000, 1, "823"), (1, 90_000_000, "823")],
)
def test_what_cannot_be_made_is_refused_in_one_sentence(schools, pupils_a_school, la):
    with pytest.raises(UsageError, match=r"^[A-Z].*\.$"):
        synthetic_la(schools, pupils_a_school, collection=SPRING, la=la, seed=1)
