"""The two pages beside the files for DfE's platform: charts of the figures, and how the figures are protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from schemas.disclosure import Policy
from schemas.ees.reference import symbol_meanings
from schemas.la_geography import Geography
from schemas.published.model import licence
from transforms.pages.rendering import asset, content_hash, environment
from transforms.statistics_pages.protection import collections_told, counted, policies_told
from transforms.statistics_pages.sections import section
from transforms.statistics_pages.values import Held

STATISTICS: Final = "statistics.html"
PROTECTION: Final = "protection.html"
_TEMPLATES: Final = "transforms.statistics_pages"


def statistics_page(
    held: Sequence[Held], figures: pd.DataFrame, *, geography: Geography, invented: bool = False
) -> str:
    """Return the page of charts and tables; the same rows give the same page, whatever their order in time came from.

    `figures` are DfE's (schemas/published/model.py).
    """
    sections = [section(each, figures, geography) for each in held]
    told = {"symbols": symbol_meanings(), "licence": licence(), "invented": invented}
    return _filled("statistics.html.j2", geography, sections=sections, **told)


def protection_page(
    held: Sequence[Held],
    reasons: Mapping[str, Mapping[str, object]],
    policies: Mapping[str, Policy],
    *,
    geography: Geography,
) -> str:
    """Return the page on protection: in words, and with counts of figures, never with a figure.

    `reasons` say by collection why counts are hidden (`reasons_of`), `policies` by dataset under which one it stands.
    """
    return _filled(
        "protection.html.j2",
        geography,
        rules=policies_told(policies),
        datasets=[counted(each, policies[each.dataset.id]) for each in held],
        reasons=collections_told(reasons),
    )


def _filled(template: str, geography: Geography, **content: object) -> str:
    style = asset(_TEMPLATES, "statistics.css")
    return (
        environment(_TEMPLATES)
        .get_template(template)
        .render(la=geography, style=style, style_hash=content_hash(style), **content)
    )
