"""One bad file costs that file alone: it is named with its reason, kept, and the others go on."""

import json
import re
import shutil

import pytest

from tests.bad_files import bad_registers, bad_returns, zipped
from tests.termly_calls import termly

QUICK = ("--statistics", "none")
#: What each sentence must say of the matter, so that a user knows what to ask for.
RETURNS_SAID = {
    "zero_bytes.xml": "empty",
    "truncated.xml": "cut off",
    "not_xml.xml": "not XML",
    "wrong_root.xml": "root is not Message",
    "other_collection.xml": "2025-autumn",
    "other_authority.xml": "local authority 823",
    "entity_bomb.xml": "entity declaration",
    "external_entity.xml": "entity declaration",
    "utf_16.xml": "UTF-16",
    "corrupt.zip": "damaged",
    "wrong_checksum.zip": "damaged",
    "cut_short.zip": "damaged",
    "protected.zip": "password",
    "bomb.zip": "bomb",
    "leads_out.zip": "lead out of it",
    "unknown_columns.csv": "no table of a COLLECT export",
    "empty_table.csv": "empty",
}
REGISTERS_SAID = {
    "zero_bytes.csv": "empty",
    "zero_bytes.xlsx": "empty",
    "corrupt.xlsx": "damaged",
    "cut_short.xlsx": "damaged",
    "protected.xlsx": "password",
    "old.xls": ".xls",
    "not_a_workbook.xlsx": "no column for",
    "no_header_row.csv": "header",
    "title_row_first.csv": "row 2",
    "unknown_columns.csv": "surname",
    "key_column_missing.csv": "child_id",
    "utf_16.csv": "UTF-16",
    "corrupt.zip": "damaged",
    "two_registers.zip": "2 files",
}


@pytest.fixture(scope="module")
def bad(spring):
    made = bad_returns(spring.returns[0].read_bytes())
    assert made.keys() == RETURNS_SAID.keys()
    return made


@pytest.fixture(scope="module")
def registers(spring):
    folder = spring.folder / "ehe"
    made = bad_registers((folder / "ehe_register.csv").read_bytes(), (folder / "ehe_register.xlsx").read_bytes())
    assert made.keys() == REGISTERS_SAID.keys()
    return made


@pytest.fixture
def among_good(spring, bad, tmp_path):
    """Return a folder with the good returns and all bad files."""
    folder = tmp_path / "census"
    shutil.copytree(spring.folder / "census", folder)
    for name, data in bad.items():
        # COLLECT tables are one set by folder: the bad ones must not be taken for part of another's.
        (folder / name).write_bytes(data)
    return folder


def write(folder, name, data):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def is_one_sentence(text, name):
    """Say whether a text names its file, ends as a sentence, and is one."""
    return name in text and text.endswith(".") and len(re.findall(r"[.!?] [A-Z]", text)) == 0 and len(text) < 400


@pytest.mark.parametrize("name", RETURNS_SAID)
def test_a_bad_return_is_named_with_one_sentence_and_the_good_one_is_read(name, bad, spring, tmp_path):
    path = write(tmp_path / "in", name, bad[name])
    said = termly("validate", path, spring.returns[1], "--collection", spring.collection, "--la", "856")
    (sentence,) = said.quarantined()
    assert is_one_sentence(sentence, name), sentence
    assert RETURNS_SAID[name] in sentence
    assert said.code == 4
    assert "2026-spring of 856: 1 files read, 1 quarantined" in said.lines


@pytest.mark.parametrize("name", RETURNS_SAID)
def test_where_no_file_can_be_read_the_exit_code_says_so(name, bad, spring, tmp_path):
    path = write(tmp_path / "in", name, bad[name])
    said = termly("validate", path, "--collection", spring.collection, "--la", "856")
    assert said.code == 13
    sentence = said.err.splitlines()[-1]
    assert sentence.startswith("Unreadable: None of the files could be read")
    assert name in sentence
    assert RETURNS_SAID[name] in sentence


@pytest.mark.parametrize("name", REGISTERS_SAID)
def test_a_bad_register_is_named_with_one_sentence_and_the_returns_are_read(name, registers, spring, tmp_path):
    path = write(tmp_path / "in", name, registers[name])
    said = termly("validate", spring.returns[1], "--ehe", path, "--collection", spring.collection)
    (sentence,) = said.quarantined()
    assert is_one_sentence(sentence, name), sentence
    assert REGISTERS_SAID[name] in sentence
    assert said.code == 4


def test_all_bad_files_together_cost_only_themselves(among_good, bad, registers, spring, tmp_path):
    register = write(tmp_path / "in", "protected.xlsx", registers["protected.xlsx"])
    store = tmp_path / "s"
    said = termly("run", *spring.base(store), *QUICK, "--census", among_good, "--ehe", register)
    assert said.code == 4
    summary = spring.summary(store)
    assert summary["files_read"] == len(spring.returns)
    assert summary["files_quarantined"] == len(bad) + 1
    assert summary["schools_received"] == len(spring.returns)
    assert summary["ehe_children"] is None
    told = {entry["file"].rpartition("/")[2]: entry["reason"] for entry in summary["quarantined"]}
    assert told.keys() == {*bad, "protected.xlsx"}
    assert all(is_one_sentence(reason, name) for name, reason in told.items())
    assert sorted(said.quarantined()) == sorted(told.values())


def test_a_quarantined_file_is_kept_as_it_came_with_its_reason_beside_it(among_good, bad, registers, spring, tmp_path):
    register = write(tmp_path / "in", "corrupt.xlsx", registers["corrupt.xlsx"])
    store = tmp_path / "s"
    termly("run", *spring.base(store), *QUICK, "--census", among_good, "--ehe", register)
    wanted = {"school_census": bad, "elective_home_education": {"corrupt.xlsx": registers["corrupt.xlsx"]}}
    for part, files in wanted.items():
        listed = json.loads((spring.here(store, "quarantine", part) / "quarantine.json").read_bytes())
        kept = {entry["file"].rpartition("/")[2]: (store / entry["landed"]).read_bytes() for entry in listed}
        assert kept == files


def test_when_nothing_can_be_read_the_last_good_outputs_stand_and_every_reason_is_kept(bad, spring, store, tmp_path):
    folder = tmp_path / "bad"
    for name, data in bad.items():
        write(folder, name, data)
    before = {path: path.read_bytes() for path in (store / "clean").rglob("*") if path.is_file()}
    said = termly("run", *spring.base(store), *QUICK, "--only", "--census", folder)
    assert said.code == 13
    assert f"None of the files could be read ({len(bad)} quarantined, see " in said.err.splitlines()[-1]
    listed = json.loads((spring.here(store, "quarantine", "school_census") / "quarantine.json").read_bytes())
    assert len(listed) == len(bad)
    assert before == {path: path.read_bytes() for path in (store / "clean").rglob("*") if path.is_file()}


def test_a_bad_file_that_is_withdrawn_leaves_the_quarantine(spring, tmp_path):
    store = tmp_path / "s"
    path = write(tmp_path / "in", "zero_bytes.xml", b"")
    call = ("run", *spring.base(store), *QUICK)
    assert termly(*call, "--census", spring.returns[0], "--census", path).code == 4
    again = termly(*call)
    assert again.code == 4
    assert any("still quarantined" in line for line in again.lines)
    assert termly("withdraw", "zero_bytes.xml", "--store", store).code == 0
    assert termly(*call).code == 0
    assert not spring.here(store, "quarantine", "school_census").exists()


def test_a_zip_with_one_bad_return_gives_the_good_ones(spring, bad, tmp_path):
    members = {path.name: path.read_bytes() for path in spring.returns[:2]} | {"cut.xml": bad["truncated.xml"]}
    path = write(tmp_path / "in", "all schools.ZIP", zipped(members))
    said = termly("run", *spring.base(tmp_path / "s"), *QUICK, "--census", path)
    assert said.code == 4
    (sentence,) = said.quarantined()
    assert "all schools.ZIP/cut.xml is cut off" in sentence
    listed = json.loads((spring.here(tmp_path / "s", "quarantine", "school_census") / "quarantine.json").read_bytes())
    assert listed[0]["landed"].endswith("all_schools.ZIP")
    assert spring.summary(tmp_path / "s")["schools_received"] == 2


def test_a_register_row_that_cannot_be_read_is_kept_and_counted(spring, tmp_path):
    store = tmp_path / "s"
    good = (spring.folder / "ehe" / "ehe_register.csv").read_bytes()
    path = write(tmp_path / "in", "register.csv", good + b"too,few,cells\n")
    assert termly("run", *spring.base(store), *QUICK, "--census", spring.returns[1], "--ehe", path).code == 0
    summary = spring.summary(store)
    assert summary["rows_quarantined"] == 1
    assert summary["ehe_children"] == good.count(b"\n") - 1
    folder = spring.here(store, "quarantine", "elective_home_education")
    assert [each.name for each in folder.iterdir()] == ["rows-1"]


def test_an_empty_zip_is_named(spring, tmp_path):
    path = write(tmp_path / "in", "empty.zip", zipped({}))
    said = termly("run", *spring.base(tmp_path / "s"), *QUICK, "--census", spring.returns[0], "--census", path)
    assert said.code == 4
    assert said.quarantined() == ["in/empty.zip holds no file; ask for it to be packed again."]


def test_a_list_of_schools_that_cannot_be_read_is_kept_with_its_reason(spring, tmp_path):
    path, store = write(tmp_path / "in", "schools.csv", b"a,b\n1,2\n"), tmp_path / "s"
    said = termly("run", *spring.base(store), *QUICK, "--census", spring.returns[0], "--schools", path)
    assert said.code == 4
    (listed,) = json.loads((spring.here(store, "quarantine", "gias") / "quarantine.json").read_bytes())
    assert (store / listed["landed"]).read_bytes() == path.read_bytes()
    assert spring.summary(store)["schools_expected"] is None


def test_links_and_pipes_in_a_folder_are_named_and_never_followed(spring, tmp_path):
    folder = tmp_path / "census"
    shutil.copytree(spring.folder / "census", folder)
    (folder / "a link to it.xml").symlink_to(spring.returns[0])
    said = termly("run", *spring.base(tmp_path / "s"), *QUICK, "--census", folder)
    assert said.code == 4
    (entry,) = spring.summary(tmp_path / "s")["quarantined"]
    assert entry["file"] == "a link to it.xml"


def test_a_folder_of_nothing_but_strange_files_says_so(spring, tmp_path):
    write(tmp_path / "in", "letter.docx", b"hello")
    said = termly("run", *spring.base(tmp_path / "s"), *QUICK, "--census", tmp_path / "in")
    assert said.code == 15
    assert "letter.docx" in said.err


def test_files_that_nothing_recognises_are_listed(spring, tmp_path):
    folder = tmp_path / "census"
    shutil.copytree(spring.folder / "census", folder)
    write(folder, "notes from the school.docx", b"hello")
    said = termly("run", *spring.base(tmp_path / "s"), *QUICK, "--census", folder)
    assert "not recognised: notes from the school.docx" in said.lines
    assert spring.summary(tmp_path / "s")["unrecognised_files"] == ["notes from the school.docx"]
