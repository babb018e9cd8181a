"""The EES files of a small authority, byte for byte (counts from 1 to 4 hidden plainly, to see the forms alone).

After a wanted change, write the files anew from `made` and read the difference before it is kept.
"""

from pathlib import Path

import pandas as pd
import pytest

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.datasets import dataset
from tests.clean_tables import census, ehe_register
from transforms.aggregate.census import KEY, census_counts
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.statistics_files.ees import csv_bytes, ees_frame, meta_frame
from transforms.statistics_files.published import published, schools_of
from transforms.statistics_files.release import protected_counts, tables_to_protect

HERE = Path(__file__).parent

REGISTER = "child_id | date_of_birth | sex | ehe_start_date | primary_reason | previous_setting\n" + "\n".join(
    f"{number} | 201{number % 8}-02-03 | {sex} | {start} | {reason} | {setting}"
    for number, (sex, start, reason, setting) in enumerate(
        [
            *[("Female", "2024-09-02", "Mental health", "Academy")] * 7,
            *[("Male", "2025-03-03", "Lifestyle", "Local authority maintained")] * 12,
            *[("Male", "2025-09-10", "Offered school place but not yet accepted", "Special")] * 2,
        ]
    )
)


def hidden_plainly(counts, subject, collection):
    tables = tables_to_protect(counts, subject=subject, collection=collection)
    parts = []
    for table in tables:
        small = table.counts["value"].between(1, 4).to_numpy(dtype=bool)
        shown = table.counts["value"].mask(small)
        parts.append(pd.DataFrame({"value": shown, "symbol": pd.Series("c", index=shown.index).where(small)}))
    return protected_counts(counts, parts)


def children(collection):
    calendar = calendar_for(Collection.parse(collection))
    register = ehe_register(REGISTER)
    nobody = register.iloc[:0]
    counted = [ehe_census_counts(register, calendar=calendar, excluded=nobody)]
    if calendar.collection.term in dataset("ehe_academic_year").terms:
        counted.append(ehe_year_counts(register, calendar=calendar, excluded=nobody))
    return (
        pd.concat(counted, ignore_index=True),
        calendar,
        pd.DataFrame(columns=["laestab", "school_urn", "school_name"]),
    )


def pupils(collection):
    tables = census(
        collection,
        schoolcensus="laestab|urn\n8562001|100001\n8564000|",
        school="laestab|schoolname\n8562001|Ash Primary\n8564000|Birch, The",
        pupils="laestab|is_on_roll|record|enrolstatus|sex|dob|ncyearactual|senprovision|language\n"
        + "\n".join(
            f"{school}|yes|{number}|{'S' if number == 9 else 'C'}|{'FM'[number % 2]}|201{number % 3}-10-01|{number % 3 + 5}|N|ENG"
            for school, number in [*(("8562001", n) for n in range(1, 13)), *(("8564000", n) for n in range(1, 8))]
        ),
    )
    return census_counts(tables, excluded=tables["pupils"].iloc[:0][KEY]), tables.calendar, schools_of(tables)


CASES = [
    ("ehe_census", "children", children, ["2025-summer", "2025-autumn"]),
    ("ehe_academic_year", "children", children, ["2025-autumn"]),
    ("pupils_characteristics", "pupils", pupils, ["2025-autumn"]),
    ("pupils_characteristics_establishments", "pupils", pupils, ["2025-autumn"]),
]


def made(dataset_id, subject, make, collections):
    terms = []
    for collection in collections:
        counts, calendar, schools = make(collection)
        protected = hidden_plainly(counts, subject, calendar.collection)
        terms.append(published(protected, dataset(dataset_id), calendar=calendar, la="856", schools=schools))
    return {
        f"{dataset_id}.csv": csv_bytes(ees_frame(terms, dataset(dataset_id))),
        f"{dataset_id}.meta.csv": csv_bytes(meta_frame(dataset(dataset_id))),
    }


@pytest.mark.parametrize(("dataset_id", "subject", "make", "collections"), CASES, ids=[case[0] for case in CASES])
def test_the_files_are_as_they_were_read_and_found_right(dataset_id, subject, make, collections):
    for name, data in made(dataset_id, subject, make, collections).items():
        assert data.decode().splitlines() == (HERE / name).read_text(encoding="utf-8").splitlines(), name
