"""The validation page: one self-contained HTML file by which a school clears its findings."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import jinja2
import pandas as pd
from markupsafe import Markup

from schemas.calendar import calendar_for
from schemas.collection import Collection
from transforms.reports.finding_groups import Grouped, RuleNote, grouped
from transforms.reports.run_summary import RunSummary

_TEMPLATES = "transforms.reports"
_SHORT = {"received": "Received", "missing": "Missing", "unexpected": "Not expected", "quarantined": "Not readable"}


@dataclass(frozen=True)
class PageContext:
    """What a page says beside the findings: whose it is, when it was made, and the words for rules and fields."""

    la_name: str
    made: date
    version: str
    notes: Mapping[str, RuleNote]
    census_day: date | None = None
    field_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    invented: bool = False


@dataclass(frozen=True)
class SchoolLine:
    """One line of the table of schools; `number` is the place of its findings on the page, 0 for none."""

    name: str
    laestab: str
    status: str
    status_label: str
    phase: str
    on_roll: int | None
    errors: int | None
    queries: int | None
    number: int


def validation_page(findings: pd.DataFrame, schools: pd.DataFrame, summary: RunSummary, context: PageContext) -> str:
    """Write the page: summary, schools, rules, then the findings by school and rule; the same input, the same bytes.

    `schools` is the returns table (returns.csv). With many findings fewer rows of each rule are shown, with the count
    of those that are in findings.csv only.
    """
    groups = grouped(findings, context.notes, context.field_names)
    lines = _school_lines(schools, groups)
    names = {line.laestab: line.name for line in lines if line.laestab}
    collection = Collection.parse(summary.collection)
    style, script = _asset("validation.css"), _asset("validation.js")
    return (
        _environment()
        .get_template("validation.html.j2")
        .render(
            about=context,
            made=written_day(context.made),
            term=f"{collection.term} {collection.year}",
            census_day=written_day(context.census_day or calendar_for(collection).census_day),
            summary=summary,
            tiles=_tiles(summary, lines),
            lines=lines,
            groups=groups,
            names=names,
            style=Markup(style),  # noqa: S704  # our own packaged file
            script=Markup(script),  # noqa: S704  # our own packaged file
            style_hash=_content_hash(style),
            script_hash=_content_hash(script),
        )
    )


def written_day(day: date) -> str:
    """Write a day, and the time where there is one, as a person does: 15 January 2026, 07:30."""
    written = f"{day.day} {day:%B} {day.year}"
    return f"{written}, {day:%H:%M}" if isinstance(day, datetime) else written


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _asset(name: str) -> str:
    """Return a packaged style or script, without the carriage returns that a Windows checkout may add."""
    environment = _environment()
    source, _, _ = jinja2.PackageLoader(_TEMPLATES).get_source(environment, name)
    return source.replace("\r\n", "\n")


def _content_hash(text: str) -> str:
    """Return the hash by which the page's own policy lets this one style or script run, and nothing else."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _school_lines(schools: pd.DataFrame, groups: Grouped) -> tuple[SchoolLine, ...]:
    numbers = {school.laestab: number for number, school in enumerate(groups.schools, start=1)}
    rows = schools.astype("object").where(schools.notna(), None).to_dict("records")
    return tuple(
        SchoolLine(
            name=row["school"] or row["laestab"] or row["source_file"],
            laestab=row["laestab"] or "",
            status=row["status"],
            status_label=_SHORT[row["status"]],
            phase=row["phase"] or "",
            on_roll=row["on_roll"],
            errors=row["errors"],
            queries=row["queries"],
            number=numbers.get(row["laestab"], 0),
        )
        for row in rows
    )


def _tiles(summary: RunSummary, lines: tuple[SchoolLine, ...]) -> list[tuple[str, int | None, str]]:
    """Return the figures at the head of the page: name, figure (None: not known), kind."""
    missing = sum(line.status == "missing" for line in lines)
    tiles = [
        ("Errors", summary.findings.errors, "error"),
        ("Queries", summary.findings.queries, "query"),
        ("Schools received", summary.schools_received, ""),
        ("Schools expected", summary.schools_expected, ""),
        ("Schools missing", missing if summary.schools_expected is not None else None, ""),
        ("Files not readable", summary.files_quarantined, ""),
        ("Pupils on roll", summary.pupils_on_roll, ""),
        ("No longer on roll", summary.pupils_no_longer_on_roll, ""),
    ]
    return tiles if summary.ehe_children is None else [*tiles, ("EHE children", summary.ehe_children, "")]
