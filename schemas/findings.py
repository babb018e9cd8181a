"""The findings table: what the rules found.

One row per finding. Key: rule, laestab, child_id, table, roll, record, sub_record, field. `roll` is there
since records are counted within their roll. `state` says whether a note of the notepad explains a query, `note` which
(with who wrote it and when): reports and releases fill them, the findings zone holds every finding open. `recurs` says
whether the previous collection had the same finding (rule, school, child, table, field); null where there was none to
look at, or the child has no identifier.
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
        ("state", CODES),
        ("note", pyarrow.string()),
        ("recurs", pyarrow.bool_()),
    ]
)

CONTRACT = contract_from(SCHEMA, name="findings", key=("rule", "severity", "table", "message", "state"))

COLUMNS = tuple(SCHEMA.names)

ERROR, QUERY = "error", "query"
#: The states of a finding; an error is always open.
OPEN, EXPLAINED = "open", "explained"


def no_findings() -> pd.DataFrame:
    """Return an empty findings table."""
    return to_frame(SCHEMA.empty_table())
