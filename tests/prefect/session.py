"""Several calls of `termly` in one process and, with `prefect`, on one temporary server: `session.py HOW PLAN RESULTS`.

A plan is a list of calls: name, arguments, and perhaps a master key or a sabotage. The calls are the same in both ways.
"""

import json
import os
import sys
import time
from pathlib import Path

from flows import school_census, tasks
from flows.cli import main

tasks.RETRY_AFTER_SECONDS = 0
_CENSUS_FINDINGS, _READ_CENSUS = school_census.census_findings, school_census.read_census


def fault(tables):
    """Fail as a bug would, with a pupil in the text, in the chain and in a note."""
    pupil = tables["pupils"].iloc[0]
    told = f"{pupil['forename']} {pupil['surname']}, {pupil['upn']}, born {pupil['dob']}"
    try:
        {}[told]
    except KeyError as error:
        error.add_note(told)
        raise ValueError(f"cannot place {told}: {tables['addresses']['postcode'].tolist()}") from error


def flaky(*args, **kwargs):
    """Fail once as a network share would, naming a pupil's file, then do as asked."""
    school_census.read_census = _READ_CENSUS
    raise OSError(5, "Input/output error", "//share/Zqvornax0 Qxmirabel0.xml")


def call(arguments):
    """Call the command line and return its exit code."""
    try:
        main(arguments, prog_name="termly", standalone_mode=False)
    except SystemExit as left:
        return left.code or 0
    return 0


def play(how, plan):
    """Make every call of a plan; return exit code and seconds of each by name."""
    results = {}
    for step in plan:
        os.environ["TERMLY_MASTER_KEY"] = step["key"]
        sabotage = step.get("sabotage", "")
        school_census.census_findings = fault if sabotage == "fault" else _CENSUS_FINDINGS
        school_census.read_census = flaky if sabotage == "flaky" and how == "prefect" else _READ_CENSUS
        began = time.perf_counter()
        code = call([*step["arguments"], *(["--prefect"] if how == "prefect" else [])])
        results[step["name"]] = {"code": code, "seconds": round(time.perf_counter() - began, 1)}
        sys.stdout.flush()
    return results


if __name__ == "__main__":
    made = play(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    Path(sys.argv[3]).write_text(json.dumps(made), encoding="utf-8")
