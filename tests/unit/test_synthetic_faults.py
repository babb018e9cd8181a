"""Planted faults: if the answer file is not exactly what a check must find, a validator that is wrong looks right."""

from collections import Counter

import pytest

import schemas.rules  # noqa: F401  # fills the register of rules
from flows.synth import write_synthetic
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.rules.register import rules_in_force
from tests.synthetic_checked import answers, clean_ehe, positions_expected, positions_found, read_returns
from transforms.clean.returns import clean_returns

TERMS = ("2024-autumn", "2026-spring", "2026-summer", "2026-autumn")
#: The header decides whether a return is read at all, so no fault of it can be a finding of a read return.
NOT_PLANTED = {
    "CODE-COLLECTION", "CODE-TERM", "CODE-SOURCELEVEL", "CODE-LEA",
    "TYPE-YEAR", "TYPE-REFERENCEDATE", "TYPE-SERIALNO", "TYPE-DATETIME",
    "CODE-FORM-COLLECTION", "CODE-FORM-TERM", "CODE-FORM-SOURCELEVEL", "CODE-FORM-LEA",
}  # fmt: skip
#: What a collection says against the one before; of the first there is none.
AGAINST_THE_LAST = {"PREV-ROLL", "PREV-DOB", "PREV-SEX", "PREV-UPN"}
SIZE = {"schools": 25, "pupils": 120, "la": "823", "seed": 3}


@pytest.fixture(scope="module", params=TERMS)
def planted(request, tmp_path_factory):
    folder, collection = tmp_path_factory.mktemp("planted") / "la", Collection.parse(request.param)
    write_synthetic(folder, **SIZE, collection=collection, faults=True)
    return folder, collection


@pytest.mark.parametrize("form", ["census", "collect_csv"])
def test_a_check_finds_exactly_what_was_planted(planted, form):
    folder, collection = planted
    expected = positions_expected(folder)
    assert len(expected) > 150
    assert positions_found(folder, collection, form) == expected


def test_what_differs_from_the_collection_before_is_found_where_that_is_known(planted, tmp_path):
    folder, collection = planted
    if collection.previous() not in known_collections():
        assert positions_expected(folder, previous=True) == positions_expected(folder)
        return
    write_synthetic(tmp_path / "la", **SIZE, collection=collection.previous())
    found = positions_found(folder, collection, previous=tmp_path / "la")
    assert found == positions_expected(folder, previous=True)
    assert {position[0] for position in found} >= AGAINST_THE_LAST


def test_every_rule_in_force_is_broken_somewhere(planted):
    folder, collection = planted
    rules = {rule.id for origin in ("school_census", "ehe") for rule in rules_in_force(collection, source=origin)}
    of_the_first = set() if collection.previous() in known_collections() else AGAINST_THE_LAST
    assert rules - {row["rule"] for row in answers(folder)} == NOT_PLANTED | of_the_first


def test_each_answer_names_a_row_that_is_in_the_files(planted):
    folder, collection = planted
    frames = clean_returns(read_returns(folder, collection), collection=collection)
    keys = {
        name: set(
            zip(
                frame["laestab"],
                frame["is_on_roll"].map({True: "on", False: "off"}),
                frame["record"].astype(str),
                strict=True,
            )
        )
        for name, frame in frames.items()
        if "is_on_roll" in frame
    }
    register = clean_ehe(folder)
    for row in answers(folder):
        if row["table"] == "ehe_register":
            held = register.loc[register["record"] == int(row["record"]), "child_id"]
            assert held.tolist() == [row["child_id"]]
        elif row["roll"]:
            assert (row["laestab"], row["roll"], row["record"]) in keys[row["table"]]
        else:
            assert row["laestab"] in set(frames[row["table"]]["laestab"])


def test_planted_and_following_findings_are_told_apart(planted):
    folder, _ = planted
    kinds = Counter(row["kind"] for row in answers(folder))
    assert set(kinds) == {"planted", "knock-on"}
    assert kinds["planted"] > kinds["knock-on"]
    copied = [row for row in answers(folder) if row["rule"] == "1520"]
    assert Counter(row["kind"] for row in copied) == {"planted": 3, "knock-on": 3}


def test_only_the_planted_cells_differ_from_the_clean_files(tmp_path):
    sizes = {"schools": 6, "pupils": 40, "collection": Collection.parse("2026-spring"), "la": "823", "seed": 4}
    clean, faulty = tmp_path / "clean", tmp_path / "faulty"
    write_synthetic(clean, **sizes)
    write_synthetic(faulty, **sizes, faults=True)
    changed = 0
    for path in sorted((clean / "collect_csv").iterdir()):
        one, other = (
            set(side.read_text(encoding="utf-8").splitlines()) for side in (path, faulty / "collect_csv" / path.name)
        )
        changed += len(one - other)
    planted = sum(row["table"] != "ehe_register" for row in answers(faulty))
    assert 0 < changed < 3 * planted


def test_the_smallest_authority_gets_the_faults_that_it_has_room_for(tmp_path):
    collection = Collection.parse("2026-spring")
    write_synthetic(tmp_path / "la", schools=2, pupils=15, collection=collection, la="823", seed=5, faults=True)
    assert positions_found(tmp_path / "la", collection) == positions_expected(tmp_path / "la") != []
