"""`termly validate` says before the upload what a run would say, and keeps nothing but the report that was asked for."""

import json
import re
import shutil

import pytest

from tests.bad_files import zipped
from tests.synthetic_checked import positions_expected
from tests.termly_calls import rows_of, termly

POSITION = ("rule", "laestab", "table", "roll", "record", "sub_record", "field", "child_id")
REPORT = {
    "validation.html",
    "overview.html",
    "schools",
    "findings.csv",
    "findings.xlsx",
    "returns.csv",
    "summary.json",
    "cme_candidates.csv",
    "explanations_unmatched.csv",
    "same_child_review.csv",
}


def positions(rows):
    return sorted(tuple(row[name] for name in POSITION) for row in rows)


@pytest.fixture
def validate(faulty, tmp_path, monkeypatch):
    """Return a caller in an empty working folder, without any key, and what it reported."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def call(*paths, more=()):
        said = termly(
            "validate", *paths, "--collection", faulty.collection, "--report", tmp_path / "report", *more, key=None
        )
        found = rows_of((tmp_path / "report" / "findings.csv").read_bytes())
        return said, found

    return call


@pytest.fixture
def expected(faulty):
    return positions_expected(faulty.folder)


@pytest.mark.parametrize("form", ["census", "collect_csv"])
def test_validate_finds_what_was_planted_in_a_folder(form, validate, faulty, expected):
    said, found = validate(faulty.folder / form, more=("--ehe", faulty.folder / "ehe" / "ehe_register.xlsx"))
    assert said.code == 0
    assert positions(found) == expected


def test_validate_opens_a_zip_of_returns(validate, faulty, expected, tmp_path):
    path = tmp_path / "returns.zip"
    path.write_bytes(zipped({each.name: each.read_bytes() for each in faulty.returns}))
    said, found = validate(path)
    assert said.code == 0
    assert positions(found) == [position for position in expected if position[1]]


def test_validate_takes_one_school_alone(validate, faulty, expected):
    said, found = validate(faulty.returns[2])
    laestab = faulty.returns[2].name[:7]
    assert positions(found) == [position for position in expected if position[1] == laestab]
    assert said.lines[0].startswith("2026-spring of 856: 1 files read")


def test_validate_writes_the_report_and_nothing_else(validate, faulty, tmp_path):
    validate(faulty.returns[2], more=("--schools", faulty.folder / "schools.csv"))
    assert {path.name for path in (tmp_path / "report").iterdir()} == REPORT
    laestab = faulty.returns[2].name[:7]
    assert {path.name for path in (tmp_path / "report" / "schools").iterdir()} == {f"{laestab}.html", f"{laestab}.csv"}
    assert list((tmp_path / "here").iterdir()) == []


def test_every_page_is_one_file_that_fetches_nothing(validate, faulty, tmp_path):
    validate(faulty.returns[2])
    for path in (tmp_path / "report").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)
        assert "<script src" not in page
    page = (tmp_path / "report" / "validation.html").read_text(encoding="utf-8")
    for rule in json.loads((tmp_path / "report" / "summary.json").read_bytes())["findings_by_rule"]:
        assert rule in page


def test_a_report_may_be_written_again_to_the_same_folder(validate, faulty, tmp_path):
    validate(faulty.folder / "census")
    kept = tmp_path / "report" / "schools" / "ours.txt"
    kept.write_text("a file of the person's own", encoding="utf-8")
    _, found = validate(faulty.returns[2])
    laestab = faulty.returns[2].name[:7]
    assert {row["laestab"] for row in found} == {laestab}
    left = {path.name for path in (tmp_path / "report" / "schools").iterdir()}
    assert left == {f"{laestab}.html", f"{laestab}.csv", kept.name}, "pages of other schools must not stay behind"


def test_strict_makes_errors_a_failure(validate, faulty, spring):
    assert validate(faulty.returns[2], more=("--strict",))[0].code == 3
    assert validate(spring.folder / "census", more=("--strict",))[0].code == 0


def test_validate_without_a_return_says_there_is_none(spring, tmp_path):
    (tmp_path / "empty").mkdir()
    assert termly("validate", tmp_path / "empty", "--collection", spring.collection).code == 15
    assert termly("validate", tmp_path / "none", "--collection", spring.collection).code == 2


def test_validate_refuses_returns_of_another_authority_where_one_is_named(spring):
    said = termly("validate", spring.returns[2], "--collection", spring.collection, "--la", "823")
    assert said.code == 13
    assert "local authority 856" in said.err


def test_validate_says_what_a_run_says(validate, faulty, tmp_path):
    said, found = validate(faulty.folder / "census")
    assert faulty.run(tmp_path / "s", "--statistics", "none").code == 0
    ours, theirs = (without_file(rows) for rows in (found, faulty.report(tmp_path / "s", "findings.csv")))
    assert ours == [row for row in theirs if row["laestab"]]
    assert said.code == 0


def without_file(rows):
    return [{name: cell for name, cell in row.items() if name != "source_file"} for row in rows]


def test_a_resubmission_supersedes_in_validate_too(validate, spring, tmp_path):
    again = shutil.copy(spring.returns[2], tmp_path / "again.xml")
    text = again.read_text(encoding="utf-8")
    again.write_text(text.replace("<SerialNo>001<", "<SerialNo>002<"), encoding="utf-8")
    said, _ = validate(spring.returns[2], again)
    (rows,) = [line for line in said.lines if line.startswith("rows: ")]
    into, out, superseded = (int(number) for number in re.findall(r"(\d+) (?:in|out|superseded)", rows))
    assert into == 2 * out
    assert superseded == out
