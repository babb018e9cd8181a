"""The ledger: a disclosure once recorded stays, and any tampering is found and placed."""

import sqlite3
from contextlib import closing

import pytest

from flows import ledger
from flows.ledger_table import ledger_frame
from schemas import ledger as contract
from schemas.errors import Unreadable
from tests.stores import entry


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "ledger.sqlite"
    ledger.append(file, [entry(file=f"{number}.csv") for number in range(1, 6)])
    return file


def tamper(path, *statements):
    """Change the file as someone would who knows SQLite: the triggers go first."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for trigger in ("no_change", "no_removal", "only_at_the_end"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def test_what_was_recorded_is_read_back(path):
    rows = ledger.rows(path)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert rows[0].entry == entry(file="1.csv")
    assert rows[0].previous_hash == ledger.GENESIS
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert ledger.head(path) == (5, rows[-1].hash)


def test_the_hash_is_what_anyone_can_recompute(tmp_path):
    # sha256 of the row's canonical JSON (sorted keys, no blanks), computed apart from the product with `sha256sum`.
    row = ledger.append(tmp_path / "l.sqlite", [entry()])[0]
    assert row.hash == "406b73c1b56653714f43bd6fa93d5f1be8800d3c4793b3e457da0f85c2db4a09"


def test_the_same_run_file_and_bytes_are_recorded_once(path):
    assert ledger.append(path, [entry(file="5.csv"), entry(file="6.csv"), entry(file="6.csv")])[0].seq == 6
    assert len(ledger.rows(path)) == 6
    assert len(ledger.append(path, [entry(file="6.csv", run_id="run-2"), entry(file="6.csv", sha256="b" * 64)])) == 2
    assert len(ledger.append(path, [entry(file="6.csv", agreement="ncmp-roll")])) == 1
    assert ledger.verify(path).is_whole


def test_a_store_that_released_nothing_has_an_empty_and_whole_ledger(tmp_path):
    assert ledger.rows(tmp_path / "none") == ()
    assert ledger.verify(tmp_path / "none") == ledger.Verdict(rows=0)
    assert ledger.head(tmp_path / "none") == (0, ledger.GENESIS)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosures SET recipient = 'nobody' WHERE seq = 2",
        "DELETE FROM disclosures WHERE seq = 5",
        "DELETE FROM disclosures",
        "INSERT OR REPLACE INTO disclosures SELECT * FROM disclosures WHERE seq = 3",
        "INSERT INTO disclosures SELECT 9, recorded_at, agreement, version, recipient, collection, la, on_day, file, 'x', bytes, "
        "rows, columns, code_version, key_id, accepted_findings, run_id, destroy_by, previous_hash, hash FROM disclosures WHERE seq = 5",
    ],
)
def test_changes_in_good_faith_are_refused(path, statement):
    before = ledger.rows(path)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert ledger.rows(path) == before


@pytest.mark.parametrize("column", contract.COLUMNS)
def test_an_edit_of_any_cell_is_found_and_placed(path, column):
    tamper(path, f"UPDATE disclosures SET {column} = 77 WHERE seq = 3")
    verdict = ledger.verify(path)
    assert not verdict.is_whole
    assert verdict.first_bad == 3


@pytest.mark.parametrize(("seq", "bad"), [(1, 1), (3, 3), (5, 5)])
def test_a_row_taken_out_is_found_wherever_it_stood(path, seq, bad):
    tamper(path, f"DELETE FROM disclosures WHERE seq = {seq}")
    assert ledger.verify(path).first_bad == bad


def test_rows_taken_out_and_renumbered_are_found(path):
    tamper(path, "DELETE FROM disclosures WHERE seq = 3", "UPDATE disclosures SET seq = seq - 1 WHERE seq > 3")
    verdict = ledger.verify(path)
    assert (verdict.first_bad, verdict.reason) == (3, "the row does not follow from the one before it")


def test_rows_exchanged_are_found(path):
    tamper(
        path,
        "UPDATE disclosures SET seq = 99 WHERE seq = 2",
        "UPDATE disclosures SET seq = 2 WHERE seq = 4",
        "UPDATE disclosures SET seq = 4 WHERE seq = 99",
    )
    assert ledger.verify(path).first_bad == 2


def test_a_ledger_cut_off_at_the_end_is_not_written_on(path):
    tamper(path, "DELETE FROM disclosures WHERE seq > 3")
    assert ledger.verify(path).reason == "rows are missing at the end"
    with pytest.raises(Unreadable, match="lost rows at its end"):
        ledger.append(path, [entry(file="7.csv")])


def test_a_damaged_file_is_one_sentence(tmp_path):
    (tmp_path / "l.sqlite").write_bytes(b"this is not a database at all" * 100)
    for use in (ledger.rows, ledger.verify, ledger.prepare):
        with pytest.raises(Unreadable, match=r"l\.sqlite is damaged or locked"):
            use(tmp_path / "l.sqlite")


def test_values_are_never_read_as_sql(tmp_path):
    file = tmp_path / "l.sqlite"
    hostile = entry(recipient="'); DROP TABLE disclosures; --", columns=('a"b', "c;d"))
    ledger.append(file, [hostile])
    assert ledger.rows(file)[0].entry == hostile
    assert ledger.verify(file).is_whole


def test_the_table_is_what_its_contract_says(path):
    frame = ledger_frame(path)
    assert tuple(frame.columns) == ledger.COLUMNS == contract.COLUMNS
    assert frame["columns"].tolist()[0] == '["one", "two"]'
    assert len(ledger_frame(path.with_name("none"))) == 0
