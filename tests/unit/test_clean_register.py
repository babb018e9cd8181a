"""The home education register cleaned: UK days, the council's own words as DfE's, unknown words left for the rules."""

from datetime import date

import pandas as pd
import pytest

from schemas.column_maps import column_map, shipped_map
from schemas.sources.model import source
from tests.returns_made import csv_bytes
from transforms.clean.sources import clean_register
from transforms.parse.register import read_register

REGISTER = source("ehe_register")
HEADER = [
    "Child ID",
    "Forename",
    "Surname",
    "DOB",
    "Gender",
    "Start Date",
    "End Date",
    "Primary Reason",
    "SEN Status",
    "Ever EHCP",
]


def clean(*rows, mapped=None, header=HEADER):
    mapped = mapped or shipped_map("ehe_register")
    full = [
        {
            **dict(
                zip(
                    HEADER,
                    ["1", "Zoë", "Abel", "02/03/2016", "F", "01/09/2024", "", "Bullying", "K", "Yes"],
                    strict=True,
                )
            ),
            **row,
        }
        for row in rows or [{}]
    ]
    data = csv_bytes(header, [[row.get(name, "") for name in header] for row in full])
    raw = read_register(data, source_file="register.csv", column_map=mapped, source=REGISTER)
    return clean_register(raw.table, source=REGISTER, column_map=mapped)


@pytest.mark.parametrize(
    ("written", "day"),
    [("02/03/2016", date(2016, 3, 2)), ("2016-03-02", date(2016, 3, 2)), ("02/03/2016 00:00:00", date(2016, 3, 2))],
)
def test_days_are_read_as_in_the_united_kingdom(written, day):
    assert clean({"DOB": written})["date_of_birth"].tolist() == [day]


@pytest.mark.parametrize("written", ["03/15/2016", "31/02/2016", "2 March", "45200"])
def test_a_day_that_is_none_is_null_and_kept_as_text(written):
    held = clean({"DOB": written})
    assert held["date_of_birth"].isna().tolist() == [True]
    assert held["date_of_birth_raw"].tolist() == [written]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Bullying", "School dissatisfaction bullying"),
        ("  near exclusion ", "Risk of school exclusion"),
        ("MENTAL HEALTH", "Mental health"),
        ("Mental health", "Mental health"),
        ("Moon landing", "Moon landing"),
    ],
)
def test_local_reasons_become_dfe_s_and_unknown_ones_stay(written, reason):
    held = clean({"Primary Reason": written})
    assert held["primary_reason"].tolist() == [reason]
    assert held["primary_reason_local"].tolist() == [written]


def test_what_was_received_is_kept_where_it_was_changed():
    held = clean({"Primary Reason": "Bullying"}, {"Primary Reason": "Mental health"})
    assert held["primary_reason_raw"].tolist()[0] == "Bullying"
    assert held["primary_reason_raw"].isna().tolist() == [False, True]


def test_a_local_reason_column_of_its_own_is_left_as_it_is():
    header = [*HEADER, "Local Reason"]
    assert clean({"Local Reason": "code 7"}, header=header)["primary_reason_local"].tolist() == ["code 7"]


def test_every_reason_of_dfe_s_is_known_by_its_label():
    labels = shipped_map("ehe_register").code_of("primary_reason")
    assert len(set(labels.values())) == 19


@pytest.mark.parametrize(("written", "sex"), [("F", "Female"), ("male", "Male"), ("Unknown", "Unknown"), ("X", "X")])
def test_words_for_sex_become_those_of_the_return(written, sex):
    assert clean({"Gender": written})["sex"].tolist() == [sex]


@pytest.mark.parametrize(
    ("written", "value"),
    [("Yes", True), ("n", False), ("1", True), ("TRUE", True), ("false", False), ("perhaps", None)],
)
def test_yes_and_no_are_read_as_people_write_them(written, value):
    held = clean({"Ever EHCP": written})
    assert [None if pd.isna(cell) else cell for cell in held["ever_ehc_plan"]] == [value]


def test_columns_that_the_file_lacks_are_there_and_empty():
    held = clean()
    assert held["postcode"].isna().all()
    assert isinstance(held["suitability_status"].dtype, pd.CategoricalDtype)
    assert held["record"].tolist() == [1]


def test_a_council_s_own_map_goes_before_the_labels():
    mapped = column_map({"source": "ehe_register", "values": {"primary_reason": {"Other": "Lifestyle"}}})
    assert clean({"Primary Reason": "other"}, mapped=mapped)["primary_reason"].tolist() == ["Lifestyle"]


def test_ids_keep_their_leading_noughts_and_names_like_na():
    held = clean({"Child ID": "0017", "Surname": "NA", "Forename": "None"})
    assert held[["child_id", "surname", "forename"]].to_numpy().tolist() == [["0017", "NA", "None"]]
