"""A script can tell from the exit code what kind of thing happened; the first that applies in the table wins."""

import pytest

from tests.bad_files import PROTECTED_WORKBOOK
from tests.termly_calls import KEY, OTHER_KEY, termly

QUICK = ("--statistics", "none")


@pytest.fixture
def call(spring, tmp_path):
    """Return a maker of runs into one store of its own."""

    def run(*more, key=KEY, la="856", collection=spring.collection):
        return termly("run", "--collection", collection, "--la", la, "--store", tmp_path / "s", *QUICK, *more, key=key)

    return run


def test_without_any_input_there_is_nothing_to_do(call, tmp_path):
    (tmp_path / "empty").mkdir()
    assert call().code == 15
    said = call("--census", tmp_path / "empty")
    assert said.code == 15
    assert said.err.count("NothingToDo: ") == 1


@pytest.mark.parametrize("zone", ["statistics", "release"])
def test_what_was_never_run_cannot_be_built_on(zone, store, spring):
    said = termly(zone, "--collection", "2025-autumn", "--la", "856", "--store", store, "--on", "2025-10-17")
    assert said.code in (11, 15)
    assert "2025-" in said.out + said.err


def test_without_a_key_nothing_begins(call, spring, tmp_path):
    said = call("--census", spring.returns[0], key=None)
    assert said.code == 14
    assert "TERMLY_MASTER_KEY" in said.err
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("key", ["not hex", "ab" * 31, "00" * 32], ids=["words", "short", "not random"])
def test_a_key_that_is_none_is_refused_without_being_shown(key, call, spring):
    said = call("--census", spring.returns[0], key=key)
    assert said.code == 14
    assert key not in said.out + said.err


def test_another_stores_key_changes_nothing(store, spring):
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    assert spring.run(store, key=OTHER_KEY).code == 14
    assert spring.release(store, key=OTHER_KEY).code == 14
    assert before == {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--collection", "2026-winter"), "2026-spring"),
        (("--collection", "2035-spring"), "not modelled"),
        (("--la", "85"), "three-digit"),
        (("--la", "999"), "999"),
        (("--frobnicate",), "--frobnicate"),
        (("--input", "nothing=here.csv"), "names no source"),
        (("--input", "nothing"), "ID=PATH"),
        (("--on", "30/01/2026"), "30/01/2026"),
        (("--census", "no such folder"), "no such folder"),
        (("--ehe", "no such file.csv"), "no such file.csv"),
        (("--config", "no such folder"), "termly init"),
        (("--agreements", "no such folder", "--release", "all"), "no such folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_cannot_be_followed_says_why(given, said, spring, tmp_path):
    options = {"--collection": spring.collection, "--la": "856", "--store": str(tmp_path / "s")}
    base = [part for pair in options.items() if pair[0] not in given for part in pair]
    told = termly("run", *base, *QUICK, "--census", spring.returns[0], *given)
    assert told.code == 2
    assert said in told.err


def test_a_run_without_a_local_authority_asks_for_one(spring):
    assert "--la" in termly("run", "--collection", spring.collection, "--census", spring.returns[0]).err


@pytest.mark.parametrize("kind", ["a file", "another folder"])
def test_what_is_no_store_is_left_alone(kind, spring, tmp_path):
    place = tmp_path / "place"
    if kind == "a file":
        place.write_text("mine", encoding="utf-8")
        mine = place
    else:
        (place / "clean").mkdir(parents=True)
        mine = place / "clean" / "mine"
        mine.write_text("mine", encoding="utf-8")
    assert termly("run", *spring.base(place), *QUICK, "--census", spring.returns[0]).code == 2
    assert mine.read_text(encoding="utf-8") == "mine"


def test_an_agreement_that_does_not_exist_is_refused_and_the_run_stands(call, spring):
    said = call("--census", spring.returns[0], "--release", "no-such-agreement")
    assert said.code == 11
    assert any(line.startswith("no-such-agreement: there is no such agreement") for line in said.lines)
    assert call().code == 0


def test_strict_tells_of_errors_that_remain_also_when_nothing_changed(call, faulty):
    assert call("--census", faulty.returns[2], "--strict").code == 3
    again = call("--strict")
    assert again.code == 3
    assert any("errors remain" in line or "severity error remain" in line for line in again.lines)
    assert call().code == 0


def test_strict_is_content_with_returns_without_fault(call, spring):
    assert call("--census", spring.folder / "census", "--strict").code == 0


def test_the_worst_thing_that_happened_decides_the_exit_code(call, faulty, tmp_path):
    empty = tmp_path / "empty.xml"
    empty.write_bytes(b"")
    both = ("--census", faulty.returns[2], "--census", empty)
    assert call(*both).code == 4
    assert call(*both, "--strict").code == 3
    assert call(*both, "--strict", "--release", "no-such-agreement").code == 11
    assert call(*both, "--strict", "--release", "no-such-agreement", key=OTHER_KEY).code == 14


def test_without_its_protections_list_nothing_is_written(spring, tmp_path):
    bad = tmp_path / "protections.xlsx"
    bad.write_bytes(PROTECTED_WORKBOOK)
    call = ("run", *spring.base(tmp_path / "s"), "--census", spring.returns[0])
    said = termly(*call, "--input", f"protections={bad}")
    assert said.code == 13
    assert "protections.xlsx is protected by a password" in said.err
    assert not list((tmp_path / "s").rglob("*.parquet"))
    good = ("--input", f"protections={spring.folder / 'protections.csv'}")
    assert termly(*call, *good).code == 0


@pytest.mark.parametrize("command", ["statistics", "release", "withdraw", "ledger"])
def test_a_command_on_a_store_that_is_not_there_says_so(command, spring, tmp_path):
    more = {"withdraw": ("some.xml",), "ledger": ()}.get(command, spring.base(tmp_path / "none")[:4])
    said = termly(command, *more, "--store", tmp_path / "none")
    assert said.code == 2
    assert "no store" in said.err
    assert not (tmp_path / "none").exists()
