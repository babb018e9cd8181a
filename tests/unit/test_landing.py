"""Landing: every file as received, once, in order, and out of use only when a person said so."""

import hashlib
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from flows.discovery import REGISTER_SUFFIXES, find_files
from flows.landing import LandingPlace, land, landed, read_landed, reinstate, withdraw
from flows.transaction import opened
from schemas.collection import Collection
from schemas.errors import Unreadable, UsageError
from schemas.received import ReturnHeader
from tests.stores import NOON, RETURNS, SPRING, contents
from transforms.supersede import ReceivedReturn, supersede

LATER = NOON + timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "data") as (held, _):
        yield held


def names(files):
    return [file.name for file in files]


def test_a_file_lands_under_its_hash_with_its_record(store):
    data = "<Message>Łuczak</Message>".encode()
    file = land(store, [("a/856_4001.xml", data)], RETURNS, at=NOON).new[0]
    digest = hashlib.sha256(data).hexdigest()
    assert str(file.path) == f"landing/school_census/collection=2026-spring/la=856/{digest[:16]}-856_4001.xml"
    assert read_landed(store, file) == data
    assert store.read_json(file.record_path) == {
        "path": str(file.path),
        "name": "a/856_4001.xml",
        "sha256": digest,
        "bytes": len(data),
        "order": 1,
        "landed_at": "2026-01-20T12:00:00+00:00",
        "withdrawn_at": None,
    }


def test_the_same_bytes_again_change_nothing(store):
    files = [("one.xml", b"1"), ("two.xml", b"2")]
    land(store, files, RETURNS, at=NOON)
    before = contents(store.root)
    again = land(store, [*files, ("another name.xml", b"1")], RETURNS, at=LATER)
    assert (names(again.new), names(again.known)) == ([], ["one.xml", "two.xml"])
    assert contents(store.root) == before


def test_files_are_listed_as_they_came(store):
    land(store, [("b.xml", b"b"), ("a.xml", b"a")], RETURNS, at=NOON)
    land(store, [("0.xml", b"0")], RETURNS, at=LATER)
    assert [(file.name, file.order) for file in landed(store, RETURNS)] == [("b.xml", 1), ("a.xml", 2), ("0.xml", 3)]


def test_each_collection_and_authority_has_its_own_landing(store):
    autumn = LandingPlace("school_census", Collection.parse("2025-autumn"), "856")
    land(store, [("a.xml", b"a")], RETURNS, at=NOON)
    assert names(land(store, [("a.xml", b"a")], autumn, at=NOON).new) == ["a.xml"]
    assert landed(store, LandingPlace("school_census", SPRING, "999")) == ()


def test_a_file_that_cannot_be_read_does_not_stop_the_others(store, tmp_path):
    (tmp_path / "b.xml").write_bytes(b"b")
    done = land(store, [("gone.xml", tmp_path / "gone.xml"), ("b.xml", tmp_path / "b.xml")], RETURNS, at=NOON)
    assert names(done.new) == ["b.xml"]
    assert len(done.faults) == 1
    assert done.faults[0].startswith("gone.xml cannot be read")


def test_a_file_changed_in_the_store_is_not_read_as_received(store):
    file = land(store, [("a.xml", b"a")], RETURNS, at=NOON).new[0]
    store.locate(file.path).write_bytes(b"b")
    with pytest.raises(Unreadable, match=r"a\.xml was changed in the store"):
        read_landed(store, file)


@pytest.mark.parametrize("how", ["name", "member", "path", "sha256", "capitals", "content"])
def test_a_file_is_withdrawn_by_name_path_hash_or_content(store, tmp_path, how):
    land(store, [("set.zip/a.xml", b"a"), ("b.xml", b"b")], RETURNS, at=NOON)
    file = landed(store, RETURNS)[0]
    (tmp_path / "renamed.xml").write_bytes(b"a")
    said = {
        "name": file.name,
        "member": "a.xml",
        "path": str(file.path),
        "sha256": file.sha256,
        "capitals": file.sha256.upper(),
        "content": str(tmp_path / "renamed.xml"),
    }
    assert withdraw(store, said[how], at=LATER).withdrawn_at == LATER.isoformat()
    assert names(landed(store, RETURNS)) == ["b.xml"]
    assert names(landed(store, RETURNS, withdrawn=True)) == ["set.zip/a.xml", "b.xml"]
    assert read_landed(store, file) == b"a"


def test_withdrawing_twice_keeps_the_first_day(store):
    land(store, [("a.xml", b"a")], RETURNS, at=NOON)
    withdraw(store, "a.xml", at=NOON)
    assert withdraw(store, "a.xml", at=LATER).withdrawn_at == NOON.isoformat()


def test_a_name_that_means_several_files_is_refused(store):
    land(store, [("a/r.xml", b"1"), ("b/r.xml", b"2")], RETURNS, at=NOON)
    with pytest.raises(UsageError, match=r"2 files on record are meant by r\.xml"):
        withdraw(store, "r.xml", at=LATER)
    assert len(landed(store, RETURNS)) == 2
    withdraw(store, "a/r.xml", at=LATER)
    assert names(landed(store, RETURNS)) == ["b/r.xml"]


def test_a_name_that_means_no_file_is_refused(store):
    with pytest.raises(UsageError, match=r"No file on record is called r\.xml"):
        withdraw(store, "r.xml", at=LATER)


def test_the_newer_of_two_of_one_name_can_be_withdrawn_after_the_older(store):
    land(store, [("r.xml", b"1")], RETURNS, at=NOON)
    withdraw(store, "r.xml", at=NOON)
    land(store, [("r.xml", b"2")], RETURNS, at=LATER)
    assert withdraw(store, "r.xml", at=LATER).order == 2
    assert landed(store, RETURNS) == ()


def test_a_withdrawn_file_that_comes_again_stays_withdrawn_until_reinstated(store):
    land(store, [("a.xml", b"a")], RETURNS, at=NOON)
    withdraw(store, "a.xml", at=LATER)
    again = land(store, [("a.xml", b"a")], RETURNS, at=LATER)
    assert (names(again.new), names(again.known), names(again.withdrawn)) == ([], [], ["a.xml"])
    assert landed(store, RETURNS) == ()
    reinstate(store, "a.xml")
    assert names(landed(store, RETURNS)) == ["a.xml"]


# --- finding files -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    for name in ("B.XML", "a.xml", "sub/c.csv", "sub/deeper/d.Zip", "notes.docx", "sub/Thumbs.db"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "in"


def test_a_folder_is_searched_and_what_nothing_recognises_is_named(folder):
    found = find_files([folder])
    assert [file.name for file in found.files] == ["a.xml", "B.XML", "sub/c.csv", "sub/deeper/d.Zip"]
    assert found.unrecognised == ("notes.docx", "sub/Thumbs.db")
    assert found.faults == ()


def test_a_file_named_itself_is_taken_whatever_its_name(folder):
    assert [file.name for file in find_files([folder / "notes.docx"]).files] == ["notes.docx"]


def test_a_file_given_twice_is_found_once(folder):
    found = find_files([folder / "a.xml", folder])
    assert [file.name for file in found.files].count("a.xml") == 1


def test_registers_may_be_workbooks(folder):
    (folder / "register.XLSX").write_bytes(b"")
    assert "register.XLSX" in [file.name for file in find_files([folder], suffixes=REGISTER_SUFFIXES).files]


def test_a_path_that_does_not_exist_is_one_sentence(tmp_path):
    with pytest.raises(UsageError, match="There is no file or folder"):
        find_files([tmp_path / "nowhere"])


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
def test_links_are_named_and_not_followed(folder, tmp_path):
    (tmp_path / "outside.xml").write_bytes(b"<elsewhere/>")
    (folder / "link.xml").symlink_to(tmp_path / "outside.xml")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    found = find_files([folder])
    assert [fault.split(" is ")[0] for fault in found.faults] == ["link.xml", "loop"]
    assert "link.xml" not in [file.name for file in found.files]


@pytest.mark.skipif(os.name != "posix", reason="pipes in folders are a POSIX thing")
def test_a_pipe_in_the_folder_does_not_hang_the_run(folder):
    os.mkfifo(folder / "pipe.xml")
    assert find_files([folder]).faults == ("pipe.xml is no ordinary file; move it out of the folder.",)


def test_the_order_of_files_is_that_of_their_names_not_of_the_disk(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w"):
        pass
    for name in ("10.xml", "9.xml", "A.xml", "b.xml"):
        (tmp_path / name).write_bytes(b"")
    assert [file.path.name for file in find_files([tmp_path]).files] == ["10.xml", "9.xml", "A.xml", "b.xml", "z.zip"]


# --- which return of a school counts -----------------------------------------------------------------------------


def received(laestab, serial, produced, order):
    header = ReturnHeader(
        laestab, SPRING, laestab[:3], laestab[3:], "2026-01-15", serial, produced, "", f"{order}.xml", "xml"
    )
    return ReceivedReturn(header, f"{order}.xml", order)


def chosen(*returns):
    standing = supersede(returns)
    return [one.order for one in standing.latest], [one.order for one in standing.superseded]


def test_the_highest_serial_number_counts_though_it_landed_first():
    assert chosen(
        received("8564001", 10, "2026-01-15T09:00:00", 1), received("8564001", 9, "2026-01-16T09:00:00", 2)
    ) == ([1], [2])


def test_with_the_same_serial_number_the_later_time_counts():
    morning, noon = "2026-01-15T09:00:00", "2026-01-15T12:00:00.000"
    assert chosen(received("8564001", 1, noon, 1), received("8564001", 1, morning, 2)) == ([1], [2])


def test_times_with_an_offset_are_compared_as_moments():
    assert chosen(
        received("8564001", 1, "2026-05-21T12:30:00+01:00", 1), received("8564001", 1, "2026-05-21T12:00:00Z", 2)
    ) == ([2], [1])


def test_with_all_else_alike_the_last_landed_counts():
    same = "2026-01-15T09:00:00"
    assert chosen(
        received("8564001", 1, same, 1), received("8564001", 1, same, 3), received("8564001", 1, same, 2)
    ) == ([3], [1, 2])


@pytest.mark.parametrize("produced", ["", "yesterday", "15/01/2026 09:00"])
def test_a_time_that_cannot_be_read_is_the_earliest(produced):
    assert chosen(received("8564001", 1, produced, 2), received("8564001", 1, "2026-01-15T09:00:00", 1)) == ([1], [2])


def test_schools_do_not_supersede_each_other():
    assert chosen(received("8564002", 1, "", 1), received("8564001", 2, "", 2)) == ([2, 1], [])


def test_nothing_received_is_nothing_standing():
    assert chosen() == ([], [])


def test_paths_of_landed_files_are_short_enough_for_windows(store):
    file = land(store, [("n" * 250 + ".xml", b"a")], RETURNS, at=NOON).new[0]
    assert len(str(file.record_path)) < 170
    assert Path(store.locate(file.path)).exists()
