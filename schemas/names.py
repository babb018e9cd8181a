"""Names and joined keys for exact comparison: what counts as the same name, on whole columns."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.contract import STRING

#: Left out of names: spaces, hyphens, and apostrophes (straight, curled either way, modifier letter, accents used so).
_NOT_TOLD = r"[\s\p{Z}\p{Pd}'`\x{2018}\x{2019}\x{02BC}\x{00B4}]+"


def name_key(names: pd.Series) -> pd.Series:
    """Return names in lower case without apostrophes, spaces and hyphens; null where nothing is left."""
    plain = pc.utf8_lower(pc.utf8_normalize(_text(names), form="NFC"))
    told = pc.replace_substring_regex(plain, _NOT_TOLD, "")
    return _series(pc.if_else(pc.equal(told, ""), None, told), names)


def joined(*parts: pd.Series) -> pd.Series:
    """Join columns into one key; if a part is missing there is no key."""
    return _series(pc.binary_join_element_wise(*(_text(part) for part in parts), "|"), parts[0])


def _series(text: pa.Array, like: pd.Series) -> pd.Series:
    return pd.Series(text, index=like.index, dtype=STRING)


def _text(values: pd.Series) -> pa.Array:
    array = pa.array(values.array, from_pandas=True)
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return flat.cast(pa.string())
