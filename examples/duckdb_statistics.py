"""Published statistics with DuckDB (duckdb_statistics.sql): `python examples/duckdb_statistics.py STORE`."""

import sys
from pathlib import Path

import duckdb

connection = duckdb.connect()
connection.execute("SET VARIABLE store = $store", {"store": Path(sys.argv[1]).as_posix()})
script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
for statement in duckdb.extract_statements(script):
    print(connection.sql(statement.query).df().to_string(index=False))
    print()
