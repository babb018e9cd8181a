"""A school may send its return again: the right one counts, the others stay on record, and nothing is done twice."""

import pytest

from tests.bad_files import other_message
from tests.stores import contents
from tests.termly_calls import plain, rows_of, termly

QUICK = ("--statistics", "none")
SCHOOL = 2  # a primary school: the first ones are a nursery and a pupil referral unit


@pytest.fixture
def inbox(spring, tmp_path):
    """Return a writer of returns made from one school's, and a runner of a store of its own."""
    folder = tmp_path / "inbox"
    folder.mkdir()

    class Inbox:
        store = tmp_path / "s"
        good = spring.returns[SCHOOL].read_bytes()
        laestab = spring.returns[SCHOOL].name[:7]

        def send(self, name, **changed):
            path = folder / f"{name}.xml"
            path.write_bytes(other_message(self.good, SchoolName=name, **changed))
            return path

        def run(self, *paths, more=()):
            census = [part for path in paths for part in ("--census", path)]
            return termly("run", *spring.base(self.store), *QUICK, *census, *more)

        def counts(self):
            """Return the name of the school in the return that counts."""
            school = spring.table(self.store, "school_census", "school")
            (name,) = school.loc[school["laestab"].eq(self.laestab), "schoolname"]
            return name

        def row(self):
            return next(row for row in spring.report(self.store, "returns.csv") if row["laestab"] == self.laestab)

    return Inbox()


def test_a_higher_serial_number_counts_even_if_it_was_made_earlier(inbox, spring):
    inbox.run(inbox.send("First", SerialNo="001", DateTime="2026-01-20T12:00:00"))
    inbox.run(inbox.send("Second", SerialNo="002", DateTime="2026-01-19T12:00:00"))
    assert inbox.counts() == "Second"
    assert (inbox.row()["serial"], inbox.row()["superseded"]) == ("2", "1")
    summary = spring.summary(inbox.store)
    assert summary["rows_superseded"] * 2 == summary["rows_in"] > 0


def test_an_older_serial_number_that_comes_late_does_not_count(inbox):
    inbox.run(inbox.send("Second", SerialNo="002"))
    inbox.run(inbox.send("First", SerialNo="001", DateTime="2026-02-20T12:00:00"))
    assert inbox.counts() == "Second"


def test_of_one_serial_number_the_later_made_counts(inbox):
    later = inbox.send("Later", DateTime="2026-01-21T08:00:00")
    inbox.run(inbox.send("Earlier", DateTime="2026-01-21T07:59:59"), later)
    assert inbox.counts() == "Later"


def test_of_one_serial_number_and_time_the_later_landed_counts(inbox):
    inbox.run(inbox.send("One"))
    inbox.run(inbox.send("Another"))
    assert inbox.counts() == "Another"


def test_the_older_return_stays_on_record_as_it_came(inbox):
    first = inbox.send("First", SerialNo="001")
    inbox.run(first)
    inbox.run(inbox.send("Second", SerialNo="002"))
    landed = [path.read_bytes() for path in (inbox.store / "landing").rglob("*.xml")]
    assert first.read_bytes() in landed
    assert len(landed) == 2


def test_a_damaged_newer_return_does_not_displace_the_good_older_one(inbox):
    inbox.run(inbox.send("Good", SerialNo="001"))
    newer = inbox.send("Newer", SerialNo="002")
    newer.write_bytes(newer.read_bytes()[:-200])
    said = inbox.run(newer)
    assert said.code == 4
    assert inbox.counts() == "Good"


def test_the_same_files_again_are_a_no_op_that_says_so_and_changes_no_byte(store, spring):
    before = contents(store)
    ledger = (store / "ledger" / "ledger.sqlite").read_bytes()
    said = spring.run(store, "--release", "all", "--sample-agreements")
    assert said.code == 0
    assert said.lines[0] == "Nothing has changed since the last run: its outputs stand."
    assert contents(store) == before
    assert (store / "ledger" / "ledger.sqlite").read_bytes() == ledger


def test_a_run_of_a_term_that_is_no_neighbour_does_not_undo_the_no_op(spring, authority, store):
    earlier = authority("2025-summer")
    call = ("run", *earlier.base(store), "--census", earlier.folder / "census", "--on", earlier.on)
    assert termly(*call).code == 0
    assert spring.run(store).lines[0].startswith("Nothing has changed")
    assert termly(*call).lines[0].startswith("Nothing has changed")


def test_an_output_that_was_damaged_is_made_again(store, spring):
    before = plain(store)
    damaged = spring.here(store, "statistics", "ehe_census") / "part-0.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-10])
    said = spring.run(store)
    assert said.code == 0
    assert not said.lines[0].startswith("Nothing has changed")
    assert plain(store) == before


def test_a_run_without_paths_uses_what_landed_before_and_counts_it(inbox, spring):
    inbox.run(inbox.send("First"))
    assert inbox.run(spring.returns[0]).code == 0
    summary = spring.summary(inbox.store)
    assert (summary["schools_received"], summary["carried_over_returns"]) == (2, 1)


def test_only_restricts_a_run_to_the_paths_given(inbox, spring):
    inbox.run(inbox.send("First"))
    inbox.run(spring.returns[0], more=("--only",))
    summary = spring.summary(inbox.store)
    assert (summary["schools_received"], summary["carried_over_returns"]) == (1, 0)
    inbox.run()
    assert spring.summary(inbox.store)["schools_received"] == 2


def test_a_withdrawn_return_no_longer_counts_until_that_is_taken_back(inbox):
    inbox.run(inbox.send("First", SerialNo="001"))
    second = inbox.send("Second", SerialNo="002")
    inbox.run(second)
    assert termly("withdraw", second.name, "--store", inbox.store).code == 0
    inbox.run()
    assert inbox.counts() == "First"
    told = inbox.run(second)
    assert any("was withdrawn and is left out" in line for line in told.lines)
    assert inbox.counts() == "First"
    assert termly("withdraw", second.name, "--undo", "--store", inbox.store).code == 0
    inbox.run()
    assert inbox.counts() == "Second"


def test_a_withdrawn_return_may_be_named_by_the_file_itself(inbox):
    inbox.run(inbox.send("First"))
    second = inbox.send("Second", SerialNo="002")
    inbox.run(second)
    assert termly("withdraw", second, "--store", inbox.store).code == 0
    inbox.run()
    assert inbox.counts() == "First"


def test_the_last_return_can_be_withdrawn_too(inbox):
    path = inbox.send("Only")
    inbox.run(path)
    termly("withdraw", path.name, "--store", inbox.store)
    assert inbox.run().code == 15


def test_a_name_that_is_not_on_record_cannot_be_withdrawn(store):
    said = termly("withdraw", "never-landed.xml", "--store", store)
    assert said.code == 2
    assert "never-landed.xml" in said.err


def test_the_latest_register_counts_and_an_older_one_given_again_is_said_to_be_older(inbox, spring, tmp_path):
    full = (spring.folder / "ehe" / "ehe_register.csv").read_bytes()
    older, newer = tmp_path / "older.csv", tmp_path / "newer.csv"
    older.write_bytes(full)
    newer.write_bytes(b"".join(full.splitlines(keepends=True)[:-1]))
    path = inbox.send("First")
    inbox.run(path, more=("--ehe", older))
    inbox.run(path, more=("--ehe", newer))
    assert spring.summary(inbox.store)["ehe_children"] == len(rows_of(full)) - 1
    again = inbox.run(path, more=("--ehe", older))
    assert any(line.startswith("older.csv landed before newer.csv, which is used") for line in again.lines)
    termly("withdraw", newer, "--store", inbox.store)
    inbox.run(path)
    assert spring.summary(inbox.store)["ehe_children"] == len(rows_of(full))


def test_without_its_register_an_authority_has_no_register_statistics_left(store, spring):
    assert (store / "statistics" / "ees" / "la=856" / "ehe_census.csv").exists()
    termly("withdraw", "ehe_register.csv", "--store", store)
    assert termly("run", *spring.base(store), "--on", spring.on).code == 0
    assert spring.summary(store)["ehe_children"] is None
    left = [path for path in (store / "statistics").rglob("*ehe_census*") if path.is_file()]
    assert left == []
    assert not spring.here(store, "clean", "elective_home_education", "register").exists()
    assert spring.release(store, "dfe-ehe-return").code == 11


def test_the_same_returns_give_the_same_bytes_in_whatever_order_they_landed(finished, spring, tmp_path):
    store = tmp_path / "other"
    backwards = [part for path in reversed(spring.returns) for part in ("--census", path)]
    termly("run", *spring.base(store), *QUICK, *backwards, "--on", spring.on)
    assert spring.run(store, "--release", "all", "--sample-agreements").code == 0
    zones = ("clean", "findings", "pseudonymised", "statistics", "released")
    for zone in zones:
        one, other = ({n: d for n, d in plain(root).items() if n.startswith(f"{zone}/")} for root in (finished, store))
        assert one == other, zone
