"""The files of `termly synth`: what a reader could not use, or would read as something else, would hide its own faults."""

import csv
import hashlib
import re

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from flows.synth import write_synthetic
from schemas.code_sets import code_set
from schemas.collection import Collection
from schemas.column_maps import shipped_map
from schemas.contract import contract_for
from schemas.errors import UsageError
from schemas.model import HEADER
from schemas.sources.model import source
from tests.synthetic_checked import clean_ehe, positions_found, read_returns
from transforms.clean.returns import clean_returns
from transforms.clean.sources import clean_source
from transforms.parse.register import read_register

SPRING = Collection.parse("2026-spring")


def written(folder, *, collection=SPRING, schools=8, pupils=40, seed=1, faults=False, la="823"):
    write_synthetic(folder, schools=schools, pupils=pupils, collection=collection, la=la, seed=seed, faults=faults)
    return folder


def cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prints(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return written(tmp_path_factory.mktemp("synthetic") / "la")


@pytest.mark.parametrize("faults", [False, True])
def test_the_same_arguments_give_the_same_bytes(tmp_path, faults):
    one = written(tmp_path / "one", schools=5, pupils=20, faults=faults)
    assert prints(one) == prints(written(tmp_path / "other", schools=5, pupils=20, faults=faults))


def test_another_seed_gives_other_children(tmp_path):
    one = prints(written(tmp_path / "one", schools=3, pupils=10))
    other = prints(written(tmp_path / "other", schools=3, pupils=10, seed=2))
    returns = {name for name in one if name.startswith("census")}
    assert returns == {name for name in other if name.startswith("census")}
    assert all(one[name] != other[name] for name in returns)


def test_every_return_is_well_formed_and_named_as_its_header_says(folder):
    for path in sorted((folder / "census").iterdir()):
        root = etree.parse(path).getroot()
        said = [root.findtext(f"Header/{tag}") for tag in ("Source/LEA", "Source/Estab", "Source/SerialNo")]
        year = root.findtext("Header/CollectionDetails/Year")[2:]
        assert path.name == f"{said[0]}{said[1]}_SC1_{said[0]}LL{year}_{said[2]}.XML"
        assert root.findall("Pupils/PupilsOnRoll/PupilOnRoll")


def test_nothing_in_a_return_is_unknown_to_the_reader_or_out_of_its_term(folder):
    assert read_returns(folder, SPRING).notes == ()


@pytest.mark.parametrize("term", ["2024-autumn", "2026-spring", "2027-summer"])
def test_xml_and_collect_export_say_the_same(tmp_path, term):
    collection = Collection.parse(term)
    made = written(tmp_path / "la", collection=collection)
    one, other = (
        clean_returns(read_returns(made, collection, form), collection=collection) for form in ("census", "collect_csv")
    )
    for name, frame in one.items():
        if name == HEADER:
            continue
        key = list(contract_for(collection, name).columns)[: 4 if "record" in frame else 1]
        key = [
            column for column in ("laestab", "is_on_roll", "record", "sub_record") if column in key or column in frame
        ]
        left, right = (side.sort_values(key, ascending=True).reset_index(drop=True) for side in (frame, other[name]))
        assert len(left) == len(right), name
        for column in left:
            assert left[column].astype("object").equals(right[column].astype("object")), (name, column)


def test_the_collect_export_is_written_as_collect_writes_it(folder):
    names = {path.name for path in (folder / "collect_csv").iterdir()}
    assert {"2026_spring_la_pupilonroll.csv", "2026_spring_acad_pupilonroll.csv"} <= names
    rows = cells(folder / "collect_csv" / "2026_spring_la_pupilonroll.csv")
    assert all(re.fullmatch(r"\d{4}-[A-Z][a-z]{2}-\d\d 00:00:00", row["dob"]) for row in rows)
    assert {row["parttime"] for row in rows} <= {"True", "False"}
    assert {row["NativeId"][:3] for row in rows} == {"823"}
    possible = {row["termlysessionspossible"] for row in rows}
    assert "" in possible
    assert all(value.endswith(".0") for value in possible - {""})
    addresses = cells(folder / "collect_csv" / "2026_spring_la_addresses.csv")
    assert {row["pupilonrolltableid"] for row in addresses} == {row["pupilonrolltableid"] for row in rows}


def test_ids_of_the_two_exports_count_from_one_each_so_only_school_and_id_tell_rows_apart(folder):
    for which in ("la", "acad"):
        rows = cells(folder / "collect_csv" / f"2026_spring_{which}_pupilonroll.csv")
        ids = [int(row["pupilonrolltableid"]) for row in rows]
        assert ids == list(range(1, len(ids) + 1))


def test_the_workbook_holds_the_same_register_as_the_csv(folder):
    sheet = CalamineWorkbook.from_path(folder / "ehe" / "ehe_register.xlsx").get_sheet_by_index(0).to_python()
    with (folder / "ehe" / "ehe_register.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert sheet[0] == rows[0]
    assert len(sheet) == len(rows) > 3
    texts = [[cell if isinstance(cell, str) else cell.strftime("%d/%m/%Y") for cell in row] for row in sheet]
    assert texts == rows
    assert clean_ehe(folder).equals(clean_ehe(folder, "ehe_register.xlsx"))


def test_the_register_is_written_in_the_authoritys_own_words_and_days(folder):
    rows = cells(folder / "ehe" / "ehe_register.csv")
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", row["EHE Start Date"]) for row in rows)
    assert {row["Gender"] for row in rows} <= {"M", "F"}
    assert all(row["Child ID"].startswith("0") for row in rows)
    labels = code_set(source("ehe_register").column("primary_reason").code_set).in_force(SPRING)
    assert {row["Primary Reason"] for row in rows} - labels


@pytest.mark.parametrize(
    ("name", "source_id"),
    [
        ("schools.csv", "gias"),
        ("protections.csv", "protections"),
        ("contacts.csv", "contacts"),
        ("social_care_status.csv", "social_care_status"),
    ],
)
def test_the_further_inputs_are_read_by_their_declared_sources(folder, name, source_id):
    declared, mapped = source(source_id), shipped_map(source_id)
    raw = read_register((folder / name).read_bytes(), source_file=name, column_map=mapped, source=declared)
    frame = clean_source(raw.table, source=declared, column_map=mapped)
    assert len(frame) >= 1
    lost = [
        column for column in frame if column.endswith("_raw") and column[:-4] in frame and frame[column].notna().any()
    ]
    assert [
        column for column in lost if frame[column[:-4]].isna().any() and frame[column].notna().sum() == len(frame)
    ] == []


def test_the_folder_says_that_the_data_is_synthetic_and_an_earlier_authority_is_replaced(tmp_path):
    made = written(tmp_path / "la", schools=3, pupils=10)
    assert (made / "README.txt").read_text(encoding="utf-8").startswith("SYNTHETIC DATA")
    written(made, schools=2, pupils=10)
    assert len(list((made / "census").iterdir())) == 2


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no synthetic data"):
        written(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize(
    "term",
    [
        "2024-autumn", "2025-spring", "2025-summer", "2025-autumn", "2026-spring",
        "2026-summer", "2026-autumn", "2027-spring", "2027-summer",
    ],
)  # fmt: skip
def test_a_clean_authority_gives_no_finding_in_any_collection(tmp_path, term):
    collection = Collection.parse(term)
    made = written(tmp_path / "la", collection=collection, schools=10, pupils=60, la="942")
    assert positions_found(made, collection) == []
    assert cells(made / "answers.csv") == []
