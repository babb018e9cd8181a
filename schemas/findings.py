"""The findings table: what the rules found.

One row per finding. Key: rule, laestab, child_id, table, roll, record, sub_record, field. `roll` is there
since records are counted within their roll.
"""

import pandas as pd
import pyarrow

from schemas.contract import contract_from, to_frame

CODES = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())

SCHEMA = pyarrow.schema(
    [
        ("rule", CODES),
        ("severity", CODES),
        ("laestab", pyarrow.string()),
        ("upn", pyarrow.string()),
        ("child_id", pyarrow.string()),
        ("table", CODES),
        ("roll", CODES),
        ("record", pyarrow.int64()),
        ("sub_record", pyarrow.int64()),
        ("field", CODES),
        ("message", CODES),
        ("source_file", CODES),
    ]
)

CONTRACT = contract_from(SCHEMA, name="findings", key=("rule", "severity", "table", "message"))

COLUMNS = tuple(SCHEMA.names)


def no_findings() -> pd.DataFrame:
    """Return an empty findings table."""
    return to_frame(SCHEMA.empty_table())
