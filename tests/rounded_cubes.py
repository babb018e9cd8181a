"""What rounding a crossed table with all margins costs, and what it gives away.

`python -m tests.rounded_cubes TABLE_full.csv …` prints a line for each table and profile; beside each table lies its
hierarchy, `TABLE_hier.json`.
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd

from schemas.disclosure import policy
from schemas.errors import DisclosureUnsafe
from schemas.release import CountsToProtect
from tests.disclosure_tables import as_counts
from transforms.rounding.release import protect_rounded

PROFILES = ("small-count-rounding", "round-n", "round-ehe")


def cube(path):
    """Read a table of all cells as the crossed counts of one authority."""
    rows = pd.read_csv(path, dtype={"freq": int}, keep_default_na=False)
    above = json.loads(Path(str(path).replace("_full.csv", "_hier.json")).read_text(encoding="utf-8"))
    dimensions = list(above)
    counted = []
    for row in rows.to_dict("records"):
        fixed = [(name, row[name]) for name in dimensions if row[name] not in above[name]]
        topic = " | ".join(name for name, _ in fixed) or "Total"
        item = " | ".join(each for _, each in fixed) or "Total"
        counted.append((None, topic, item, row["freq"]))
    counts = as_counts(counted)
    held = counts.assign(figure="pupils", people=counts["value"])
    return CountsToProtect(held, dimensions=tuple(dimensions))


def mean_change(table, told):
    """By how much a count that is shown differs from the true one on average."""
    key = ["breakdown_topic", "breakdown"]
    rows = table.rows[[*key, "value"]].astype(object)
    both = rows.merge(told.frame[[*key, "value"]].astype(object), on=key, validate="1:1").dropna()
    return float((both["value_x"] - both["value_y"]).abs().mean())


def main():
    for path in sys.argv[1:]:
        table = cube(path)
        for name in PROFILES:
            begun = time.process_time()
            try:
                told = protect_rounded([table], policy=policy(name), names=Path(path).stem)
            except DisclosureUnsafe as refusal:
                sys.stdout.write(f"{Path(path).stem} {name}: {refusal} ({time.process_time() - begun:.1f} s)\n")
                continue
            report, seconds = told.report, time.process_time() - begun
            sys.stdout.write(
                f"{Path(path).stem} {name}: {report.cells} cells, {report.audit.hidden} small, {report.rounded} changed, "
                f"{report.not_available} not available, largest change {report.largest_change}, "
                f"mean change {mean_change(table, told):.2f}, exact {report.audit.exact}, narrow {report.audit.narrow}, {seconds:.1f} s\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
