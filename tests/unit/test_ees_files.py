"""Published rows, Parquet and DfE's data files: what a statistician and the platform rely on."""

import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.breakdowns import items_of
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import hold_to, to_frame
from schemas.datasets import dataset, datasets
from schemas.errors import ContractBroken, UsageError
from schemas.la_geography import geography_of
from schemas.statistics import COUNTS, META_COLUMNS, PROTECTED, ees_contract
from tests.clean_tables import census, typed_table
from transforms.statistics_files.ees import csv_bytes, ees_frame, meta_frame
from transforms.statistics_files.published import parquet_table, published, schools_of
from transforms.statistics_files.release import protected_counts, tables_to_protect

# The header rows of DfE's own files (EES: ehe_census 2025/26, ehe_academic_year 2024/25).
EHE_CENSUS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,breakdown_topic,breakdown,child_count,child_percent,rate_per_100"
)
EHE_ACADEMIC_YEAR = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,ehe_starts_full_year,ehe_schtype_ey,ehe_schtype_none,ehe_schtype_lamain,"
    "ehe_schtype_acad,ehe_schtype_free,ehe_schtype_ind,ehe_schtype_spec,ehe_schtype_ap,ehe_schtype_pru,"
    "ehe_schtype_ehe,ehe_schtype_else_unk,ehe_schtype_ey_pc,ehe_schtype_none_pc,ehe_schtype_lamain_pc,"
    "ehe_schtype_acad_pc,ehe_schtype_free_pc,ehe_schtype_ind_pc,ehe_schtype_spec_pc,ehe_schtype_ap_pc,"
    "ehe_schtype_pru_pc,ehe_schtype_ehe_pc,ehe_schtype_else_unk_pc,ehe_anytime_full_year,ehe_returns_full_year,"
    "ehe_leave,ehe_section_437_full_year,ehe_sao_issued_full_year,ehe_sao_revoked_full_year"
)
NO_SCHOOLS = pd.DataFrame({"laestab": [], "school_urn": [], "school_name": []}, dtype="string")


def grid(dataset_id, collection, values, *, laestab=None):
    """Make protected counts of a dataset: noughts, save what `values` gives by item name; `c` hides."""
    rows = []
    for topic in dataset(dataset_id).topics_in_force(Collection.parse(collection)):
        for item in items_of(topic.id, Collection.parse(collection)):
            value = values.get((topic.name, item.name), 0)
            hidden = value == "c"
            rows.append(
                {
                    "geography": dataset(dataset_id).level,
                    "laestab": laestab,
                    "breakdown_topic": topic.name,
                    "breakdown": item.name,
                    "value": None if hidden else value,
                    "symbol": "c" if hidden else None,
                }
            )
    return to_frame(pa.Table.from_pylist(rows, schema=PROTECTED))


def rows_of(dataset_id, collection, values, *, schools=NO_SCHOOLS, laestab=None, la="856"):
    return published(
        grid(dataset_id, collection, values, laestab=laestab),
        dataset(dataset_id),
        calendar=calendar_for(Collection.parse(collection)),
        la=la,
        schools=schools,
    )


def cell(frame, topic, item, column):
    return frame.loc[frame["breakdown_topic"].eq(topic) & frame["breakdown"].eq(item), column].item()


def cells(frame, topic, item, indicator):
    """Return number and symbol of one published row, None for what is blank."""
    pair = (cell(frame, topic, item, indicator), cell(frame, topic, item, f"{indicator}_symbol"))
    return tuple(None if pd.isna(value) else value for value in pair)


# --- numbers -----------------------------------------------------------------------------------------------------

SEXES = {("Total", "Total"): 400, ("Sex", "Female"): 199, ("Sex", "Male"): 200, ("Sex", "Unknown"): 1}


def test_percentages_are_rounded_half_up_and_a_small_one_is_low_not_nought():
    frame = rows_of("ehe_census", "2025-autumn", SEXES)
    assert cells(frame, "Total", "Total", "child_percent") == (100, None)
    assert cells(frame, "Sex", "Female", "child_percent") == (50, None)
    assert cells(frame, "Sex", "Unknown", "child_percent") == (None, "low")
    assert cells(frame, "Year group", "Reception", "child_percent") == (0, None)


def test_a_hidden_count_hides_its_percentage_and_a_hidden_total_hides_all_of_them():
    part = rows_of("ehe_census", "2025-autumn", {**SEXES, ("Sex", "Female"): "c"})
    assert cells(part, "Sex", "Female", "child_percent") == (None, "c")
    assert cells(part, "Sex", "Male", "child_percent") == (50, None)
    whole = rows_of("ehe_census", "2025-autumn", {**SEXES, ("Total", "Total"): "c"})
    assert set(whole["child_percent_symbol"]) == {"c"}
    assert cells(whole, "Sex", "Male", "child_count") == (200, None)


def test_a_percentage_of_nobody_is_not_applicable():
    assert set(rows_of("ehe_census", "2025-autumn", {})["child_percent_symbol"]) == {"z"}


def test_a_rate_is_not_available_while_there_is_no_population_to_divide_by():
    frame = rows_of("ehe_census", "2025-autumn", SEXES)
    assert frame["rate_per_100"].isna().all()
    assert set(frame["rate_per_100_symbol"]) == {"x"}


def test_percentages_of_starters_are_of_starters_and_other_figures_have_none():
    frame = rows_of(
        "ehe_academic_year",
        "2025-autumn",
        {
            ("EHE status", "Started EHE during the year"): 40,
            ("EHE status", "In EHE at any point during the year"): 90,
            ("Setting prior to EHE", "Academy"): 30,
        },
    )
    assert cells(frame, "Setting prior to EHE", "Academy", "child_percent") == (75, None)
    assert cells(frame, "EHE status", "In EHE at any point during the year", "child_percent") == (None, "z")


def test_each_school_is_a_whole_of_its_own():
    one = grid("pupils_characteristics_establishments", "2026-spring", SEXES, laestab="8562002")
    other = grid(
        "pupils_characteristics_establishments",
        "2026-spring",
        {("Total", "Total"): 10, ("Sex", "Male"): 10},
        laestab="8562001",
    )
    frame = published(
        pd.concat([one, other], ignore_index=True),
        dataset("pupils_characteristics_establishments"),
        calendar=calendar_for(Collection.parse("2026-spring")),
        la="856",
        schools=NO_SCHOOLS,
    )
    male = frame.loc[frame["breakdown"].eq("Male")]
    assert male["school_laestab"].tolist() == ["8562001", "8562002"]
    assert male["pupil_percent"].tolist() == [100, 50]


# --- places ------------------------------------------------------------------------------------------------------


def test_schools_are_named_as_their_return_names_them_and_otherwise_as_the_standard_says():
    tables = census(
        "2026-spring",
        schoolcensus="laestab|urn\n8562001|100001\n8562002|\n8562003|1x\n8562004|100004\n8562005|",
        school="laestab|schoolname\n8562001|Ash, The\n8562002|\n8562003|=HYPERLINK()\n8562004|null\n8562005|Elm Primary",
    )
    parts = [
        rows_of("pupils_characteristics_establishments", "2026-spring", {}, schools=schools_of(tables), laestab=laestab)
        for laestab in ("8562001", "8562002", "8562003", "8562004", "8562005")
    ]
    told = [(part["school_urn"].iloc[0], part["school_name"].iloc[0]) for part in parts]
    assert told == [
        ("100001", "Ash, The"),
        ("x", "Not available"),
        ("x", "Not available"),
        ("100004", "School 8562004"),
        ("z", "Elm Primary"),
    ]


def test_an_authority_stands_in_its_region_under_the_names_of_the_standard():
    assert list(geography_of("856").columns().values()) == [
        "E92000001", "England", "E12000004", "East Midlands", "856", "E06000016", "Leicester",
    ]  # fmt: skip
    assert geography_of("203").region_name == "Outer London"


def test_a_number_of_no_authority_is_refused():
    with pytest.raises(UsageError, match="No current local authority has the number 999"):
        geography_of("999")


# --- EES files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset_id", "header"), [("ehe_census", EHE_CENSUS), ("ehe_academic_year", EHE_ACADEMIC_YEAR)]
)
def test_the_columns_are_those_of_dfes_own_file(dataset_id, header):
    frame = ees_frame([rows_of(dataset_id, "2025-autumn", {})], dataset(dataset_id))
    assert csv_bytes(frame).decode().splitlines()[0] == header


def test_a_row_reads_as_dfe_writes_it():
    frame = ees_frame([rows_of("ehe_census", "2025-autumn", SEXES, la="878")], dataset("ehe_census"))
    lines = csv_bytes(frame).decode().splitlines()
    place = "202526,Autumn term,Local authority,E92000001,England,E12000009,South West,878,E10000008,Devon"
    assert lines[1] == f"{place},Total,Total,400,100,x"
    assert lines[4] == f"{place},Sex,Unknown,1,low,x"


def test_the_academic_year_is_one_row_a_year():
    values = {
        ("EHE status", "Started EHE during the year"): 40,
        ("Setting prior to EHE", "Academy"): 30,
        ("Setting prior to EHE", "Special"): "c",
        ("School attendance orders", "School attendance orders issued"): 7,
    }
    frame = ees_frame(
        [rows_of("ehe_academic_year", "2025-autumn", values), rows_of("ehe_academic_year", "2026-autumn", {})],
        dataset("ehe_academic_year"),
    )
    assert frame["time_period"].tolist() == ["202526", "202425"]
    last = frame.iloc[1]
    assert last[["ehe_starts_full_year", "ehe_schtype_acad", "ehe_schtype_acad_pc"]].tolist() == ["40", "30", "75"]
    assert last[["ehe_schtype_spec", "ehe_schtype_spec_pc", "ehe_sao_issued_full_year"]].tolist() == ["c", "c", "7"]


def test_all_terms_stand_in_one_file_the_latest_first_whatever_order_they_came_in():
    terms = [
        rows_of("ehe_census", each, SEXES) for each in ("2025-autumn", "2026-summer", "2025-summer", "2026-spring")
    ]
    frame = ees_frame(terms, dataset("ehe_census"))
    times = frame[["time_period", "time_identifier"]].drop_duplicates()
    assert times.agg(" ".join, axis=1).tolist() == [
        "202526 Summer term",
        "202526 Spring term",
        "202526 Autumn term",
        "202425 Summer term",
    ]
    assert csv_bytes(frame) == csv_bytes(ees_frame(terms[::-1], dataset("ehe_census")))


def test_an_item_that_did_not_exist_is_not_applicable_and_a_topic_not_collected_is_not_available():
    reasons = ees_frame(
        [rows_of("ehe_census", "2025-summer", SEXES), rows_of("ehe_census", "2025-autumn", SEXES)],
        dataset("ehe_census"),
    )
    before = reasons.loc[reasons["time_identifier"].eq("Summer term")]
    assert cell(before, "Reason", "Offered school place but not yet accepted", "child_count") == "z"
    assert cell(before, "Reason", "Other", "child_count") == "0"
    pupils = ees_frame(
        [
            rows_of("pupils_characteristics", "2025-autumn", SEXES),
            rows_of("pupils_characteristics", "2026-spring", SEXES),
        ],
        dataset("pupils_characteristics"),
    )
    autumn = pupils.loc[pupils["time_identifier"].eq("Autumn term")]
    assert cell(autumn, "Ethnicity minor", "Chinese", "pupil_percent") == "x"
    assert len(autumn) == len(pupils) - len(autumn)


def test_the_same_term_twice_is_refused():
    rows = rows_of("ehe_census", "2025-autumn", SEXES)
    with pytest.raises(ContractBroken, match="same term twice"):
        ees_frame([rows, rows], dataset("ehe_census"))


@pytest.mark.parametrize("text", ["", "NA", "null", " 5", "~", ":", "5 ", "about 5", "n/a"])
def test_a_cell_that_the_platform_refuses_never_leaves(text):
    frame = ees_frame([rows_of("ehe_census", "2025-autumn", SEXES)], dataset("ehe_census"))
    indicators = ("child_count", "child_percent", "rate_per_100")
    contract = ees_contract(dataset("ehe_census"), indicators=indicators, filters=("breakdown_topic", "breakdown"))
    hold_to(contract, frame)
    spoilt = frame.assign(child_count=frame["child_count"].where(frame.index != 3, text))
    with pytest.raises(ContractBroken, match="child_count"):
        hold_to(contract, spoilt)


@pytest.mark.parametrize("dataset_id", [name for name, each in datasets().items() if not each.figures])
def test_the_meta_file_names_every_filter_and_indicator_of_the_data_file_once(dataset_id):
    each = dataset(dataset_id)
    laestab = "8562001" if each.level == "School" else None
    data = ees_frame([rows_of(dataset_id, "2025-autumn", {}, laestab=laestab)], each)
    meta = meta_frame(each)
    assert tuple(meta.columns) == META_COLUMNS
    grouping = set(meta["filter_grouping_column"]) - {""}
    geography = {"time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code"}
    geography |= {"region_name", "old_la_code", "new_la_code", "la_name", "school_urn", "school_name", "school_laestab"}
    assert list(meta["col_name"]) == [name for name in data.columns if name not in geography | grouping]
    assert meta["label"].is_unique
    assert meta["label"].str.len().between(1, 80).all()
    assert meta["col_name"].str.fullmatch(r"[a-z][a-z0-9_]{0,49}").all()
    indicators = meta.loc[meta["col_type"].eq("Indicator")]
    assert indicators["indicator_unit"].isin(["", "%"]).all()
    assert indicators["indicator_dp"].str.fullmatch("[0-9]").all()
    assert (
        meta.loc[meta["col_type"].eq("Filter"), ["indicator_grouping", "indicator_unit", "indicator_dp"]]
        .eq("")
        .all(axis=None)
    )


# --- Parquet -----------------------------------------------------------------------------------------------------


def test_parquet_says_what_it_holds_and_plain_pandas_reads_whole_numbers():
    frame = rows_of("ehe_census", "2025-autumn", {**SEXES, ("Sex", "Female"): "c"})
    autumn = calendar_for(Collection.parse("2025-autumn"))
    table = parquet_table(frame, dataset("ehe_census"), calendar=autumn, code_version="0.1.0")
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    read = pd.read_parquet(buffer)
    pd.testing.assert_frame_equal(read.astype(frame.dtypes), frame)
    assert read["child_count"].dtype == "int64[pyarrow]"
    told = pq.read_schema(buffer).metadata
    assert told[b"census_day"] == b"2025-10-02"
    assert told[b"profile"] == b"suppress"
    assert told[b"title"] == b"Elective home education on census day"
    assert told[b"code_version"] == b"0.1.0"


def test_the_same_counts_in_another_order_give_the_same_rows():
    counts = grid("ehe_census", "2025-autumn", SEXES)
    autumn = calendar_for(Collection.parse("2025-autumn"))
    made = [
        published(each, dataset("ehe_census"), calendar=autumn, la="856", schools=NO_SCHOOLS)
        for each in (counts, counts.sample(frac=1, random_state=5))
    ]
    pd.testing.assert_frame_equal(*made)


# --- what is protected together ----------------------------------------------------------------------------------


def counts_of(text):
    return typed_table(COUNTS, text)


def test_an_authority_and_its_schools_are_protected_together():
    counts = counts_of(
        """geography | laestab | breakdown_topic | breakdown | value
        Local authority | | Total | Total | 3
        School | 8562001 | Total | Total | 3"""
    )
    (table,) = tables_to_protect(counts, subject="pupils", collection=Collection.parse("2025-autumn"))
    assert table.datasets == ("pupils_characteristics", "pupils_characteristics_establishments")
    assert len(table.counts) == 2


def test_starters_are_the_total_of_their_settings_and_other_figures_stand_alone():
    counts = counts_of(
        """geography | laestab | breakdown_topic | breakdown | value
        Local authority | | EHE status | In EHE at any point during the year | 9
        Local authority | | EHE status | Started EHE during the year | 5
        Local authority | | Setting prior to EHE | Academy | 3
        Local authority | | Setting prior to EHE | Special | 2
        Local authority | | SEN provision | No SEN | 7"""
    )
    tables = tables_to_protect(counts, subject="children", collection=Collection.parse("2025-autumn"))
    assert [list(table.counts.index) for table in tables] == [[1, 2, 3], [0]]
    assert all((table.counts["breakdown_topic"].eq("Total")).sum() == 1 for table in tables)


def test_the_annual_figures_are_no_part_of_other_terms():
    counts = counts_of(
        """geography | laestab | breakdown_topic | breakdown | value
        Local authority | | Total | Total | 9
        Local authority | | EHE status | Started EHE during the year | 5"""
    )
    tables = tables_to_protect(counts, subject="children", collection=Collection.parse("2026-spring"))
    assert [table.datasets for table in tables] == [("ehe_census",)]


def test_protected_counts_hold_a_number_or_a_symbol_for_every_row_of_a_table():
    counts = counts_of(
        """geography | laestab | breakdown_topic | breakdown | value
        Local authority | | Total | Total | 9
        Local authority | | SEN provision | No SEN | 7"""
    )
    told = pd.DataFrame({"value": [9], "symbol": [None]}, index=[0])
    protected = protected_counts(counts, [told])
    assert protected["breakdown_topic"].tolist() == ["Total"]
    with pytest.raises(ContractBroken, match="Two tables"):
        protected_counts(counts, [told, told])
    with pytest.raises(ContractBroken, match="both or neither"):
        protected_counts(counts, [told.assign(symbol="c")])
    with pytest.raises(ContractBroken, match="both or neither"):
        protected_counts(counts, [told.assign(value=pd.NA)])
