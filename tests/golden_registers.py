"""The hand-made registers of autumn 2025 and their true counts, worked out by hand item by item.

The rows stand in tests/golden/statistics/registers, a letter for each group of like children; `true_counts.csv` says
of every published item how many children it counts and which groups they are, before any protection.
"""

import csv
from pathlib import Path

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.column_maps import shipped_map
from schemas.sources.model import source
from transforms.clean.missing import rows_to_count
from transforms.clean.sources import clean_source
from transforms.parse.register import read_register

FOLDER = Path(__file__).parent / "golden" / "statistics" / "registers"
EHE, CME = FOLDER / "ehe_register.csv", FOLDER / "cme_register.csv"
AUTUMN = calendar_for(Collection.parse("2025-autumn"))
#: The part of the golden file that the return asks for and no dataset publishes.
RETURN = "return"


def true_counts(dataset):
    """Return the true count of every topic and item of a dataset."""
    with (FOLDER / "true_counts.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["dataset"] == dataset]
    return {(row["breakdown_topic"], row["breakdown"]): int(row["count"]) for row in rows}


def clean(path):
    """Read and clean one of the registers as a run does."""
    declared, mapped = source(path.stem), shipped_map(path.stem)
    raw = read_register(path.read_bytes(), source_file=path.name, column_map=mapped, source=declared)
    return clean_source(raw.table, source=declared, column_map=mapped)


def home_educated():
    """Return the clean register of home education."""
    return clean(EHE)


def missing_education():
    """Return the rows of the register of children missing education that can be counted, and those set aside."""
    return rows_to_count(clean(CME), AUTUMN.collection)
