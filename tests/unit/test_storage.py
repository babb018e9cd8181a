"""The store: what lies where, who may open it, and what is refused rather than guessed."""

import os
import subprocess
import sys
from pathlib import PurePosixPath

import pytest

from flows.storage import STATE, Store, Zone, json_bytes, partition, safe_name
from schemas.errors import UnexpectedFault, Unreadable, UsageError
from tests.stores import SPRING

posix = pytest.mark.skipif(os.name != "posix", reason="modes mean nothing on Windows; its access lists decide")


def test_a_new_store_has_all_zones_and_its_format(tmp_path):
    store = Store.open(tmp_path / "data")
    assert all((tmp_path / "data" / zone).is_dir() for zone in Zone)
    assert store.state().format == 1
    assert store.state().key_id is None


def test_the_zones_stand_in_the_order_of_the_data():
    order = "landing clean findings quarantine pseudonymised statistics released reports ledger"
    assert [str(zone) for zone in Zone] == order.split()


def test_a_folder_with_a_readme_becomes_a_store(tmp_path):
    (tmp_path / "README.md").write_text("What lies here", encoding="utf-8")
    Store.open(tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "What lies here"


@posix
def test_only_statistics_can_be_opened_by_others(tmp_path):
    store = Store.open(tmp_path)
    modes = {zone: (store.root / zone).stat().st_mode & 0o077 for zone in Zone}
    assert {zone for zone, mode in modes.items() if mode} <= {Zone.STATISTICS}
    assert (store.root / STATE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("held", ['{"format": 99, "key_id": null, "epoch": 1}', '{"format": "1"}'])
def test_a_store_of_another_format_is_refused_with_a_sentence(tmp_path, held):
    Store.open(tmp_path)
    (tmp_path / STATE).write_text(held, encoding="utf-8")
    with pytest.raises(UsageError, match="has a format that this version of termly does not know"):
        Store.open(tmp_path)


@pytest.mark.parametrize("held", ["", "[]", '{"format": 1, "unknown": 2}', "{}"])
def test_a_damaged_state_is_refused_with_a_sentence(tmp_path, held):
    Store.open(tmp_path)
    (tmp_path / STATE).write_text(held, encoding="utf-8")
    with pytest.raises(UsageError, match=r"store\.json .* is damaged"):
        Store.open(tmp_path)


def test_zones_without_a_format_are_no_store(tmp_path):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "part-0.parquet").write_bytes(b"of another program")
    with pytest.raises(UsageError, match=r"holds data but no store\.json"):
        Store.open(tmp_path)


def test_reading_commands_make_no_store(tmp_path):
    with pytest.raises(UsageError, match="There is no store"):
        Store.open(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()


def test_a_file_where_the_store_should_be_is_one_sentence(tmp_path):
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be opened"):
        Store.open(tmp_path / "data")


def test_partitions_are_in_hive_form():
    path = partition(Zone.CLEAN, "school_census", "pupils", collection=SPRING, la="856")
    assert str(path) == "clean/school_census/pupils/collection=2026-spring/la=856"


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", "clean/../../out", "clean//a", "clean/a:b", "clean/nul.csv",
                                  "clean/a\\b", "clean/a.", "clean/a b ", "clean/what?", "clean/line\nend", "C:/x"])  # fmt: skip
def test_a_path_that_leaves_the_store_or_that_windows_cannot_hold_is_refused(tmp_path, path):
    store = Store.open(tmp_path)
    with pytest.raises(UnexpectedFault):
        store.locate(path)


def test_a_missing_file_is_one_sentence(tmp_path):
    store = Store.open(tmp_path)
    with pytest.raises(Unreadable, match=r"clean/gone\.parquet of the store cannot be read"):
        store.read_bytes("clean/gone.parquet")


def test_files_are_listed_in_a_fixed_order(tmp_path):
    store = Store.open(tmp_path)
    for name in ("b/2", "a/9", "a/10"):
        (tmp_path / "reports" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "reports" / name).write_bytes(b"")
    assert store.files("reports") == tuple(map(PurePosixPath, ("reports/a/10", "reports/a/9", "reports/b/2")))
    assert store.files("reports/none") == ()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("856_4001_856SPR26001.xml", "856_4001_856SPR26001.xml"),
        ("Ménage à trois: été?.XML", "M_nage_trois_t_.XML"),
        ("../../etc/passwd", "etc_passwd"),
        ("...", "file"),
        ("a" * 300 + ".xml", "a" * 56 + ".xml"),
        ("trailing. ", "trailing"),
    ],
)
def test_names_are_made_safe_for_every_system(name, safe):
    assert safe_name(name) == safe


def test_json_is_written_one_way_only():
    assert json_bytes({"b": "é", "a": [1]}) == json_bytes({"a": [1], "b": "é"})


def test_a_second_run_waits_and_then_says_why(tmp_path):
    store = Store.open(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from flows.storage import Store\n"
        "with Store.open(Path(sys.argv[1])).locked():\n    print('held', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="Another run of termly is using the store"), store.locked(wait=0.2):
            pass
        other.communicate("done\n")
    with store.locked(wait=0.2):
        assert store.lock.is_locked


def test_the_store_is_light_to_open():
    code = "import sys, flows.transaction, flows.landing, flows.keys, flows.discovery; print([m for m in ('pandas', 'pyarrow', 'pandera', 'prefect', 'keyring') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
