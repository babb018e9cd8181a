"""A run's outputs: all of them or none, and nothing else touched."""

import os

import pytest

from flows import ledger
from flows.journal import JOURNAL
from flows.storage import PLAIN, Codec, Store
from flows.transaction import Recovery, Transaction, opened, recover
from schemas.errors import UnexpectedFault, Unreadable, UsageError
from tests.stores import contents, entry


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path / "data") as (held, _):
        yield held


def put(store, **files):
    with Transaction(store) as transaction:
        for name, content in files.items():
            transaction.stage(f"reports/{name}", content)
        transaction.commit()


def test_a_commit_puts_every_file_in_place_and_leaves_no_trace(store):
    with Transaction(store) as transaction:
        staged = transaction.stage("reports/a.csv", b"a")
        transaction.stage("statistics/d/collection=2026-spring/x.csv", iter([b"in ", b"parts"]))
        assert store.files("reports") == ()
        transaction.commit()
    assert store.read_bytes("reports/a.csv") == b"a"
    assert store.read_bytes("statistics/d/collection=2026-spring/x.csv") == b"in parts"
    assert (staged.bytes, staged.sha256) == (1, store.sha256("reports/a.csv"))
    assert not (store.root / JOURNAL).exists()
    assert list((store.root / ".staging").iterdir()) == []


def test_without_a_commit_nothing_changes(store):
    before = contents(store.root)
    with Transaction(store) as transaction:
        transaction.stage("reports/a.csv", b"a")
        transaction.remove("reports/b.csv")
    assert contents(store.root) == before
    assert list((store.root / ".staging").iterdir()) == []


def test_an_error_within_a_run_keeps_the_last_good_output(store):
    put(store, a=b"old")

    def run():
        with Transaction(store) as transaction:
            transaction.stage("reports/a", b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run()
    assert store.read_bytes("reports/a") == b"old"


def test_a_stage_that_breaks_off_leaves_the_rest_of_the_run_usable(store):
    def breaking():
        yield b"half"
        raise RuntimeError

    with Transaction(store) as transaction:
        transaction.stage("reports/a", b"a")
        with pytest.raises(RuntimeError):
            transaction.stage("reports/b", breaking())
        transaction.stage("reports/c", b"c")
        transaction.commit()
    assert [path.name for path in store.files("reports")] == ["a", "c"]


def test_clearing_a_folder_takes_out_only_what_is_not_written_anew(store):
    put(store, **{"x/old": b"1", "x/same": b"1", "y/other": b"1"})
    with Transaction(store) as transaction:
        transaction.clear("reports/x")
        transaction.stage("reports/x/same", b"2")
        transaction.commit()
    assert [str(path) for path in store.files("reports")] == ["reports/x/same", "reports/y/other"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such names")
def test_clearing_takes_out_a_strangers_file_whatever_its_name(store):
    put(store, **{"x/a": b"1"})
    (store.root / "reports/x/notes: why?.txt ").write_bytes(b"")
    with Transaction(store) as transaction:
        transaction.clear("reports/x")
        transaction.commit()
    assert store.files("reports") == ()


def test_removing_the_last_file_removes_the_folder_but_not_the_zone(store):
    put(store, **{"a/b/c": b"1"})
    with Transaction(store) as transaction:
        transaction.remove("reports/a/b/c")
        transaction.remove("reports/never/there")
        transaction.commit()
    assert list((store.root / "reports").iterdir()) == []


def test_ledger_rows_come_with_the_files(store):
    with Transaction(store) as transaction:
        transaction.stage("released/a.csv", b"a")
        transaction.record(entry())
        assert ledger.rows(store.locate(ledger.LEDGER)) == ()
        transaction.commit()
    assert [row.entry for row in ledger.rows(store.locate(ledger.LEDGER))] == [entry()]


@pytest.mark.parametrize("path", ["elsewhere/a.csv", "a.csv", ".staging/a", "reports"])
def test_a_file_outside_the_zones_is_refused(store, path):
    with Transaction(store) as transaction, pytest.raises(UnexpectedFault):
        transaction.stage(path, b"")


def test_the_same_file_twice_is_refused_also_in_other_letters(store):
    with Transaction(store) as transaction:
        transaction.stage("reports/a.csv", b"")
        with pytest.raises(UnexpectedFault, match="written twice"):
            transaction.stage("reports/A.CSV", b"")


def test_a_folder_in_the_way_is_found_before_the_commit(store):
    put(store, **{"a/b": b"1"})
    with Transaction(store) as transaction:
        with pytest.raises(UsageError, match="something else stands where"):
            transaction.stage("reports/a", b"")
        with pytest.raises(UsageError, match="something else stands where"):
            transaction.stage("reports/a/b/c", b"")


def test_a_refusal_after_the_commit_point_is_one_sentence_and_finished_later(store):
    def put_a_folder_in_the_way(step):
        if step == "after the journal":
            (store.root / "reports" / "b" / "in the way").mkdir(parents=True)

    def run():
        with Transaction(store, checkpoint=put_a_folder_in_the_way) as transaction:
            transaction.stage("reports/a", b"a")
            transaction.stage("reports/b", b"b")
            transaction.commit()

    with pytest.raises(UsageError, match="the run will be finished at the next start"):
        run()
    with pytest.raises(UsageError, match="is not finished"):
        Transaction(store)
    (store.root / "reports" / "b" / "in the way").rmdir()
    (store.root / "reports" / "b").rmdir()
    assert recover(store) is Recovery.FINISHED
    assert store.read_bytes("reports/a") + store.read_bytes("reports/b") == b"ab"


def test_a_damaged_journal_is_refused_rather_than_followed(store):
    (store.root / JOURNAL).write_bytes(b'{"format": 1, "moves"')
    with pytest.raises(Unreadable, match="damaged or of another version"):
        recover(store)


def test_a_journal_whose_file_is_gone_is_refused(store):
    (store.root / JOURNAL).write_bytes(
        b'{"format": 1, "staging": "00", "moves": {"0": "reports/a"}, "removals": [], "ledger": []}'
    )
    with pytest.raises(Unreadable, match="reports/a, which is gone"):
        recover(store)


def test_a_transaction_needs_the_store_to_itself(tmp_path):
    store = Store.open(tmp_path)
    with pytest.raises(UnexpectedFault, match="without holding the store"):
        Transaction(store)


def test_an_empty_transaction_writes_nothing(store):
    with Transaction(store) as transaction:
        transaction.commit()
    assert list((store.root / ".staging").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing on Windows; its access lists decide")
def test_files_about_people_are_closed_to_others_and_statistics_are_open(store):
    with Transaction(store) as transaction:
        transaction.stage("clean/t/a", b"")
        transaction.stage("statistics/t/a", b"")
        transaction.commit()
    modes = {path: (store.root / path).stat().st_mode & 0o077 for path in ("clean/t", "clean/t/a", "statistics/t/a")}
    assert modes["clean/t"] == modes["clean/t/a"] == 0
    assert modes["statistics/t/a"] & 0o044


def test_what_lies_on_the_disk_can_be_another_form_but_hashes_are_of_the_content(tmp_path):
    turned = Codec(
        encode=lambda _path, chunks: (chunk.translate(bytes(range(255, -1, -1))) for chunk in chunks),
        decode=lambda _path, data: data.translate(bytes(range(255, -1, -1))),
    )
    digests = []
    for codec in (PLAIN, turned):
        with opened(tmp_path / str(len(digests)), codec=codec) as (store, _), Transaction(store) as transaction:
            digests.append(transaction.stage("clean/a", b"Ash").sha256)
            transaction.commit()
            assert store.read_bytes("clean/a") == b"Ash"
    assert digests[0] == digests[1]
    assert (tmp_path / "0/clean/a").read_bytes() != (tmp_path / "1/clean/a").read_bytes()
