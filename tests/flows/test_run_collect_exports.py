"""COLLECT's CSV tables come in sets: equally named ones stay apart, and a part of an export displaces nothing."""

import csv
import io
import shutil

import pytest

from tests.bad_files import zipped
from tests.termly_calls import rows_of, termly

QUICK = ("--statistics", "none")


@pytest.fixture(scope="module")
def export(spring, tmp_path_factory):
    """Return folders `academies/export` and `authority/export` whose tables bear the same names."""
    root = tmp_path_factory.mktemp("exports")
    for kind, name in (("acad", "academies"), ("la", "authority")):
        folder = root / name / "export"
        folder.mkdir(parents=True)
        for path in (spring.folder / "collect_csv").glob(f"*_{kind}_*"):
            shutil.copy(path, folder / path.name.replace(f"_{kind}_", "_"))
    assert len(list(root.rglob("*_pupilonroll.csv"))) == 2
    return root


@pytest.fixture
def run(spring, tmp_path):
    def call(*paths, more=()):
        census = [part for path in paths for part in ("--census", path)]
        said = termly("run", *spring.base(tmp_path / "s"), *QUICK, *census, *more)
        return said, spring.summary(tmp_path / "s")

    return call


@pytest.fixture
def on_roll(spring):
    return sum(path.read_bytes().count(b"<PupilOnRoll>") for path in spring.returns)


def changed(path, to, **cells):
    """Copy a table with some columns' cells replaced."""
    rows = rows_of(path.read_bytes())
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | cells for row in rows)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text.getvalue(), encoding="utf-8")
    return to


def table(folder, name):
    return next(folder.glob(f"*_{name}.csv"))


def test_equally_named_tables_of_two_folders_stay_side_by_side(run, export, on_roll):
    said, summary = run(export / "academies" / "export", export / "authority" / "export")
    assert (said.code, summary["pupils_on_roll"]) == (0, on_roll)


def test_a_folder_of_both_exports_is_read_whole(run, export, on_roll):
    said, summary = run(export)
    assert (said.code, summary["pupils_on_roll"]) == (0, on_roll)


def test_exports_given_one_after_the_other_add_up(run, export, on_roll):
    run(export / "academies" / "export")
    said, summary = run(export / "authority" / "export")
    assert (said.code, summary["pupils_on_roll"], summary["rows_superseded"]) == (0, on_roll, 0)


def test_exports_as_zips_are_read_whole(run, export, on_roll, tmp_path):
    paths = []
    for name in ("academies", "authority"):
        path = tmp_path / f"{name}.zip"
        path.write_bytes(zipped({each.name: each.read_bytes() for each in (export / name / "export").iterdir()}))
        paths.append(path)
    said, summary = run(*paths)
    assert (said.code, summary["pupils_on_roll"]) == (0, on_roll)


def test_validate_reads_two_folders_of_equally_named_tables(export, spring, on_roll):
    folders = (export / "academies" / "export", export / "authority" / "export")
    said = termly("validate", *folders, "--collection", spring.collection)
    assert said.code == 0
    assert any(f"{on_roll} on roll" in line for line in said.lines)


def test_a_table_alone_displaces_no_return(run, export, on_roll, tmp_path):
    run(export)
    header = table(export / "authority" / "export", "schoolcensus")
    alone = changed(header, tmp_path / "later" / header.name, serialno="2")
    said, summary = run(alone)
    assert summary["pupils_on_roll"] == on_roll
    assert said.code == 4
    (sentence,) = said.quarantined()
    assert sentence == f"later/{header.name} holds no pupil; give all tables of a COLLECT export together."


def test_tables_without_a_newer_header_displace_no_return(run, export, on_roll, tmp_path, spring):
    run(export)
    pupils = table(export / "authority" / "export", "pupilonroll")
    _, summary = run(changed(pupils, tmp_path / "later" / pupils.name, surname="Changed"))
    assert summary["pupils_on_roll"] == on_roll
    assert not spring.table(tmp_path / "s", "school_census", "pupils")["surname"].eq("Changed").any()


def test_a_newer_export_counts_for_its_own_schools_only(run, export, on_roll, tmp_path, spring):
    run(export)
    later = tmp_path / "later" / "export"
    shutil.copytree(export / "authority" / "export", later)
    for name, cells in (("schoolcensus", {"serialno": "2"}), ("pupilonroll", {"surname": "Changed"})):
        changed(table(later, name), table(later, name), **cells)
    said, summary = run(later)
    pupils = spring.table(tmp_path / "s", "school_census", "pupils")
    schools = set(pupils.loc[pupils["surname"].eq("Changed"), "laestab"])
    assert said.code == 0
    assert summary["pupils_on_roll"] == on_roll
    assert schools == {row["NativeId"] for row in rows_of(table(later, "pupilonroll").read_bytes())}


def test_tables_landed_one_by_one_are_whole_once_all_are_given(run, export, on_roll):
    said = None
    for path in sorted((export / "authority" / "export").iterdir())[:3]:
        said = termly("validate", path, "--collection", "2026-spring")
        assert said.code == 13
    said, summary = run(export)
    assert (said.code, summary["pupils_on_roll"]) == (0, on_roll)
    again, _ = run(export)
    assert again.lines[0].startswith("Nothing has changed")


def test_one_bad_table_costs_itself_and_the_pupils_stay(run, export, on_roll, tmp_path):
    folder = tmp_path / "export"
    shutil.copytree(export / "academies" / "export", folder)
    table(folder, "senneeds").write_bytes(b"")
    said, summary = run(folder)
    assert said.code == 4
    assert [sentence for sentence in said.quarantined() if "senneeds.csv is empty" in sentence] == said.quarantined()
    assert 0 < summary["pupils_on_roll"] < on_roll
