"""What all pages share: templates, the one style and script, the words that a page says of itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import jinja2
from markupsafe import Markup

from schemas.calendar import calendar_for
from schemas.collection import Collection
from transforms.reports.finding_groups import RuleNote

_TEMPLATES = "transforms.reports"
OVERVIEW, VALIDATION = "overview.html", "validation.html"
SCHOOLS = "schools"

#: A figure at the head of a page: its name, the figure (None: not known), its kind.
Tile = tuple[str, int | None, str]


@dataclass(frozen=True)
class PageContext:
    """What a page says beside the findings: whose it is, when it was made, and the words for rules and fields.

    `school_pages` are the LAEstabs that have a page of their own beside this one; without any, nothing links to them.
    """

    la_name: str
    made: date
    version: str
    notes: Mapping[str, RuleNote]
    census_day: date | None = None
    field_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    invented: bool = False
    school_pages: frozenset[str] = frozenset()


def page(template: str, *, about: PageContext, collection: Collection, la: str, **content: object) -> str:
    """Fill a template; the page's own policy lets its one style and its one script run, and nothing else."""
    head = _head()
    return (
        _environment()
        .get_template(template)
        .render(
            about=about,
            made=written_day(about.made),
            term=f"{collection.term} {collection.year}",
            collection=str(collection),
            census_day=written_day(about.census_day or calendar_for(collection).census_day),
            la=la,
            **head,
            **content,
        )
    )


def school_page_name(laestab: str) -> str:
    """Return where the page of a school stands, beside the other reports."""
    return f"{SCHOOLS}/{laestab}.html"


def school_list_name(laestab: str) -> str:
    """Return where the findings of a school stand as CSV, beside the other reports."""
    return f"{SCHOOLS}/{laestab}.csv"


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


@cache
def _head() -> dict[str, str]:
    style, script = _asset("page.css"), _asset("page.js")
    return {
        "style": Markup(style),  # noqa: S704  # our own packaged file
        "script": Markup(script),  # noqa: S704  # our own packaged file
        "style_hash": _content_hash(style),
        "script_hash": _content_hash(script),
    }


def _asset(name: str) -> str:
    """Return a packaged style or script, without the carriage returns that a Windows checkout may add."""
    source, _, _ = jinja2.PackageLoader(_TEMPLATES).get_source(_environment(), name)
    return source.replace("\r\n", "\n")


def _content_hash(text: str) -> str:
    """Return the hash by which the page's own policy lets this one style or script run, and nothing else."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
