"""The summary of a run: counts and file names, never a value; `summary.json` and the head of the validation page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Protocol

import pandas as pd

from schemas.errors import ContractBroken
from transforms.reports.tables import report_json

ERROR, QUERY = "error", "query"


@dataclass(frozen=True)
class QuarantinedFile:
    """One input that could not be read: its name, the school if known, and one sentence why and what to do."""

    source_file: str
    reason: str
    laestab: str | None = None


class ReadingNote(Protocol):
    """What a reader noticed without refusing the file: a kind, the name of a tag, column or table, how often."""

    @property
    def kind(self) -> str:
        """Say what was noticed."""

    @property
    def what(self) -> str:
        """Name the tag, column or table; never a value."""

    @property
    def count(self) -> int:
        """Count the occurrences in the file."""

    @property
    def source_file(self) -> str:
        """Name the file."""


@dataclass(frozen=True)
class NoteTotal:
    """One thing noticed while reading, over all files."""

    kind: str
    what: str
    count: int
    files: int


def note_totals(notes: Iterable[ReadingNote]) -> tuple[NoteTotal, ...]:
    """Add up the readers' notes by kind and name."""
    count: Counter[tuple[str, str]] = Counter()
    files: dict[tuple[str, str], set[str]] = {}
    for note in notes:
        count[note.kind, note.what] += note.count
        files.setdefault((note.kind, note.what), set()).add(note.source_file)
    return tuple(NoteTotal(kind, what, count[kind, what], len(files[kind, what])) for kind, what in sorted(count))


@dataclass(frozen=True)
class FindingCounts:
    """How many findings there are: by rule (in the order of the rules' names), errors, queries."""

    by_rule: Mapping[str, int]
    errors: int
    queries: int


def count_findings(findings: pd.DataFrame) -> FindingCounts:
    """Count findings by rule and by severity."""
    by_rule = findings["rule"].astype("str").value_counts().sort_index()
    severity = findings["severity"].astype("str").value_counts()
    return FindingCounts(
        {str(rule): int(count) for rule, count in by_rule.items()},
        int(severity.get(ERROR, 0)),
        int(severity.get(QUERY, 0)),
    )


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """What one run read, wrote and found; a row is one pupil of either roll or a register's child.

    The first fourteen names are those that people script against. None stands for "not known" (no list of expected
    schools, no register) and is never zero. `more` takes further counts of a stage, by name.
    """

    collection: str
    la: str
    files_read: int
    files_quarantined: int
    pupils_on_roll: int
    pupils_no_longer_on_roll: int
    ehe_children: int | None
    rows_in: int
    rows_out: int
    rows_quarantined: int
    findings: FindingCounts
    seconds: float
    rows_superseded: int = 0
    carried_over_returns: int = 0
    schools_expected: int | None = None
    schools_received: int = 0
    protections_supplied: bool = False
    objectors_excluded: int | None = None
    quarantined: tuple[QuarantinedFile, ...] = ()
    unrecognised_files: tuple[str, ...] = ()
    notes: tuple[NoteTotal, ...] = ()
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Hold the run to its account of rows and files."""
        accounted = self.rows_out + self.rows_quarantined + self.rows_superseded
        if self.rows_in != accounted:
            raise ContractBroken(
                f"Rows do not add up: {self.rows_in} in, but {self.rows_out} out, {self.rows_quarantined} quarantined "
                f"and {self.rows_superseded} superseded; this is our fault, so leave the store as it is and report it."
            )
        if self.quarantined and len(self.quarantined) != self.files_quarantined:
            raise ContractBroken(
                f"Files do not add up: {self.files_quarantined} quarantined, but {len(self.quarantined)} are named; "
                "this is our fault, so leave the store as it is and report it."
            )

    def as_dict(self) -> dict[str, object]:
        """Return the summary as it stands in summary.json, in its order."""
        content: dict[str, object] = {}
        for name in (entry.name for entry in fields(self) if entry.name not in {"findings", "quarantined", "more"}):
            if name == "seconds":
                content |= {"findings_by_rule": dict(self.findings.by_rule)}
                content |= {"errors": self.findings.errors, "queries": self.findings.queries}
            content[name] = _plain(getattr(self, name))
        content["quarantined"] = [
            {"file": entry.source_file, "laestab": entry.laestab, "reason": entry.reason} for entry in self.quarantined
        ]
        return content | self._further(content)

    def _further(self, content: Mapping[str, object]) -> dict[str, object]:
        if taken := sorted(set(content) & set(self.more)):
            raise ContractBroken(
                f"The summary already has {', '.join(taken)}; a stage must not write it again, so rename its count."
            )
        return dict(self.more)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, NoteTotal):
        return asdict(value)
    return dict(value) if isinstance(value, Mapping) else value


def summary_json(summary: RunSummary) -> bytes:
    """Write summary.json."""
    return report_json(summary.as_dict())
