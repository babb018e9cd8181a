"""A COLLECT export as real ones look once it has been made safe to share: dummy UPNs, so that nearly every row fails."""

import csv
import io

from schemas.collection import Collection
from transforms.synthetic.authority import synthetic_la
from transforms.synthetic.collect_csv import collect_files
from transforms.synthetic.companions import gias_rows
from transforms.synthetic.tables_out import csv_bytes

SESSIONS = 40_000
_SESSIONS_TABLE = "termlysessiondetailsonroll"


def dummy_export(folder, *, schools=24, pupils=375, sessions=SESSIONS, collection="2026-spring"):
    """Write the CSV tables of an authority (pupils: of an average school) and its list of schools; return the folder."""
    authority = synthetic_la(schools, pupils, collection=Collection.parse(collection), la="856", seed=1)
    (folder / "collect_csv").mkdir(parents=True)
    (folder / "schools.csv").write_bytes(csv_bytes(gias_rows(authority), encoding="cp1252"))
    for name, data in collect_files(authority):
        header, *rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
        if _SESSIONS_TABLE in name:
            rows = rows[:sessions]
            sessions -= len(rows)
        if "upn" in header:
            _with_dummies(rows, header.index("upn"))
        with (folder / "collect_csv" / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return folder


def _with_dummies(rows, place):
    for number, row in enumerate(rows, start=1):
        row[place] = f"A856DUM{number:06d}" if number % 2 else f"A8560{number:08d}"
