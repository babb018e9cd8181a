"""Schools expected against returns received, for `returns.csv` and the validation page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from schemas import _data
from schemas.code_sets import code_set
from schemas.tables import Tables
from transforms.reports.run_summary import QuarantinedFile

#: One row is one school of the LA, or one quarantined file whose school is not known. Key: laestab, source_file.
RETURNS_COLUMNS = (
    "urn",
    "laestab",
    "school",
    "phase",
    "expected",
    "received",
    "serial",
    "produced",
    "form",
    "on_roll",
    "no_longer_on_roll",
    "errors",
    "queries",
    "superseded",
    "status",
    "source_file",
    "note",
    "in_previous",
)
_SECONDS = len("2026-01-15T12:00:00")
_COUNTS = ("serial", "on_roll", "no_longer_on_roll", "errors", "queries", "superseded")


@dataclass(frozen=True)
class OtherFiles:
    """What landed beside the returns that count: older returns superseded, and files that could not be read.

    `superseded` is school (laestab) → number of older returns; `previous` lists the schools of the collection before
    (laestab, urn, schoolname, phase), None where none is held.
    """

    superseded: Mapping[str, int] = field(default_factory=dict)
    quarantined: Sequence[QuarantinedFile] = ()
    previous: pd.DataFrame | None = None


def _told(column: str, answer: str) -> dict[str, str]:
    listed = _data.rows("schools_expected.csv")
    return {row["code"]: row["label"] for row in listed if row["column"] == column and row["expected"] == answer}


def schools_expected(gias: pd.DataFrame, *, la: str, census_day: date) -> pd.DataFrame:
    """Return the schools of one LA that make a return: open on census day, of a type that makes one.

    A type, phase or status that the project does not list is expected, so that a school is asked for rather than
    forgotten. One row is one school; key laestab; source the GIAS extract.
    """
    own = gias.loc[gias["la_code"].eq(la).fillna(value=False) & gias["establishment_number"].notna()]
    closed_later = own["close_date"].gt(census_day).fillna(value=False)
    asked = ~own["establishment_status_code"].isin(_told("establishment_status_code", "no")) | closed_later
    for column in ("establishment_type_group_code", "phase_code"):
        asked &= ~own[column].isin(_told(column, "no"))
    asked &= ~own["open_date"].gt(census_day).fillna(value=False)
    asked &= own["close_date"].isna() | closed_later
    kept = own.loc[asked.astype(bool)].sort_values("urn")
    phases = _told("phase_code", "yes") | _told("phase_code", "no")
    schools = pd.DataFrame(
        {
            "laestab": (kept["la_code"].astype("str") + kept["establishment_number"].astype("str").str.zfill(4)),
            "urn": kept["urn"].astype("str"),
            "school": kept["establishment_name"].astype("str"),
            "phase": kept["phase_code"].astype("str").map(phases),
        }
    )
    return schools.drop_duplicates("laestab", keep="last").reset_index(drop=True)


def returns_table(
    tables: Tables, findings: pd.DataFrame, *, expected: pd.DataFrame | None, others: OtherFiles
) -> pd.DataFrame:
    """Set the schools expected against the returns received; one row per school, then files of unknown schools.

    Without a list of expected schools (`expected` None), `expected` is blank: not known, rather than "no"; the schools
    of the collection before are then those asked for.
    """
    received = _received(tables)
    asked = _schools_before(others.previous, tables) if expected is None else expected
    schools = asked.merge(received, how="outer", on="laestab", validate="1:1", suffixes=("", "_stated"))
    for name in ("urn", "school", "phase"):
        schools[name] = schools[name].where(schools[name].notna(), schools.pop(f"{name}_stated"))
    schools["received"] = _yes_no(schools["source_file"].notna())
    if expected is None:
        schools["expected"] = pd.Series(pd.NA, index=schools.index, dtype="str")
    else:
        schools["expected"] = _yes_no(schools["laestab"].isin(expected["laestab"]))
    schools = _with_counts(_with_quarantined(schools, others), findings, others)
    schools["status"] = _status(schools)
    schools["in_previous"] = _in_previous(schools, others.previous)
    ordered = schools.sort_values(["laestab", "source_file"], na_position="last", kind="stable")
    return ordered.loc[:, list(RETURNS_COLUMNS)].reset_index(drop=True)


def _schools_before(previous: pd.DataFrame | None, tables: Tables) -> pd.DataFrame:
    """Return the schools of the collection before, as a list of expected schools is."""
    if previous is None:
        return _text_frame([], ("laestab", "urn", "school", "phase"))
    text = previous.rename(columns={"schoolname": "school"}).astype("str")
    labels = code_set("phase").labels(tables.collection.previous())
    return text.assign(phase=text["phase"].map(labels))[["laestab", "urn", "school", "phase"]]


def _in_previous(schools: pd.DataFrame, previous: pd.DataFrame | None) -> pd.Series:
    """Say whether the collection before had a return of the school; blank where none is held, or of no known school."""
    if previous is None:
        return pd.Series(pd.NA, index=schools.index, dtype="str")
    return _yes_no(schools["laestab"].isin(previous["laestab"].astype("str"))).where(schools["laestab"].notna())


def schools_missing_since(returns: pd.DataFrame) -> list[str] | None:
    """Return the schools of which the collection before had a return and this one has none; None where none is held."""
    if returns["in_previous"].isna().all():
        return None
    gone: list[str] = returns.loc[returns["in_previous"].eq("yes") & returns["received"].eq("no"), "laestab"].to_list()
    return sorted(set(gone))


def _received(tables: Tables) -> pd.DataFrame:
    """Return what the returns state of themselves, as text and counts."""
    census, school = tables["schoolcensus"], tables["school"]
    stated = pd.DataFrame(
        {
            "laestab": census["laestab"].astype("str"),
            "urn_stated": census["urn"].astype("str"),
            "serial": census["serialno"].astype("Int64"),
            "produced": census["datetime"].dt.strftime("%Y-%m-%dT%H:%M:%S").astype("str").str.slice(0, _SECONDS),
            "form": census["form"].astype("str"),
            "on_roll": census["records_on"].astype("Int64"),
            "no_longer_on_roll": census["records_off"].astype("Int64"),
            "source_file": census["source_file"].astype("str"),
        }
    )
    named = pd.DataFrame(
        {
            "laestab": school["laestab"].astype("str"),
            "school_stated": school["schoolname"].astype("str"),
            "phase_stated": school["phase"].astype("str").map(code_set("phase").labels(tables.collection)),
        }
    )
    return stated.merge(named, how="left", on="laestab", validate="1:1")


def _text_frame(rows: Sequence[tuple[str | None, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype="str")


def _yes_no(answer: pd.Series) -> pd.Series:
    return answer.map({True: "yes", False: "no"}).astype("str")


def _with_quarantined(schools: pd.DataFrame, others: OtherFiles) -> pd.DataFrame:
    """Name file and reason on the row of a school that has no readable return; give every other file a row."""
    told = [(entry.source_file, entry.laestab, entry.reason) for entry in others.quarantined]
    files = _text_frame(told, ("source_file", "laestab", "note"))
    waiting = schools.loc[schools["source_file"].isna(), "laestab"]
    ours = files["laestab"].isin(waiting) & ~files.duplicated("laestab", keep="last")
    known = files.loc[ours]
    marked = schools.merge(known, how="left", on="laestab", validate="m:1", suffixes=("", "_bad"))
    marked["source_file"] = marked["source_file"].where(marked["source_file"].notna(), marked.pop("source_file_bad"))
    loose = files.loc[~ours].assign(received="no")
    for name in ("urn", "school", "phase", "expected"):
        loose[name] = loose["laestab"].map(schools.set_index("laestab")[name]).astype("str")
    return pd.concat([marked, loose], ignore_index=True) if len(loose) else marked


def _with_counts(schools: pd.DataFrame, findings: pd.DataFrame, others: OtherFiles) -> pd.DataFrame:
    """Add errors, queries and superseded returns; zero where a return was read, blank where there is none."""
    read = schools["received"].eq("yes")
    for severity, name in (("error", "errors"), ("query", "queries")):
        of_severity = findings.loc[findings["severity"].eq(severity), "laestab"].astype("str")
        found = schools["laestab"].map(of_severity.value_counts()).astype("Int64")
        schools[name] = found.mask(found.isna() & read, 0)
    older = schools["laestab"].map(dict(others.superseded)).astype("Int64")
    schools["superseded"] = older.mask(older.isna() & read, 0)
    return schools.astype(dict.fromkeys(_COUNTS, "Int64"))


def _status(schools: pd.DataFrame) -> pd.Series:
    """Say received, unexpected, quarantined or missing; the first that applies, from the end of this list."""
    status = pd.Series("missing", index=schools.index, dtype="str")
    status = status.mask(schools["note"].notna(), "quarantined")
    status = status.mask(schools["received"].eq("yes"), "received")
    return status.mask(schools["received"].eq("yes") & schools["expected"].eq("no"), "unexpected")
