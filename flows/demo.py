"""`termly demo`: the whole pipeline on the bundled synthetic authority, and where each result is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows import keys
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.storage import Zone
from schemas.collection import Collection
from schemas.errors import DONE_WITH_QUARANTINE, AgreementRefused, UsageError

COLLECTION = Collection.parse("2026-spring")
LA = "856"
ON = date(2026, 1, 30)
#: What the samples are made to show: a school with errors or unexplained queries is not released, one whose query is
#: explained goes, a damaged file is quarantined.
_SHOWN = {AgreementRefused.exit_code, DONE_WITH_QUARANTINE}


@dataclass(frozen=True)
class Samples:
    """The bundled files."""

    folder: Path

    @classmethod
    def bundled(cls) -> Samples:
        """Return the samples, in the installed package or in the project.

        Raises:
            UsageError: when neither has them.
        """
        here = Path(__file__).resolve().parent
        for folder in (here / "samples", here.parent / "data" / "samples"):
            if (folder / "census").is_dir():
                return cls(folder)
        raise UsageError("The bundled samples are missing; install termly again.")


def run_demo(out: Path, *, prefect: bool) -> Outcome:
    """Run everything on the samples into a folder; exit code 0 when it went as the samples are made to show."""
    samples = Samples.bundled().folder
    _use_own_key(out)
    options = RunOptions(
        collection=COLLECTION,
        la=LA,
        store=out / "store",
        on=ON,
        census=(samples / "census",),
        ehe=samples / "ehe" / "ehe_register.xlsx",
        schools=samples / "schools.csv",
        inputs={name: samples / f"{name}.csv" for name in ("protections", "explanations", "cme_register")},
        sample_agreements=True,
        invented=True,
        release=("all",),
    )
    outcome = _run(options, prefect=prefect)
    outcome.lines[:0] = [f"termly demo: synthetic local authority {LA}, {COLLECTION}, run on {ON}"]
    _say_where(outcome, options)
    outcome.codes -= _SHOWN
    return outcome


def _run(options: RunOptions, *, prefect: bool) -> Outcome:
    if prefect:
        from flows.deployed import run_under_prefect  # noqa: PLC0415  # seconds of import, and a server

        return run_under_prefect(options, shown=frozenset(_SHOWN))
    from flows.termly_run import termly_run  # noqa: PLC0415

    return termly_run(options, Progress())


def _use_own_key(out: Path) -> None:
    """Make the demo a key of its own, unless there is one from an earlier demo."""
    path = out / "demo.key"
    out.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        keys.init_key("file", file=path)
    os.environ.pop(keys.KEY_VARIABLE, None)
    os.environ[keys.FILE_VARIABLE] = str(path)


def _say_where(outcome: Outcome, options: RunOptions) -> None:
    here = f"collection={options.collection}/la={options.la}"
    for what, zone, below in (
        ("overview of the schools, to open in a browser", Zone.REPORTS, f"{here}/overview.html"),
        ("findings by school and rule, to open in a browser (names pupils)", Zone.REPORTS, f"{here}/validation.html"),
        ("a page and a list for each school (name pupils)", Zone.REPORTS, f"{here}/schools"),
        ("findings, returns expected and received, summary", Zone.REPORTS, here),
        ("clean tables (Parquet)", Zone.CLEAN, "school_census"),
        ("what could not be read, and why", Zone.QUARANTINE, f"school_census/{here}"),
        ("statistics, protected (Parquet)", Zone.STATISTICS, ""),
        ("statistics for Explore Education Statistics (CSV and meta)", Zone.STATISTICS, f"ees/la={options.la}"),
        ("charts and tables of them, to open in a browser", Zone.STATISTICS, f"ees/la={options.la}/statistics.html"),
        ("how they are protected, in plain words", Zone.STATISTICS, f"ees/la={options.la}/protection.html"),
        ("returns for DfE, with manifest", Zone.RELEASED, f"dfe-school-census/{here}"),
        ("immunisation cohort for the NHS, with manifest", Zone.RELEASED, f"nhs-immunisation/{here}"),
        ("who received what (termly ledger --store)", Zone.LEDGER, ""),
    ):
        path = options.store / zone / below
        if path.exists():
            outcome.say(f"  {what}: {path}")
