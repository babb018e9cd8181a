"""The notepad: which queries a note explains, and which notes explain nothing.

A note on a pupil goes before one on the whole school, a later one before an earlier. An error is never explained.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

import pandas as pd

from schemas import findings as made
from schemas.contract import STRING, to_frame
from schemas.notepad import SOURCE, reasons
from schemas.sources.model import arrow_schema_of, source

UNMATCHED_COLUMNS = ("record", "rule", "laestab", "upn", "note", "by", "day", "reason", "what_to_do")
_SCHOOL, _PUPIL = ["rule", "laestab"], ["rule", "laestab", "upn"]
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Known:
    """What a note may speak of: the rules and schools of a run, and the days between which it must be written.

    A note written on `after` or before has expired; one of a day later than `on` does not stand yet.
    """

    rules: Set[str]
    schools: Set[str]
    after: date
    on: date


@dataclass(frozen=True)
class Explained:
    """The findings with their states, the notes that explain nothing with the reason, and how many were given."""

    findings: pd.DataFrame
    unmatched: pd.DataFrame
    given: int = 0

    @property
    def queries(self) -> int:
        """Count the explained queries."""
        return int(self.findings["state"].eq(made.EXPLAINED).sum())

    @property
    def by_reason(self) -> dict[str, int]:
        """Count the notes that explain nothing by reason."""
        counts = self.unmatched["reason"].astype("str").value_counts()
        return {name: int(counts[name]) for name in reasons() if name in counts}


def no_explanations() -> pd.DataFrame:
    """Return an empty notepad."""
    return to_frame(arrow_schema_of(source(SOURCE)).empty_table())


def explain(findings: pd.DataFrame, notes: pd.DataFrame, known: Known) -> Explained:
    """Give each finding its state and note, by the notes that stand; tell why each other note explains nothing."""
    notes = notes.reset_index(drop=True)
    queries = findings["severity"].eq(made.QUERY).astype(bool)
    reason = _reasons(findings, queries, notes, known)
    standing = notes[reason.isna()].sort_values(["day", "record"], kind="stable")
    text = standing["note"] + " (" + standing["by"] + ", " + standing["day"].astype(STRING) + ")"
    of_school = standing["upn"].isna().to_numpy(dtype=bool)
    found = _told(findings, _PUPIL, standing[~of_school], text[~of_school])
    found = found.where(found.notna(), _told(findings, _SCHOOL, standing[of_school], text[of_school]))
    found = found.where(queries)
    return Explained(_with_state(findings, found), _unmatched(notes, reason), len(notes))


def in_time(notes: pd.DataFrame, known: Known) -> pd.Series:
    """Mark the notes that were written while their collection was open, up to the day of the run."""
    day = notes["day"]
    return (day.gt(known.after) & day.le(known.on)).fillna(value=False).astype(bool)


def _reasons(findings: pd.DataFrame, queries: pd.Series, notes: pd.DataFrame, known: Known) -> pd.Series:
    """Return why each note explains nothing, the first reason that applies; null for one that stands and matches."""
    pupil = notes["upn"].notna()
    lacking = notes[["note", "by", "day"]].isna().any(axis=1)
    of_query, of_any = (_answered(notes, pupil, part) for part in (findings[queries], findings))
    faults = {
        "unknown_rule": ~notes["rule"].isin(sorted(known.rules)),
        "unknown_school": notes["laestab"].notna() & ~notes["laestab"].isin(sorted(known.schools)),
        "incomplete": lacking,
        "expired": notes["day"].le(known.after),
        "not_yet": notes["day"].gt(known.on),
        "error": ~of_query & of_any,
        "no_query": ~of_query,
    }
    reason = pd.Series(None, index=notes.index, dtype=STRING)
    for name in reversed(list(reasons())):
        reason = reason.mask(faults[name].fillna(value=False).astype(bool), name)
    return reason


def _answered(notes: pd.DataFrame, pupil: pd.Series, findings: pd.DataFrame) -> pd.Series:
    """Say of each note whether there is a finding that it speaks of."""
    of_pupil = _key(notes, _PUPIL).isin(_key(findings, _PUPIL).unique())
    return of_pupil.where(pupil, _key(notes, _SCHOOL).isin(_key(findings, _SCHOOL).unique())).astype(bool)


def _told(findings: pd.DataFrame, columns: list[str], notes: pd.DataFrame, text: pd.Series) -> pd.Series:
    """Return the note on each finding by some columns, the last of several; null where there is none."""
    key = _key(notes, columns)
    last = ~key.duplicated(keep="last")
    by_key = pd.Series(text[last].to_numpy(dtype=object), index=key[last].to_numpy(dtype=object), dtype=STRING)
    return _key(findings, columns).map(by_key).astype(STRING)


def _key(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Put columns together as one text; what is blank is told apart from every value."""
    parts = (table[name].astype(STRING) for name in columns)
    whole = pd.Series("", index=table.index, dtype=STRING)
    for part in parts:
        whole = whole + _BETWEEN + part.where(part.notna(), "")
    return whole


def _with_state(findings: pd.DataFrame, note: pd.Series) -> pd.DataFrame:
    states = pd.Index([made.OPEN, made.EXPLAINED], dtype=STRING)
    state = pd.Categorical.from_codes(note.notna().astype("int8").to_numpy(), categories=states.astype("str"))
    return findings.assign(state=pd.Series(state, index=findings.index), note=note)


def _unmatched(notes: pd.DataFrame, reason: pd.Series) -> pd.DataFrame:
    """List the notes that explain nothing, as given, with the reason and what to do."""
    day = notes["day"].astype(STRING)
    told = notes.assign(
        day=day.where(day.notna(), notes["day_raw"]), reason=reason, what_to_do=reason.map(reasons()).astype(STRING)
    )
    return told.loc[reason.notna(), list(UNMATCHED_COLUMNS)].reset_index(drop=True)
