"""Reading many files: each bad one is named and the rest go on, and each school's right return is chosen."""

import pytest

from flows.read import CensusFile, read_census
from schemas.collection import Collection
from tests.bad_files import zipped
from tests.returns_made import SPRING, collect_csv, message, pupil

AUTUMN = Collection.parse("2025-autumn")


def file(name, data, order=1, batch=0):
    return CensusFile(name, order, lambda: data, batch)


def xml(*upns, **header):
    return message(*(pupil(UPN=upn) for upn in upns), **header)


def read(*files, la="823"):
    return read_census(files, collection=SPRING, la=la)


def upns(read_back):
    return sorted(read_back.returns.tables["pupils"]["upn"].to_pylist())


def header_rows(estab="4321", serial="1", key=1):
    row = {
        "id": key,
        "lea": "823",
        "estab": estab,
        "year": "2026",
        "term": "SPR",
        "collection": "SC",
        "native": f"823{estab}",
    }
    return [row | {"serialno": serial, "datetime": "2026-Jan-16 09:30:00"}]


def tables(*upns, serial="1"):
    """Return the two tables that make an export."""
    rows = [{"id": 10 + place, "parent": 1, "upn": upn} for place, upn in enumerate(upns)]
    return collect_csv("schoolcensus", header_rows(serial=serial)), collect_csv("pupils", rows)


def test_nothing_to_read_gives_no_returns():
    back = read()
    assert (back.files_read, back.rows_in, back.quarantined) == (0, 0, ())


def test_a_bad_file_is_named_and_the_others_are_read():
    back = read(file("good.xml", xml("A1")), file("bad.xml", b"", 2))
    assert upns(back) == ["A1"]
    assert [entry.source_file for entry in back.quarantined] == ["bad.xml"]
    assert back.files_read == 1


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ({"SerialNo": "002"}, {"SerialNo": "001"}, "A1"),
        ({"SerialNo": "001"}, {"SerialNo": "002"}, "B1"),
        ({"SerialNo": "9"}, {"SerialNo": "10"}, "B1"),
        ({"DateTime": "2026-01-15T14:30:01"}, {"DateTime": "2026-01-15T14:30:00"}, "A1"),
        ({"DateTime": "2026-01-15T14:30:00"}, {"DateTime": "2026-01-15T14:30:00"}, "B1"),
        ({"DateTime": "2026-01-15T14:30:00+00:00"}, {"DateTime": "2026-01-15T14:30:00+01:00"}, "A1"),
        ({"DateTime": "2026-01-15T14:30:00"}, {"DateTime": "yesterday"}, "A1"),
        ({"SerialNo": "1"}, {"SerialNo": "many"}, "A1"),
    ],
)
def test_the_return_that_counts_is_the_highest_serial_then_the_latest(first, second, wanted):
    back = read(file("a.xml", xml("A1", **first), 1), file("b.xml", xml("B1", **second), 2))
    assert upns(back) == [wanted]
    assert back.rows_superseded == 1


def test_two_files_of_one_name_are_two_files():
    back = read(file("x.xml", xml("A1")), file("x.xml", xml("B1", Estab="4322"), 2))
    assert upns(back) == ["A1", "B1"]


def test_two_returns_of_a_school_in_one_archive_do_not_tie():
    members = {"a.xml": xml("A1", SerialNo="2"), "b.xml": xml("B1", SerialNo="1")}
    back = read(file("all.zip", zipped(members)))
    assert upns(back) == ["A1"]
    assert (back.rows_in, back.rows_superseded) == (2, 1)


@pytest.mark.parametrize("changed", [{"LEA": "856"}, {"Term": "AUT", "Year": "2025"}])
def test_a_return_of_another_authority_or_collection_is_left_out(changed):
    back = read(file("good.xml", xml("A1")), file("other.xml", xml("B1", **changed), 2))
    assert upns(back) == ["A1"]
    assert len(back.quarantined) == 1


def test_without_an_authority_those_of_any_are_taken():
    back = read(file("a.xml", xml("A1")), file("b.xml", xml("B1", LEA="856"), 2), la=None)
    assert upns(back) == ["A1", "B1"]


def test_the_order_of_landing_does_not_change_the_order_of_schools():
    files = [file(f"{estab}.xml", xml(f"A{estab}", Estab=estab), order) for order, estab in enumerate(("4323", "4321"))]
    orders = [[header.laestab for header in read(*each).returns.headers] for each in (files, files[::-1])]
    assert orders == [["8234321", "8234323"]] * 2


def test_csv_tables_of_one_batch_are_one_export():
    header, pupils = tables("A1", "A2")
    back = read(file("e/census.csv", header, 1, 1), file("e/pupils.csv", pupils, 2, 1))
    assert upns(back) == ["A1", "A2"]
    assert back.files_read == 2


def test_a_newer_batch_supersedes_an_older_one():
    old, new = tables("A1", "A2"), tables("B1", serial="2")
    files = [file(f"e/{n}.csv", data, 1, 1) for n, data in enumerate(old)]
    files += [file(f"f/{n}.csv", data, 2, 2) for n, data in enumerate(new)]
    back = read(*files)
    assert upns(back) == ["B1"]
    assert (back.rows_in, back.rows_superseded) == (3, 2)


@pytest.mark.parametrize("alone", ["header", "children"])
def test_tables_without_pupils_are_refused_and_displace_nothing(alone):
    header, pupils = tables("A1")
    whole = [file("e/census.csv", header, 1, 1), file("e/pupils.csv", pupils, 2, 1)]
    later = {
        "header": tables("", serial="9")[0],
        "children": collect_csv("addresses", [{"id": 1, "parent": 10, "postcode": "RX1 1AA"}]),
    }[alone]
    back = read(*whole, file("f/later.csv", later, 3, 2))
    assert upns(back) == ["A1"]
    (entry,) = back.quarantined
    assert entry.reason == "f/later.csv holds no pupil; give all tables of a COLLECT export together."


def test_several_tables_without_pupils_are_one_refusal_that_counts_them():
    header, _ = tables("A1")
    addresses = collect_csv("addresses", [{"id": 1, "parent": 10, "postcode": "RX1 1AA"}])
    back = read(file("e/a.csv", addresses, 1, 1), file("e/b.csv", header, 2, 1))
    (entry,) = back.quarantined
    assert entry.reason.startswith("e/a.csv and the table given with it hold no pupil")
    assert back.files_read == 0


def test_rows_in_are_counted_where_they_were_read():
    back = read(
        file("a.xml", xml("A1", "A2", SerialNo="1"), 1),
        file("b.xml", xml("B1", SerialNo="2"), 2),
        file("c.xml", xml("C1", "C2", "C3", LEA="856"), 3),
    )
    held = back.returns.tables["pupils"].num_rows
    assert back.rows_in == held + back.rows_superseded + back.rows_refused + back.returns.rows_set_aside
    assert (held, back.rows_superseded) == (1, 2)
