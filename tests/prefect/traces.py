"""Looking for planted values in whatever a session left behind, in every form in which they could be written."""

import json
import re
import sqlite3
from contextlib import closing


def pattern(values):
    """Return one expression that finds any of the values as UTF-8, UTF-16 or within JSON, in any case."""
    forms = {form.lower() for value in values for form in _forms(value)}
    return re.compile(b"|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))


def _forms(value):
    for text in {value, value.lower()}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield json.dumps(text)[1:-1].encode()


def holders(folder, wanted):
    """Return the files below a folder that hold a planted value, by name; never the value."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and wanted.search(path.read_bytes().lower())
    )


def database_holders(database, wanted):
    """Return the table.column pairs that hold a planted value, read through SQLite itself (and so with its WAL)."""
    found = set()
    for table, column, value in _cells(database):
        data = value if isinstance(value, bytes) else str(value).encode()
        if wanted.search(data.lower()):
            found.add(f"{table}.{column}")
    return sorted(found)


def _cells(database):
    with closing(sqlite3.connect(database)) as held:
        names = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            rows = held.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in rows.description]
            for row in rows:
                yield from (
                    (name, column, value) for column, value in zip(columns, row, strict=True) if value is not None
                )


def asked(database, question, *more):
    """Return the rows that answer a question to Prefect's database."""
    with closing(sqlite3.connect(database)) as held:
        held.row_factory = sqlite3.Row
        return [dict(row) for row in held.execute(question, more)]
