"""Every screening check finds what it is for, and only that: a file that fails one is refused by DfE's platform."""

import pytest

from schemas.ees.checks import screening_checks
from tests.ees_pairs import (
    PLACE,
    cell,
    column,
    filled,
    meta_cell,
    meta_row,
    names,
    of_level,
    pair,
    rename,
    renamed_everywhere,
    twice,
    without,
)
from transforms.statistics_files import screening
from transforms.statistics_files.screening_register import screeners

SCHOOL = {"school_urn": "100001", "school_name": "Ash Primary", "school_laestab": "8562001"}
TRUST = {"trust_id": "1", "trust_name": "The Trust"}
LONG = "a" * 121


def many(count):
    """Give a filter so many items."""

    def edit(told):
        data = told["data"].loc[[0] * count].reset_index(drop=True)
        return {"data": data.assign(breakdown=[f"Item {number}" for number in range(count)]).astype("str")}

    return edit


def group_of(*topics):
    return column("breakdown_topic", *topics)


#: check → (edits that it lets pass, edits that break it, column told, count told).
CASES = {
    # names of files
    "filename_spaces": ([names("a_b.csv", "a_b.meta.csv")], [names("a b.csv", "a_b.meta.csv")], "", 1),
    "filename_special": ([names("a-b_2.csv", "a-b_2.meta.csv")], [names("a+b.csv", "ab.meta.csv")], "", 1),
    "filenames_match": ([names("a.csv", "a.meta.csv")], [names("a.csv", "b.meta.csv")], "", 1),
    # columns of the files
    "col_req_meta": ([], [without("filter_hint", file="meta")], "filter_hint", 1),
    "col_invalid_meta": (
        [column("filter_default", "Total", file="meta")],
        [column("filter_standard", "Total", file="meta")],
        "filter_standard",
        1,
    ),
    "col_req_data": ([without("la_name")], [without("country_name")], "country_name", 1),
    "col_to_rows": ([], [without(*PLACE), meta_row("more")], "", 1),
    "cross_meta_to_data": ([], [meta_row("pupil_rate", "Indicator", indicator_dp="1")], "pupil_rate", 1),
    "cross_data_to_meta": ([column("note", "one")], [column("note", "1", "2", "3", "4")], "note", 1),
    "col_names_spaces": ([], [rename("breakdown", "break down")], "break down", 1),
    "col_snake_case": ([], [rename("breakdown", "breakDown")], "breakDown", 1),
    "col_var_start": ([rename("breakdown", "breakdown_2")], [rename("breakdown", "2_breakdown")], "2_breakdown", 1),
    "col_ind_smushed": (
        [renamed_everywhere("pupil_count", "pupil_whole_count")],
        [renamed_everywhere("pupil_count", "pupil_count_male")],
        "pupil_count_male",
        1,
    ),
    "col_var_characteristic": (
        [renamed_everywhere("breakdown", "trait")],
        [renamed_everywhere("breakdown", "characteristic")],
        "characteristic",
        1,
    ),
    # the meta file
    "meta_col_type": ([], [meta_cell("col_type", "pupil_count", "indicator")], "col_type", 1),
    "meta_ob_unit": ([meta_row("school_name")], [meta_row("la_name")], "la_name", 1),
    "meta_col_name": ([], [meta_cell("col_name", "pupil_count", "")], "col_name", 1),
    "meta_dupe_label": ([], [meta_cell("label", "pupil_count", "Percentage of pupils")], "label", 1),
    "meta_fil_grp": (
        [],
        [meta_cell("filter_grouping_column", "pupil_count", "breakdown_topic")],
        "filter_grouping_column",
        1,
    ),
    "meta_fil_grp_dupe": (
        [],
        [meta_cell("filter_grouping_column", "breakdown_topic", "breakdown_topic")],
        "filter_grouping_column",
        1,
    ),
    "meta_fil_grp_is_fil": ([], [meta_cell("col_name", "breakdown_topic", "topic")], "breakdown_topic", 1),
    "meta_fil_grp_match": ([], [meta_cell("filter_grouping_column", "breakdown", "topic")], "topic", 1),
    "meta_fil_grp_stripped": (
        [group_of("Total", "Year 1", "Year 11", "Year 2")],
        [group_of("Total", "Year 1", "Year-1", "Year1")],
        "breakdown_topic",
        2,
    ),
    "meta_label": ([], [meta_cell("label", "pupil_count", " ")], "label", 1),
    "meta_filter_hint": (
        [meta_cell("filter_hint", "breakdown", "Choose")],
        [meta_cell("filter_hint", "pupil_count", "Choose")],
        "filter_hint",
        1,
    ),
    "meta_geog_catch": ([meta_row("later")], [meta_row("ward"), meta_row("local_area_name")], "ward", 1),
    "meta_indicator_dp": ([], [meta_cell("indicator_dp", "breakdown", "0")], "indicator_dp", 1),
    "meta_col_name_spaces": ([], [meta_cell("col_name", "pupil_count", "pupil count")], "col_name", 1),
    "meta_col_name_dupe": ([], [meta_row("breakdown")], "col_name", 1),
    "meta_ind_dp_set": ([], [meta_cell("indicator_dp", "pupil_count", "")], "indicator_dp", 1),
    "meta_ind_dp_values": (
        [meta_cell("indicator_dp", "pupil_count", "")],
        [meta_cell("indicator_dp", "pupil_count", "1.5"), meta_cell("indicator_dp", "pupil_percent", "-1")],
        "indicator_dp",
        2,
    ),
    "meta_ind_unit": ([], [meta_cell("indicator_unit", "breakdown", "%")], "indicator_unit", 1),
    "meta_ind_unit_validation": (
        [meta_cell("indicator_unit", "pupil_count", "numberstring")],
        [meta_cell("indicator_unit", "pupil_count", "percent")],
        "indicator_unit",
        1,
    ),
    "meta_indicator_grouping": (
        [meta_cell("indicator_grouping", "pupil_count", "Counts")],
        [meta_cell("indicator_grouping", "breakdown", "Counts")],
        "indicator_grouping",
        1,
    ),
    # time
    "time_period_num": (
        [column("time_period", "2025")],
        [cell("time_period", "2025/26"), cell("time_period", "20256", 1)],
        "time_period",
        2,
    ),
    "time_id_valid": (
        [column("time_identifier", "Week 52")],
        [cell("time_identifier", "Autumn")],
        "time_identifier",
        1,
    ),
    "time_id_mix": ([], [cell("time_identifier", "Academic year", 3)], "time_identifier", 1),
    "time_period": (
        [filled(time_identifier="Reporting year", time_period="2025")],
        [cell("time_period", "2025")],
        "time_period",
        1,
    ),
    "time_period_six": ([column("time_period", "199900")], [cell("time_period", "202527")], "time_period", 1),
    # filters
    "filter_not_singular": ([], [column("breakdown", "Total")], "breakdown", 1),
    "filter_defaults": (
        [column("breakdown", "Female"), column("filter_default", "", "Female", "", "", file="meta")],
        [column("breakdown", "Female")],
        "breakdown",
        1,
    ),
    "filter_group_level": (
        [group_of("Total", "Sex", "Age", "Total")],
        [group_of("Total", "Sex", "Age", "Year")],
        "breakdown_topic",
        1,
    ),
    "filter_item_limit": ([many(25_000)], [many(25_003)], "breakdown", 3),
    "filter_whitespace": ([], [cell("breakdown", "Female ", 1), cell("la_name", " Leicester")], "breakdown", 1),
    "filter_ob_total": ([], [cell("region_name", "All"), cell("region_name", "Total", 1)], "region_name", 2),
    "filter_blanks": ([], [cell("breakdown", "")], "breakdown", 1),
    # places
    "geog_level": ([], [cell("geographic_level", "Local Authority")], "geographic_level", 1),
    "geog_level_present": ([without("region_code", "region_name")], [without("la_name")], "la_name", 1),
    "geog_country_combos": (
        [filled(country_code="x", country_name="Not available")],
        [cell("country_name", "Wales")],
        "country_code",
        1,
    ),
    "geog_region_combos": (
        [filled(region_code="", region_name="")],
        [cell("region_name", "Yorkshire and the Humber")],
        "region_code",
        1,
    ),
    "geog_la_combos": (
        [filled(old_la_code="895", new_la_code="E06000049", la_name="Cheshire East")],
        [filled(old_la_code="x", new_la_code="E10000004", la_name="Cheshire")],
        "new_la_code",
        4,
    ),
    "geog_level_completed": ([filled(new_la_code="")], [cell("la_name", "")], "la_name", 1),
    "geog_ignored_rows": (
        [of_level("School", **SCHOOL)],
        [cell("geographic_level", "Provider"), cell("geographic_level", "School", 1)],
        "geographic_level",
        2,
    ),
    "geog_other_dupes": (
        [of_level("MAT", **TRUST)],
        [of_level("MAT", **TRUST), cell("trust_id", "2")],
        "trust_name",
        1,
    ),
    "geog_other_code_dupes": (
        [of_level("MAT", **TRUST)],
        [of_level("MAT", **TRUST), cell("trust_name", "Another")],
        "trust_id",
        1,
    ),
    "geog_la_col_present": ([without("old_la_code", "new_la_code", "la_name")], [without("la_name")], "la_name", 1),
    "geog_region_col_present": ([without("region_code", "region_name")], [without("region_code")], "region_code", 1),
    "geog_region_for_la": (
        [of_level("MAT", **TRUST)],
        [cell("region_code", ""), cell("region_code", "", 1)],
        "region_code",
        2,
    ),
    "geog_region_for_lad": (
        [filled(region_code="")],
        [of_level("Local authority district", lad_code="E1", lad_name="A", region_code="", region_name="B")],
        "region_code",
        4,
    ),
    "geog_na": (
        [of_level("School", **SCHOOL), filled(school_urn="z")],
        [of_level("School", **SCHOOL), cell("school_urn", "x")],
        "school_name",
        1,
    ),
    "geog_na_code": (
        [of_level("School", **SCHOOL), filled(school_urn="x", school_name="Not available")],
        [of_level("School", **SCHOOL), cell("school_name", "Not available")],
        "school_urn",
        1,
    ),
    "geog_overcompleted_cols": (
        [filled(new_la_code="", old_la_code="", la_name="", geographic_level="Regional")],
        [cell("geographic_level", "National")],
        "region_code",
        1,
    ),
    # values
    "general_dupes": ([], [twice()], "", 1),
    "general_null": (
        [column("note", "no data")],
        [cell("pupil_count", "NA"), cell("pupil_count", "null", 1)],
        "pupil_count",
        2,
    ),
    "ind_invalid_entry": (
        [cell("pupil_count", "z"), cell("pupil_count", "low", 1)],
        [cell("pupil_count", "~"), cell("pupil_count", ":", 1)],
        "pupil_count",
        2,
    ),
    "ind_blank": ([cell("pupil_count", "0")], [cell("pupil_count", ""), cell("pupil_count", " ", 1)], "pupil_count", 2),
    "harmonised_variables": (
        [renamed_everywhere("breakdown", "ethnicity_minor")],
        [renamed_everywhere("breakdown", "ethnicity")],
        "ethnicity",
        1,
    ),
    "harmonised_eth_vals": (
        [
            column("ethnicity_major", "White"),
            column("ethnicity_minor", "Total", "Irish", "Roma", "Any other White background"),
        ],
        [column("ethnicity_major", "White"), column("ethnicity_minor", "Irish", "Irish", "Indian", "African")],
        "ethnicity_minor",
        2,
    ),
    "harmonised_eth_char_grp": (
        [column("characteristic_group", "Sex and Ethnicity Minor")],
        [column("characteristic_group", "Total", "Sex", "Ethnic group", "Ethnic group")],
        "characteristic_group",
        2,
    ),
    "harmonised_eth_char_vals": (
        [column("characteristic_group", "Ethnicity Minor"), column("characteristic", "Irish")],
        [column("characteristic_group", "Ethnicity Minor", "Sex", "Sex", "Sex"), column("characteristic", "Female")],
        "characteristic",
        1,
    ),
    # the platform's interface
    "api_char_col_name": ([rename("breakdown", "b" * 50)], [rename("breakdown", "b" * 51)], "b" * 51, 1),
    "api_char_col_label": (
        [meta_cell("label", "pupil_count", "n" * 100)],
        [meta_cell("label", "pupil_count", "n" * 101)],
        "label",
        1,
    ),
    "api_char_loc_code": ([filled(new_la_code="E" * 30)], [filled(new_la_code="E" * 31)], "new_la_code", 1),
    "api_char_filter_items": ([cell("breakdown", LONG[:120])], [cell("breakdown", LONG)], "breakdown", 1),
    "data_dict_col_name": ([], [renamed_everywhere("pupil_count", "child_tally")], "child_tally", 1),
    "data_dict_fil_item": (
        [cell("breakdown", "Year 11", 1)],
        [cell("breakdown", "Year 12", 1), cell("breakdown", "Year 13", 2)],
        "breakdown",
        2,
    ),
}

#: check → (level, code column): places of which no table is held.
UNHELD = {
    "geog_ward_combos": ("Ward", "ward_code"),
    "geog_pcon_combos": ("Parliamentary constituency", "pcon_code"),
    "geog_lad_combos": ("Local authority district", "lad_code"),
    "geog_lep_combos": ("Local enterprise partnership", "local_enterprise_partnership_code"),
    "geog_lsip_combos": ("Local skills improvement plan area", "lsip_code"),
    "geog_eda_combos": ("English devolved area", "english_devolved_area_code"),
}
for _check, (_level, _code) in UNHELD.items():
    CASES[_check] = ([column(_code, "")], [column(_code, "E05000001")], _code, 4)


def found(check, *edits):
    return [(each.column, each.count) for each in screeners()[check](pair(*edits))]


def test_there_is_a_check_for_every_line_of_the_list_and_no_other():
    assert screeners().keys() == screening_checks().keys()
    assert sum(each.source == "eesyscreener 0.3.1" for each in screening_checks().values()) == 81


def test_every_check_is_tried_here():
    assert CASES.keys() == screening_checks().keys()


@pytest.mark.parametrize("check", CASES)
def test_what_a_check_lets_pass(check):
    assert found(check, *CASES[check][0]) == []


@pytest.mark.parametrize("check", CASES)
def test_what_a_check_finds(check):
    _, edits, name, count = CASES[check]
    assert found(check, *edits)[0] == (name, count)


@pytest.mark.parametrize("check", UNHELD)
def test_rows_of_a_level_that_we_never_publish_are_refused(check):
    level, code = UNHELD[check]
    assert ("geographic_level", 4) in found(check, of_level(level, **{code: "E05000001"}))


def test_a_tiny_file_as_the_standard_has_it_passes_every_check():
    said = screening.screen(pair())
    assert said.found == ()
    assert said.checks == len(screening_checks())


def test_a_regional_row_must_name_its_region():
    rows = filled(geographic_level="Regional", region_code="x", region_name="Not available")
    assert found("geog_region_combos", rows) == [("region_code", 4)]


def test_two_groups_of_indicators_that_become_one_address_are_refused():
    groups = (
        meta_cell("indicator_grouping", "pupil_count", "A b"),
        meta_cell("indicator_grouping", "pupil_percent", "A-b"),
    )
    assert found("meta_indicator_grouping", *groups) == [("indicator_grouping", 1)]


def test_schools_may_be_the_only_filter_of_their_file():
    schools = (
        of_level("School", **SCHOOL),
        without("breakdown", "breakdown_topic"),
        column("school_name", "Total", "Ash", "Birch", "Cedar"),
        lambda told: {"meta": told["meta"].loc[2:]},
        meta_row("school_name"),
    )
    for check in ("meta_ob_unit", "meta_geog_catch", "filter_ob_total", "geog_overcompleted_cols"):
        assert found(check, *schools) == [], check


def test_schools_beside_authorities_are_only_doubted_for_the_platform_ignores_them():
    rows = (cell("geographic_level", "School"),)
    (breach,) = screeners()["geog_ignored_rows"](pair(*rows))
    assert (breach.count, breach.warning) == (1, True)


def test_a_file_of_planning_areas_alone_is_no_file_for_the_platform():
    (breach,) = screeners()["geog_ignored_rows"](pair(of_level("Planning area")))
    assert not breach.warning


def test_duplicates_among_ignored_rows_are_told_only_where_they_stand_alone():
    same = [filled(time_identifier="Autumn term", breakdown="Total", breakdown_topic="Total")]
    assert found("general_dupes", of_level("School", **SCHOOL), *same) == [("", 3)]
    assert found("general_dupes", *same, cell("geographic_level", "School", 3)) == [("", 2)]


def test_obsolete_texts_for_no_data_are_doubted_and_null_is_refused_in_the_meta_file_too():
    doubted = screeners()["general_null"](pair(cell("pupil_count", "-")))
    assert [(each.column, each.warning) for each in doubted] == [("pupil_count", True)]
    refused = screeners()["general_null"](pair(meta_cell("label", "breakdown", "NULL")))
    assert [(each.column, each.file, each.warning) for each in refused] == [("label", "meta", False)]


def test_an_ethnicity_alone_is_held_to_its_own_standard():
    assert found("harmonised_eth_vals", column("ethnicity_major", "White", "Total", "Black", "Black")) == [
        ("ethnicity_major", 2)
    ]
