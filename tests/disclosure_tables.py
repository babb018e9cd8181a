"""Tables of counts for the tests of disclosure control."""

import numpy as np
import pandas as pd
import pyarrow as pa

from schemas.breakdowns import Nested
from schemas.contract import to_frame
from schemas.disclosure import policy
from schemas.statistics import COUNTS
from transforms.disclosure_control.cells import cells_of
from transforms.disclosure_control.grid import grid_of
from transforms.disclosure_control.primary import primary_of

SUPPRESS = policy("suppress")

MAJOR = {"White": 4, "Mixed": 4, "Asian": 5, "Black": 3, "Other": 2, "Refused": 1, "Not obtained": 1}
MINOR = {f"{major} {number}": major for major, size in MAJOR.items() for number in range(1, size + 1)}
NEEDS = tuple(f"Need {number:02d}" for number in range(13))
ETHNICITY = Nested(
    "Ethnicity minor",
    "Ethnicity major",
    tuple(((major,), tuple(name for name in MINOR if MINOR[name] == major)) for major in MAJOR),
)
PRIMARY_NEED = Nested("SEN primary need", "SEN provision", ((("Plan", "Support"), NEEDS),))
NESTED = (ETHNICITY, PRIMARY_NEED)


def as_counts(rows):
    """Rows of (school or None for the authority, topic, breakdown, value) as the aggregate stage hands them over."""
    names = ["laestab", "breakdown_topic", "breakdown", "value"]
    dicts = [dict(zip(names, row, strict=True)) for row in rows]
    for row in dicts:
        row["geography"] = "Local authority" if row["laestab"] is None else "School"
    return to_frame(pa.Table.from_pylist(dicts, schema=COUNTS))


def table(text):
    """Counts from text: a column per breakdown (`Sex F`), a row per place (`LA` or a school), totals added up.

    The total is the sum of the first topic, unless there is a column `Total`.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    items = [tuple(name.split(" ", 1)) if " " in name else (name, name) for name in lines[0][1:]]
    rows = []
    for place, *cells in lines[1:]:
        school = None if place == "LA" else place
        values = [(topic, item, int(cell)) for (topic, item), cell in zip(items, cells, strict=True)]
        if "Total" not in dict(items):
            values.append(("Total", "Total", sum(value for topic, _, value in values if topic == items[0][0])))
        rows += [(school, *each) for each in values]
    return as_counts(rows)


def shown(frame):
    """What is published: (school, breakdown) to value or symbol."""
    return {
        (None if pd.isna(row.laestab) else row.laestab, row.breakdown): row.symbol if pd.isna(row.value) else row.value
        for row in frame.itertuples()
    }


def cells_and_primary(counts, policy=SUPPRESS, nested=()):
    """The table model of some counts and the mask of what is hidden on its own account."""
    grid = grid_of(counts, nested=nested)
    primary = primary_of(grid, policy=policy)
    cells = cells_of(grid, primary, policy=policy)
    mask = np.zeros(len(cells), dtype=bool)
    mask[: grid.counts.size] = (primary.small | primary.group).ravel()
    return cells, mask


def authority(schools, pupils, *, seed=0, subsidiary=0.003):
    """Counts of an authority with skewed characteristics, some tiny schools and some subsidiary registrations."""
    rng = np.random.default_rng(seed)
    roll = pd.concat([_school(rng, number, pupils) for number in range(schools)], ignore_index=True)
    is_subsidiary = rng.random(len(roll)) < subsidiary
    topics = {
        "Sex": ["F", "M"],
        "Year group": [str(year) for year in range(15)],
        "Age": [str(age) for age in range(2, 20)],
        "FSM status": ["FSM", "Not FSM"],
        "SEN provision": ["Plan", "Support", "None"],
        "SEN primary need": list(NEEDS),
        "Ethnicity major": list(MAJOR),
        "Ethnicity minor": list(MINOR),
        "First language": ["English", "Other", "Unknown"],
    }
    places = [(None, roll.loc[~is_subsidiary]), *roll.groupby("school")]
    return as_counts(
        row for place, part in places for row in [(place, "Total", "Total", len(part)), *_tallies(place, part, topics)]
    )


def _tallies(place, part, topics):
    for topic, items in topics.items():
        for item, value in part[topic].value_counts().reindex(items, fill_value=0).items():
            yield place, topic, item, int(value)


def _school(rng, number, pupils):
    size = int(rng.integers(3, 14)) if number < 3 else int(pupils * rng.lognormal(-0.06, 0.35))
    ages = np.arange(4, 11) if number % 5 else np.arange(11, 18)
    age = rng.choice(ages, size)
    provision = rng.choice(["Plan", "Support", "None"], size, p=[0.045, 0.14, 0.815])
    need = np.array(NEEDS)[rng.choice(13, size, p=rng.dirichlet(np.arange(1, 14) / 4))]
    majority = rng.uniform(0.3, 0.98)
    mix = np.append(majority, (1 - majority) * rng.dirichlet([2, 3, 2, 1, 0.5, 1.5]))
    major = np.array(list(MAJOR))[rng.choice(7, size, p=mix)]
    rank = np.minimum(rng.geometric(0.6, size), [MAJOR[name] for name in major])
    return pd.DataFrame(
        {
            "school": f"856{2000 + number}",
            "Sex": rng.choice(["F", "M"], size),
            "Year group": np.clip(age - 4 - (rng.random(size) < 0.004), 0, 14).astype(str),
            "Age": age.astype(str),
            "FSM status": np.where(rng.random(size) < rng.beta(2, 6), "FSM", "Not FSM"),
            "SEN provision": provision,
            "SEN primary need": np.where(provision == "None", "", need),
            "Ethnicity major": major,
            "Ethnicity minor": [f"{name} {place}" for name, place in zip(major, rank, strict=True)],
            "First language": rng.choice(["English", "Other", "Unknown"], size, p=[0.79, 0.2, 0.01]),
        }
    )
