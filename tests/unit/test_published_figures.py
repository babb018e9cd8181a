"""DfE's own figures stand beside ours as DfE published them: every layout is read, and no symbol becomes a number.

tests/dfe holds rows of DfE's files as published (Open Government Licence v3.0): the academic-year file, cme_census and
single rows of ehe_census 2025/26, and ehe_census 2022/23 from a public copy (Farhaan0Khan/EHE-Census-Data @ 0788eda1).
"""

from pathlib import Path

import pandas as pd
import pytest

from schemas.errors import Unreadable
from schemas.published.model import COUNT, KEY, PERCENT, RATE, layouts, licence
from schemas.statistics import symbol_of
from transforms.parse.published_figures import latest_figures, packaged_figures, read_published_figures

FILES = Path(__file__).parents[1] / "dfe"
PLACE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name"
)


def read(name):
    return read_published_figures((FILES / name).read_bytes(), source_file=name)


def figure(frame, place, item, measure=COUNT, **when):
    rows = frame.loc[frame["place"].eq(place) & frame["breakdown"].eq(item)]
    for name, text in when.items():
        rows = rows.loc[rows[name].eq(text)]
    (row,) = rows.astype(object).to_dict("records")
    symbol = row[symbol_of(measure)]
    return symbol if pd.notna(symbol) else row[measure]


@pytest.fixture(scope="module")
def packaged():
    return packaged_figures()


# --- the layouts ------------------------------------------------------------------------------------------------------


def test_the_academic_year_file_is_read_as_published():
    frame = read("ehe_academic_year.csv")
    anytime = "In EHE at any point during the year"
    told = [figure(frame, "E92000001", anytime, time_period=year) for year in ("202122", "202223", "202324", "202425")]
    assert told == [116300, 126100, 153300, 175900]
    assert figure(frame, "E92000001", "Academy", time_period="202425") == "x"
    assert figure(frame, "E92000001", "Academy", PERCENT, time_period="202425") == 49
    assert figure(frame, "E92000001", "Early years setting", PERCENT, time_period="202425") == "low"
    assert set(frame["dataset"]) == {"ehe_academic_year"}


def test_the_layout_of_2022_23_with_a_column_for_each_count_is_read():
    frame = read("ehe_census_2022_23.csv")
    assert figure(frame, "E92000001", "Total") == 80900
    assert figure(frame, "856", "Total") == 630
    assert figure(frame, "856", "Philosophical or preferential") == 20
    assert figure(frame, "810", "Unknown", breakdown_topic="Reason") == "low"
    assert figure(frame, "857", "Unknown", breakdown_topic="Sex") == 0
    assert len(frame) == 6 * (1 + 3 + 13 + 17)


def test_an_authority_that_sent_nothing_has_no_figure_and_no_nought():
    frame = read("ehe_census_2022_23.csv")
    bolton = frame.loc[frame["place"].eq("350")]
    assert bolton[COUNT].isna().all()
    assert set(bolton[symbol_of(COUNT)]) == {"x"}


def test_the_layout_of_2025_26_is_read_for_both_data_sets():
    home, missing = read("ehe_census_2025_26.csv"), read("cme_census_2025_26.csv")
    assert figure(home, "E92000001", "Total") == 126000
    assert figure(home, "E92000001", "Total", RATE) == 1.5
    assert figure(home, "E92000001", "Mental health", PERCENT) == 16
    assert figure(home, "908", "Total") == 2210
    assert figure(missing, "E92000001", "Total") == 34700
    assert figure(missing, "E92000001", "Male") == 18500
    assert (set(home["dataset"]), set(missing["dataset"])) == ({"ehe_census"}, {"cme_census"})


ENGLAND = "202425,Autumn term,National,E92000001,England,,,,,"


@pytest.mark.parametrize(
    ("header", "total", "reason", "rate"),
    [
        ("filter_group,filter,number,pc,rate", "111700,100,1.4", "x,<0.5,x", 1.4),
        ("filter_group,filter,ehe_census_date", "111700", "x", None),
    ],
    ids=["2023/24", "2022/23 revised"],
)
def test_the_layouts_between_are_read(header, total, reason, rate):
    text = f"{PLACE},{header}\n{ENGLAND},Total,Total,{total}\n{ENGLAND},Reason,Lifestyle,{reason}\n"
    text += f"{ENGLAND},Sex,Sex unknown,{'200,low,x' if rate else '200'}\n"
    frame = read_published_figures(text.encode(), source_file="ehe_census.csv")
    assert figure(frame, "E92000001", "Total") == 111700
    assert figure(frame, "E92000001", "Unknown") == 200
    if rate:
        assert figure(frame, "E92000001", "Total", RATE) == rate
        assert figure(frame, "E92000001", "Lifestyle", PERCENT) == "low"


def test_every_declared_layout_says_where_it_is_from():
    assert [each.id for each in layouts()] == ["2025/26", "2023/24", "2022/23 revised"]
    assert all(each.source for each in layouts())


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{PLACE},breakdown_topic,breakdown,children\n{ENGLAND},Total,Total,1\n", "not read (children)"),
        (f"{PLACE},filter_group,breakdown,child_count\n{ENGLAND},Total,Total,1\n", "mixes the columns of two layouts"),
        ("time_period,la_name\n202425,Leicester\n", "lacks time_identifier"),
        (f"{PLACE},filter_group,filter,ehe_census_date\n{ENGLAND},Total,Total,1\n", "does not tell whether"),
        (
            f"{PLACE},filter_group,filter,ehe_census_date\n{ENGLAND},Reason,Lifestyle,~\n",
            "1 cells of child_count that are neither",
        ),
        (f"{PLACE},filter_group,filter,ehe_census_date\n{ENGLAND},Reason,Lifestyle\n", "more or fewer cells"),
        (
            f"{PLACE},filter_group,filter,ehe_census_date\n" + 2 * f"{ENGLAND},Reason,Lifestyle,1\n",
            "two rows for one time, place and item",
        ),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(text, said):
    with pytest.raises(Unreadable) as refused:
        read_published_figures(text.encode(), source_file="file.csv")
    assert said in str(refused.value)
    assert str(refused.value).startswith("file.csv ")


# --- the copies in the package ----------------------------------------------------------------------------------------


def test_the_copies_are_what_dfe_published(packaged):
    read_again = read("ehe_academic_year.csv")
    both = read_again.merge(packaged, on=list(KEY), suffixes=("", "_packaged"), validate="1:1")
    assert len(both) == len(read_again)
    for name in (COUNT, PERCENT, symbol_of(COUNT), symbol_of(PERCENT)):
        pd.testing.assert_series_equal(both[name], both[f"{name}_packaged"], check_names=False)


def test_the_census_totals_of_england_are_there(packaged):
    told = [
        figure(packaged, "E92000001", "Total", dataset="ehe_census", time_period=year, time_identifier="Autumn term")
        for year in ("202223", "202324", "202425", "202526")
    ]
    assert told == [80900, 92000, 111700, 126000]
    assert "Open Government Licence" in licence()


def test_no_figure_has_both_a_number_and_a_symbol(packaged):
    for name in (COUNT, PERCENT, RATE):
        assert not (packaged[name].notna() & packaged[symbol_of(name)].notna()).any()


def test_a_file_that_landed_later_stands_in_the_place_of_the_copy(packaged):
    newer = read("ehe_census_2025_26.csv").assign(child_count=1)
    told = latest_figures([packaged, newer])
    assert not told.duplicated(list(KEY)).any()
    assert figure(told, "908", "Total", dataset="ehe_census") == 1
    assert len(told) == len(packaged)
