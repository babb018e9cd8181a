"""The ledger table: what was disclosed.

One row per file that left. Key: seq. Source: ours, written by every release; times and days are ISO text, `columns`
is a JSON list, `hash` covers the row and `previous_hash`, so that a change anywhere breaks the chain.
"""

import pyarrow

from schemas.contract import contract_from

SCHEMA = pyarrow.schema(
    [
        ("seq", pyarrow.int64()),
        ("recorded_at", pyarrow.string()),
        ("agreement", pyarrow.string()),
        ("version", pyarrow.string()),
        ("recipient", pyarrow.string()),
        ("collection", pyarrow.string()),
        ("la", pyarrow.string()),
        ("on_day", pyarrow.string()),
        ("file", pyarrow.string()),
        ("sha256", pyarrow.string()),
        ("bytes", pyarrow.int64()),
        ("rows", pyarrow.int64()),
        ("columns", pyarrow.string()),
        ("code_version", pyarrow.string()),
        ("key_id", pyarrow.string()),
        ("accepted_findings", pyarrow.string()),
        ("run_id", pyarrow.string()),
        ("destroy_by", pyarrow.string()),
        ("previous_hash", pyarrow.string()),
        ("hash", pyarrow.string()),
    ]
)

COLUMNS = tuple(SCHEMA.names)

#: Null where there is none: no pseudonyms in the file, no findings accepted, no day by which to destroy it.
OPTIONAL = ("key_id", "accepted_findings", "destroy_by")

CONTRACT = contract_from(SCHEMA, name="ledger", key=tuple(name for name in COLUMNS if name not in OPTIONAL))
