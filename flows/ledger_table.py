"""The ledger as a table, held to its contract (apart from `ledger`, which stays light to import)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from flows import ledger
from schemas.contract import hold_to, to_frame
from schemas.ledger import CONTRACT, SCHEMA


def ledger_frame(path: Path) -> pd.DataFrame:
    """Read the ledger, oldest row first; see `schemas.ledger` for what one row is."""
    content = [_cells(row) for row in ledger.rows(path)]
    return hold_to(CONTRACT, to_frame(pa.Table.from_pylist(content, schema=SCHEMA)), key=("seq",))


def _cells(row: ledger.LedgerRow) -> dict[str, Any]:
    entry = {**asdict(row.entry), "columns": json.dumps(list(row.entry.columns), ensure_ascii=False)}
    return {"seq": row.seq, **entry, "previous_hash": row.previous_hash, "hash": row.hash}
