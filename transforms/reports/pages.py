"""What all pages share: templates, the one style and script, the words that a page says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from schemas.calendar import calendar_for
from schemas.collection import Collection
from transforms.pages.rendering import asset, content_hash, environment
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
        environment(_TEMPLATES)
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
def _head() -> dict[str, str]:
    style, script = asset(_TEMPLATES, "page.css"), asset(_TEMPLATES, "page.js")
    return {
        "style": style,
        "script": script,
        "style_hash": content_hash(style),
        "script_hash": content_hash(script),
    }
