"""A new school year is a change of data: otherwise each autumn waits for a programmer."""

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
NEW = "2027-autumn"


def later(day, weeks=52):
    return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat() if day else ""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of the packages with a new line in the calendar, and one in that of the invented authority."""
    copy = tmp_path_factory.mktemp("project")
    for package in ("schemas", "transforms", "flows"):
        shutil.copytree(PROJECT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    path = copy / "schemas" / "collections.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    old = next(row for row in rows if row["collection"] == "2026-autumn")
    days = {name: later(text) if text[:2] == "20" else text for name, text in old.items() if name != "collection"}
    shifted = {"age_day": "2027-08-31", "early_years_day": "2027-08-31", "year_first": "2027-08-01"}
    fixed = {"previous_census_day": rows[-1]["census_day"], "fsm_first": later(rows[-1]["census_day"], 0)}
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, list(old), lineterminator="\n").writerow({"collection": NEW, **days, **shifted, **fixed})
    with (copy / "schemas" / "synthetic" / "term_days.csv").open("a", encoding="utf-8") as file:
        file.write(f"{NEW},24,38,synthetic,invented\n")
    return copy


def termly(project, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(project)}
    command = [sys.executable, "-P", "-c", "from flows.cli import main; main()", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def test_a_collection_added_to_the_calendar_is_made_read_and_checked(project, tmp_path):
    made = termly(project, "synth", "--out", tmp_path / "la", "--schools", "6", "--pupils", "40", "--collection", NEW)
    assert made.returncode == 0, made.stderr
    report = tmp_path / "report"
    checked = termly(project, "validate", tmp_path / "la" / "census", "--collection", NEW, "--report", report)
    assert checked.returncode == 0, checked.stderr
    told = json.loads((report / "summary.json").read_text("utf-8"))
    assert (told["collection"], told["files_read"], told["files_quarantined"]) == (NEW, 6, 0)
    assert told["errors"] == 0
    assert told["pupils_on_roll"] > 200
    listed = json.loads(termly(project, "show", "rules", "--year", "2027", "--term", "autumn", "--json").stdout)
    assert {"1500", "1601Q", "1889", "CODE-SEX"} <= {row["rule"] for row in listed}
