"""Whatever schools and registers write, the importer takes the file whole and nobody vanishes from the account."""

import csv
import io
import unicodedata
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.contract import arrow_schema, to_frame
from schemas.model import model_for
from schemas.sources.model import arrow_schema_of, source
from tests.extract_samples import LINKS, agreement, build, frame
from tests.mavis_checker import faults, mavis_year_group, read_rows
from transforms.extract.results import ExtractInputs

COLLECTION = Collection.parse("2026-spring")
MODEL = model_for(COLLECTION)
SCHOOLS = ("8561000", "8561001")
EMPTY = {name: to_frame(arrow_schema(table).empty_table()) for name, table in MODEL.tables.items()}
DAYS = (date(2026, 2, 2), date(2026, 7, 31), date(2026, 8, 1))
UPNS = tuple(f"A{number}" for number in range(12))
PURPOSES = ("immunisation", "youth_support")

names = st.one_of(
    st.sampled_from(
        ["Ann", "O'Brien", "Șerban", "Zoë", "NA", "=1+1", "@x", "-", "", "x" * 301, "\tTab", "A, B", 'Q"q', "None"]
    ),
    st.text(max_size=12),
)
postcodes = st.one_of(
    st.sampled_from(["SW1A 1AA", "sw1a1aa", "ZZ993CZ", "SW1A", "+1", "QQ1 1CV", "GIR0AA"]), st.text(max_size=8)
)
born = st.one_of(st.none(), st.dates(date(2005, 1, 1), date(2024, 12, 31)))
lines = st.one_of(
    st.none(), st.text(max_size=15), st.sampled_from(["1 High Street", "=HYPERLINK", 'The "Lodge"', "A\nB"])
)
maybe_upn = st.one_of(st.none(), st.sampled_from(UPNS))
pupil = st.fixed_dictionaries(
    {
        "upn": maybe_upn,
        "forename": names,
        "surname": names,
        "dob": born,
        "sex": st.sampled_from(["F", "M", "X", None]),
        "enrolstatus": st.sampled_from(["C", "M", "S", "F", None]),
        "is_on_roll": st.booleans(),
        "postcode": st.one_of(st.none(), postcodes),
        "addressline1": lines,
    }
)
child = st.fixed_dictionaries(
    {
        "upn": maybe_upn,
        "forename": names,
        "surname": names,
        "date_of_birth": born,
        "sex": st.sampled_from(["Female", "Male", "Unknown", None]),
        "address_line_1": lines,
        "postcode": st.one_of(st.none(), postcodes),
        "ehe_start_date": st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2026, 12, 31))),
        "ehe_end_date": st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2026, 12, 31))),
    }
)
protection = st.fixed_dictionaries(
    {
        "upn": st.sampled_from(UPNS),
        "protection": st.sampled_from(["objection", "address_withheld", "court_order"]),
        "purpose": st.sampled_from(PURPOSES),
        "recorded_on": st.just(date(2025, 1, 1)),
    }
)


@st.composite
def authorities(draw):
    """Draw the records of an authority: pupils of two schools, a register, some links, protections, and a day."""
    pupils = draw(st.lists(pupil, max_size=8))
    for place, row in enumerate(pupils):
        row |= {"laestab": SCHOOLS[place % 2], "record": place + 1, "sub_record": 1}
    children = [
        row | {"record": place, "child_id": str(place)}
        for place, row in enumerate(draw(st.lists(child, max_size=5)), start=1)
    ]
    linked = []
    if pupils and children and draw(st.booleans()):
        linked = [
            {"child_id": children[0]["child_id"]} | {key: pupils[0][key] for key in ("laestab", "is_on_roll", "record")}
        ]
    return SimpleNamespace(
        pupils=pupils,
        children=children,
        links=linked,
        protections=draw(st.lists(protection, max_size=4)),
        urns=[draw(st.sampled_from(["100001", "12345", None])) for _ in SCHOOLS],
        on=draw(st.sampled_from(DAYS)),
    )


def inputs_of(drawn):
    headers = [{"laestab": laestab, "urn": urn} for laestab, urn in zip(SCHOOLS, drawn.urns, strict=True)]
    of = {name: arrow_schema(table) for name, table in MODEL.tables.items()}
    tables = EMPTY | {
        "schoolcensus": frame(headers, of["schoolcensus"]),
        "pupils": frame(drawn.pupils, of["pupils"]),
        "addresses": frame([row for row in drawn.pupils if row["postcode"] or row["addressline1"]], of["addresses"]),
    }
    return ExtractInputs(
        COLLECTION,
        "856",
        calendar_for(COLLECTION),
        tables,
        register=frame(drawn.children, arrow_schema_of(source("ehe_register"))),
        links=frame(drawn.links, LINKS),
        protections=frame([row | {"record": 1} for row in drawn.protections], arrow_schema_of(source("protections"))),
        protections_supplied=True,
    )


def in_gate(birth, on):
    return birth is None or 0 <= mavis_year_group(birth, on) <= 11


many = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@many
@given(authorities())
def test_every_file_passes_the_importer_with_the_agreed_columns_people_and_cells(drawn):
    for file in build(inputs_of(drawn), on=drawn.on).files:
        assert faults(file.data, urns={"100001"}) == []
        header, *rows = csv.reader(io.StringIO(file.data.decode(), newline=""))
        assert tuple(header) == file.columns == agreement().columns
        assert not [cell for row in rows for cell in row if runs(cell)]
        for row in read_rows(file.data)[1]:
            group = mavis_year_group(date.fromisoformat(row["CHILD_DATE_OF_BIRTH"]), drawn.on)
            assert 0 <= group <= 11
            assert row["CHILD_YEAR_GROUP"] in ("", str(group))


def runs(cell):
    return cell and (cell[0] in "=+@" or unicodedata.category(cell[0]) == "Cc")


@many
@given(authorities())
def test_nobody_vanishes_and_nobody_is_counted_twice(drawn):
    result = build(inputs_of(drawn), on=drawn.on)
    inside = sum(row["is_on_roll"] and in_gate(row["dob"], drawn.on) for row in drawn.pupils)
    inside += sum(_counts_today(row, drawn.on) and in_gate(row["date_of_birth"], drawn.on) for row in drawn.children)
    held = {
        (row.population, row.laestab, row.is_on_roll, row.record)
        for listed in result.held_back.values()
        for row in listed.astype(object).where(listed.notna(), None).itertuples()
    }
    assert sum(file.rows for file in result.files) + len(held) == inside


def _counts_today(row, on):
    start, end = row["ehe_start_date"], row["ehe_end_date"]
    if end is not None and end <= on:
        return False
    return start is None or start <= on


@many
@given(authorities())
@example(
    SimpleNamespace(
        pupils=[
            {"laestab": "8561000", "is_on_roll": True, "record": 1, "sub_record": 1, "upn": "A1", "forename": "Ann", "surname": "Marked",
             "dob": date(2015, 1, 1), "sex": "F", "enrolstatus": "C", "postcode": "SW1A 1AA", "addressline1": "1 High Street"},
        ],
        children=[],
        links=[],
        protections=[{"upn": "A1", "protection": "objection", "purpose": "immunisation", "recorded_on": date(2025, 1, 1)}],
        urns=["100001", None],
        on=DAYS[0],
    )
)  # fmt: skip
def test_no_objector_and_no_withheld_address_is_in_a_file(drawn):
    objecting = {
        row["upn"] for row in drawn.protections if (row["protection"], row["purpose"]) == ("objection", PURPOSES[0])
    }
    hidden = {row["upn"] for row in drawn.protections if row["protection"] != "objection"}
    for row in (*drawn.pupils, *drawn.children):
        if row["upn"] in objecting:
            row |= {"forename": "Marked", "surname": "Objector"}
        if row["upn"] in hidden:
            row |= {
                "postcode": "W1A 1HQ",
                "addressline1" if "addressline1" in row else "address_line_1": "1 Secret Street",
            }
    for file in build(inputs_of(drawn), on=drawn.on).files:
        assert b"Marked" not in file.data
        assert b"Secret" not in file.data
        assert b"W1A 1HQ" not in file.data


@pytest.mark.parametrize("on", DAYS)
def test_the_same_authority_gives_the_same_bytes_in_any_order_of_its_children(on):
    row = {
        "upn": "A1",
        "forename": "Ann",
        "surname": "Sand",
        "dob": date(2015, 1, 1),
        "sex": "F",
        "enrolstatus": "C",
        "is_on_roll": True,
    }
    pupils = [
        row | {"laestab": SCHOOLS[0], "record": place, "upn": f"A{place}", "forename": f"N{place}"}
        for place in (1, 2, 3)
    ]
    drawn = SimpleNamespace(pupils=[each | {"postcode": None, "addressline1": None} for each in pupils], children=[], links=[],
                            protections=[], urns=["100001", None], on=on)  # fmt: skip
    first = build(inputs_of(drawn), on=on).files
    drawn.pupils = drawn.pupils[::-1]
    assert build(inputs_of(drawn), on=on).files == first
