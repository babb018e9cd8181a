"""Forms that numbers of registers have (`forms.csv`: each with its source and how sure it is)."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pyarrow.compute as pc

from schemas import _data
from schemas.rules.register import Mask
from schemas.rules.rows import arrow


@cache
def _patterns() -> dict[str, str]:
    return {row["form"]: row["pattern"] for row in _data.rows("rules/forms.csv")}


def of_form(values: pd.Series, form: str) -> Mask:
    """Say whether texts have a form, blanks around them not counting; null if missing."""
    texts = pc.utf8_trim_whitespace(arrow(values))
    fitting = pc.match_substring_regex(texts, _patterns()[form])
    return pd.Series(fitting, index=values.index, dtype=pd.ArrowDtype(fitting.type))
