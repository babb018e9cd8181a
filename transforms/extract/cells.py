"""Cells as text, whole columns at a time."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

#: docs/definitions.md, "Formula injection"; whitespace other than a space is a control character too.
FORMULA = r"^[=+@\x00-\x1f\x7f-\x{9f}]"
_INVISIBLE = "\u200d"
_NO_BREAK_SPACE = "\u00a0"


def as_array(column: pd.Series) -> pa.Array:
    """Return a column as one Arrow array."""
    values = pa.array(column.array, from_pandas=True)
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def as_series(values: pa.Array, index: pd.Index) -> pd.Series:
    """Return an Arrow array as an Arrow-backed column."""
    return pd.Series(values, index=index, dtype=pd.ArrowDtype(values.type))


def as_text(column: pd.Series) -> pd.Series:
    """Write typed cells as text: dates CCYY-MM-DD, date-times with T, codes as codes, true and false in words."""
    values = as_array(column)
    if pa.types.is_timestamp(values.type):
        return as_series(pc.strftime(values, format="%Y-%m-%dT%H:%M:%S"), column.index)
    return as_series(values.cast(pa.string()), column.index)


def squeezed(text: pd.Series) -> pd.Series:
    """Make every run of whitespace one space and none at the ends; blank becomes null (as the importers do)."""
    values = pc.replace_substring(pc.replace_substring(as_array(text), _INVISIBLE, ""), _NO_BREAK_SPACE, " ")
    values = pc.utf8_trim_whitespace(pc.replace_substring_regex(values, r"\s+", " "))
    return as_series(pc.if_else(pc.equal(values, ""), None, values), text.index)


def normalised(text: pd.Series) -> pd.Series:
    """Compose accents with their letters (NFC)."""
    return as_series(pc.utf8_normalize(as_array(text), form="NFC"), text.index)


def joined(parts: list[pd.Series], separator: str) -> pd.Series:
    """Join the held parts of each row; null where none is held."""
    values = as_array(parts[0])
    for part in parts[1:]:
        further = as_array(part)
        both = pc.binary_join_element_wise(values, further, separator)
        values = pc.coalesce(both, values, further)
    return as_series(values, parts[0].index)


def runs_as_formula(text: pd.Series) -> pd.Series:
    """Mark cells that a spreadsheet would run, or that begin with a control character; a null does not."""
    marked = pc.fill_null(pc.match_substring_regex(as_array(text), FORMULA), fill_value=False)
    return pd.Series(marked.to_numpy(zero_copy_only=False), index=text.index)


def matches(text: pd.Series, pattern: str) -> pd.Series:
    """Mark cells that a pattern covers wholly; a null does not."""
    marked = pc.fill_null(pc.match_substring_regex(as_array(text), f"^(?:{pattern})$"), fill_value=False)
    return pd.Series(marked.to_numpy(zero_copy_only=False), index=text.index)


def unencodable(cells: pd.DataFrame, encoding: str) -> pd.Series:
    """Mark rows with a letter that an encoding does not have."""
    marks = pd.Series(data=False, index=cells.index)
    if encoding.startswith("utf-8"):
        return marks
    for name in cells.columns:
        texts = cells[name].dropna().unique()
        lost = [text for text in texts if text.encode(encoding, "ignore").decode(encoding) != text]
        marks |= cells[name].isin(lost).astype(bool)
    return marks
