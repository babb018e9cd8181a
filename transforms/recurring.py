"""Which findings the previous collection had too: the same rule, school, child, table and field."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.contract import BOOLEAN, hold_to
from schemas.findings import CONTRACT
from schemas.rules.register import EHE_REGISTER


def with_recurring(findings: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    """Fill `recurs`; a finding on a child without an identifier, or without earlier findings, is left open."""
    if previous is None or findings.empty:
        return findings
    told = _child(findings).notna() | ~_on_a_child(findings)
    recurs = pd.Series(pc.is_in(_keys(findings), value_set=_keys(previous)), index=findings.index, dtype=BOOLEAN)
    return hold_to(CONTRACT, findings.assign(recurs=recurs.where(told)))


def _on_a_child(findings: pd.DataFrame) -> pd.Series:
    return findings["roll"].notna() | findings["table"].eq(EHE_REGISTER)


def _child(findings: pd.DataFrame) -> pd.Series:
    return findings["child_id"].fillna(findings["upn"])


def _keys(findings: pd.DataFrame) -> pa.Array:
    parts = [findings[name] for name in ("rule", "laestab", "table", "field")]
    texts = [_text(part) for part in (*parts, _child(findings))]
    return pc.binary_join_element_wise(*texts, "|", null_handling="replace", null_replacement="")


def _text(values: pd.Series) -> pa.Array:
    array = pa.array(values.array, from_pandas=True)
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return flat.cast(pa.string())
