"""Typing is strict: what is not plainly a value is null and its text kept, so that a finding can say so."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from schemas.model import FieldType
from schemas.written import date_reader
from transforms.clean.values import READERS, code_column, text_column, typed_column


def texts(*cells):
    return pa.chunked_array([pa.array(cells[:1], pa.string()), pa.array(cells[1:], pa.string())])


def typed(kind, *cells):
    values, raw = typed_column(texts(*cells), kind, READERS[kind])
    return values.to_pylist(), raw.to_pylist()


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (FieldType.DATE, "2016-03-02", date(2016, 3, 2)),
        (FieldType.DATE, "2024-Oct-16 00:00:00", date(2024, 10, 16)),
        (FieldType.DATE, "2024-OCT-16", date(2024, 10, 16)),
        (FieldType.DATE, " 2016-02-29 ", date(2016, 2, 29)),
        (FieldType.DATETIME, "2026-01-15T14:30:00", datetime.fromisoformat("2026-01-15T14:30")),
        (FieldType.DATETIME, "2024-Oct-16 09:05:00", datetime.fromisoformat("2024-10-16T09:05")),
        (FieldType.DATETIME, "2026-01-15T14:30:00+01:00", datetime.fromisoformat("2026-01-15T14:30")),
        (FieldType.INTEGER, "12", 12),
        (FieldType.INTEGER, "012", 12),
        (FieldType.INTEGER, "12.0", 12),
        (FieldType.INTEGER, "-3", -3),
        (FieldType.DECIMAL, "12.5", 12.5),
        (FieldType.DECIMAL, "15", 15.0),
        (FieldType.BOOLEAN, "1", True),
        (FieldType.BOOLEAN, "0", False),
        (FieldType.BOOLEAN, "true", True),
        (FieldType.BOOLEAN, "False", False),
    ],
)
def test_a_value_written_as_it_should_be_is_typed_and_nothing_is_kept_beside_it(kind, written, value):
    assert typed(kind, written, written) == ([value, value], [None, None])


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (FieldType.DATE, "2015-02-29"),
        (FieldType.DATE, "2016-13-01"),
        (FieldType.DATE, "0000-01-01"),
        (FieldType.DATE, "02/03/2016"),
        (FieldType.DATE, "20160302"),
        (FieldType.DATE, "2016-3-2"),
        (FieldType.DATE, "2024-Oct-16 09:30:00"),
        (FieldType.DATE, "2024-Foo-16 00:00:00"),
        (FieldType.DATE, "٢٠١٦-٠٣-٠٢"),
        (FieldType.DATETIME, "yesterday"),
        (FieldType.INTEGER, "12.5"),
        (FieldType.INTEGER, "1e3"),
        (FieldType.INTEGER, "twelve"),
        (FieldType.INTEGER, "1,200"),
        (FieldType.INTEGER, "9" * 30),
        (FieldType.INTEGER, "\uff11\uff12"),
        (FieldType.DECIMAL, "nan"),
        (FieldType.DECIMAL, "inf"),
        (FieldType.DECIMAL, "1e3"),
        (FieldType.DECIMAL, "12,5"),
        (FieldType.DECIMAL, "."),
        (FieldType.BOOLEAN, "yes"),
        (FieldType.BOOLEAN, "TRUE"),
        (FieldType.BOOLEAN, "2"),
    ],
)
def test_what_is_no_such_value_is_null_and_its_text_kept(kind, written):
    assert typed(kind, written, None) == ([None, None], [written, None])


@pytest.mark.parametrize("kind", list(READERS))
@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0"])
def test_blank_is_null_and_no_loss(kind, blank):
    assert typed(kind, blank, None) == ([None, None], [None, None])


def test_text_stays_as_it_is_and_blank_is_null():
    held = text_column(texts("NA", "None", " 007 ", "", "  ", None, "Łukasz"))
    assert held.to_pylist() == ["NA", "None", " 007 ", None, None, None, "Łukasz"]


def test_codes_are_trimmed_with_the_received_text_beside_them():
    codes, raw = code_column(texts("K", " K", "k", "", None, "??"))
    assert codes.to_pylist() == ["K", "K", "k", None, None, "??"]
    assert raw.to_pylist() == [None, " K", None, None, None, None]
    assert codes.dictionary.to_pylist() == ["??", "K", "k"]


def test_codes_of_an_empty_column_are_still_codes():
    codes, raw = code_column(texts(None, None))
    assert pa.types.is_dictionary(codes.type)
    assert (codes.null_count, raw.null_count) == (2, 2)


@pytest.mark.parametrize(
    ("formats", "written", "value"),
    [
        (("%d/%m/%Y",), "02/03/2016", date(2016, 3, 2)),
        (("%d/%m/%Y",), "02/03/2016 00:00:00", date(2016, 3, 2)),
        (("%d/%m/%Y",), "31/02/2016", None),
        (("%d/%m/%Y",), "2016-03-02", None),
        (("%d/%m/%Y", "%d %b %Y"), "2 Mar 2016", date(2016, 3, 2)),
    ],
)
def test_days_are_read_as_the_source_says_it_writes_them(formats, written, value):
    assert date_reader(formats)(written) == value
