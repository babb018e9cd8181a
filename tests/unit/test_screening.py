"""The gate before DfE's platform: what it would refuse is not written, and nothing that stands in a cell is said."""

from pathlib import Path

import pytest

from schemas.datasets import datasets
from schemas.ees.checks import known_warnings, screening_checks
from schemas.ees.reference import levels, local_authorities, symbols
from schemas.errors import ContractBroken
from schemas.la_geography import geography_of
from schemas.statistics import META_COLUMNS, PLACE_COLUMNS, SCHOOL_COLUMNS, SYMBOLS
from tests.ees_pairs import DATA, META, cell, meta_row, pair, without
from transforms.statistics_files.screening import screen
from transforms.statistics_files.screening_pair import pair_of

GOLDEN = Path(__file__).parents[1] / "golden" / "statistics"


def golden(dataset):
    names = (f"{dataset}.csv", f"{dataset}.meta.csv")
    data, meta = ((GOLDEN / name).read_bytes() for name in names)
    return pair_of(names[0], data, names[1], meta)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.meta.csv")), ids=lambda path: path.name)
def test_the_files_we_publish_pass_every_check_and_are_doubted_only_where_we_know_why(path):
    dataset = path.name.removesuffix(".meta.csv")
    said = screen(golden(dataset))
    assert said.failures == ()
    assert said.checks == len(screening_checks())
    assert said.unknown_warnings(dataset) == ()


def test_a_failed_check_says_file_check_column_and_count_but_no_value():
    said = screen(pair(cell("la_name", "Leicester Forest"), cell("pupil_count", "~"), cell("pupil_count", ":", 1)))
    with pytest.raises(ContractBroken) as refused:
        said.hold()
    text = str(refused.value)
    assert "pupils.csv, column new_la_code" in text
    assert "geog_la_combos, 1 times" in text
    assert "1 more checks or columns fail" in text
    assert "nothing was written" in text
    assert "Leicester" not in text


def test_a_file_without_failures_is_not_held_back_by_a_warning():
    said = screen(pair(cell("breakdown", "Year 12", 1)))
    said.hold()
    assert said.warning_counts == {"data_dict_fil_item": 1}


def test_a_warning_we_know_of_is_not_said_again_and_another_is():
    said = screen(pair(cell("breakdown", "Year 12", 1), cell("pupil_percent", "-")))
    (line,) = said.unknown_warnings("pupils_characteristics")
    assert "general_null, 1 times" in line


def test_columns_that_every_later_check_needs_are_asked_for_first():
    for edit in (without("geographic_level"), without("filter_grouping_column", file="meta"), meta_row("no_such")):
        said = screen(pair(edit))
        assert said.failures
        assert said.checks < len(screening_checks())


def test_the_bytes_are_read_as_the_platform_reads_them():
    text = DATA.replace(",30,100", ',"",NA', 1)
    read = pair_of("pupils.csv", text.encode(), "pupils.meta.csv", META.encode())
    assert read.data["pupil_count"].iloc[0] == ""
    assert {each.check.id for each in screen(read).failures} == {"ind_blank", "general_null"}


@pytest.mark.parametrize("spoilt", [DATA.encode("utf-16"), b"", DATA.encode() + b"202526,Autumn term\n"])
def test_what_is_no_whole_csv_is_refused(spoilt):
    with pytest.raises(ContractBroken, match=r"pupils\.csv is no CSV"):
        pair_of("pupils.csv", spoilt, "pupils.meta.csv", META.encode())


def test_an_item_with_a_line_end_or_comma_in_quotes_is_one_cell():
    text = DATA.replace(",Female,", ',"Female,\nor so",')
    assert (
        pair_of("pupils.csv", text.encode(), "pupils.meta.csv", META.encode()).data["breakdown"].iloc[1]
        == "Female,\nor so"
    )


# --- facts ---------------------------------------------------------------------------------------------------------


def test_every_warning_that_we_let_stand_is_one_that_a_check_can_give():
    for dataset, check in known_warnings():
        assert dataset == "*" or dataset in datasets()
        assert "warning" in screening_checks()[check].severity


def test_the_standard_and_our_writers_mean_the_same_symbols_and_columns():
    assert symbols("in use") == set(SYMBOLS)
    ours = {*PLACE_COLUMNS, *SCHOOL_COLUMNS} - {"geographic_level"}
    assert ours == {c for name in ("National", "Regional", "Local authority", "School") for c in levels()[name].columns}
    assert len(META_COLUMNS) == 8


def test_every_authority_that_we_can_publish_is_one_on_which_the_sources_agree():
    for number in ("856", "895", "823", "370", "373", "929"):
        place = geography_of(number)
        assert (place.old_la_code, place.new_la_code, place.la_name) in local_authorities()


def test_codes_on_which_the_sources_differ_are_not_accepted():
    refused = {("x", "E10000004", "Cheshire"), ("x", "E10000001", "Bedfordshire"), ("370", "E08000038", "Barnsley")}
    assert not refused & local_authorities()
