"""Home education under DfE's rounding: hand-made files in DfE's layout, and the return whose counts they round.

The files of round-ehe/ were written by hand from this register. In groups: 126 girls, 45 and 14 boys, 4 girls and 5
children of unknown sex are at home on census day (194); in the year before, 144 started (126 from academies, 14 from
special schools, 4 from a pupil referral unit), 214 were at home at some time, 23 returned to school, 2 left the area.
"""

import io
from pathlib import Path

import pandas as pd
import pytest

from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.datasets import dataset
from schemas.disclosure import policy
from schemas.ehe_return import return_items_declared
from schemas.release import CountsToProtect
from tests.clean_tables import ehe_register
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.aggregate.return_items import return_items
from transforms.rounding.release import protect_rounded
from transforms.statistics_files.ees import csv_bytes, ees_frame
from transforms.statistics_files.published import published
from transforms.statistics_files.release import protected_counts, tables_to_protect

HERE = Path(__file__).parent / "round-ehe"
AUTUMN = calendar_for(Collection.parse("2025-autumn"))
ROUND = policy("round-ehe")
KEY = ["figure", "geography", "laestab", "breakdown_topic", "breakdown"]

GROUPS = """
126 | 2014-02-03 | Female | 2024-09-02 |            |                                  | Mental health   | Academy                    |            |
45  | 2016-02-03 | Male   | 2023-03-01 |            |                                  | Lifestyle       | Local authority maintained | 2025-01-15 |
14  | 2018-02-03 | Male   | 2025-03-03 |            |                                  | Religious       | Special                    |            |
4   | 2012-02-03 | Female | 2024-10-01 |            |                                  | No reason given | Pupil referral unit        |            |
5   | 2010-02-03 |        | 2025-09-10 |            |                                  | Other           | Independent                |            |
23  | 2013-02-03 | Male   | 2022-01-03 | 2025-02-01 | Returned to school               | Religious       | Academy                    |            | 2025-01-20
2   | 2013-02-03 | Male   | 2022-01-03 | 2025-03-01 | Moved to another local authority | Religious       | Academy                    |            |
"""
COLUMNS = (
    "date_of_birth | sex | ehe_start_date | ehe_end_date | end_reason | primary_reason | previous_setting "
    "| s437_notice_date | sao_issued_date"
)


@pytest.fixture(scope="module")
def counts():
    """Count everything that the register says, for the return and the published files."""
    lines = []
    for group in GROUPS.strip().splitlines():
        number, said = group.split("|", 1)
        lines += [f"E{len(lines) + place:03d} |{said}" for place in range(int(number))]
    register = ehe_register(f"child_id | {COLUMNS}\n" + "\n".join(lines))
    makers = (ehe_census_counts, ehe_year_counts)
    made = [make(register, calendar=AUTUMN, excluded=register.iloc[:0]) for make in makers]
    return pd.concat(made, ignore_index=True)


def rounded(counts):
    """The counts of the register as the profile publishes them."""
    parts = []
    for table in tables_to_protect(counts, subject="children", collection=AUTUMN.collection):
        rows = table.counts.assign(figure="children", people=table.counts["value"])
        said = protect_rounded([CountsToProtect(rows)], policy=ROUND, names="ehe").frame
        plain = pd.DataFrame({name: rows[name].astype("string").fillna("").to_numpy(dtype=object) for name in KEY})
        told = plain.merge(said, how="left", on=KEY, validate="1:1")[["value", "symbol"]]
        parts.append(told.set_axis(table.counts.index))
    return protected_counts(counts, parts)


@pytest.mark.parametrize("name", ["ehe_census", "ehe_academic_year"])
def test_the_figures_are_item_by_item_what_was_written_by_hand(counts, name):
    nobody = pd.DataFrame(columns=["laestab", "school_urn", "school_name"])
    rows = published(rounded(counts), dataset(name), calendar=AUTUMN, la="856", schools=nobody, carried=ROUND)
    made = csv_bytes(ees_frame([rows], dataset(name))).decode()
    found, by_hand = (
        pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        for text in (made, (HERE / f"{name}.csv").read_text(encoding="utf-8"))
    )
    assert list(found.columns) == list(by_hand.columns)
    if "breakdown" in found:
        for one, other in zip(found.itertuples(index=False), by_hand.itertuples(index=False), strict=True):
            assert one == other
    else:
        assert found.iloc[0].to_dict() == by_hand.iloc[0].to_dict()


def by_hand(value):
    """Round one count as DfE's guidance has it."""
    if value == 0:
        return "0"
    nearest = int(value / 10 + 0.5) * 10
    return str(nearest) if nearest else "low"


def test_what_is_published_is_the_return_rounded_item_by_item(counts):
    said = rounded(counts)
    shown = said["value"].astype("Int64").astype("string").fillna(said["symbol"].astype("string"))
    published_as = dict(zip(zip(said["breakdown_topic"], said["breakdown"], strict=True), shown, strict=True))
    returned = {(row.item, row.category): row.value for row in return_items(counts).itertuples()}
    compared = 0
    for item in return_items_declared():
        for (topic, breakdown), told in published_as.items():
            if topic == item.topic_name and item.breakdown in ("", breakdown):
                category = breakdown if item.breakdown == "" else "Total"
                assert told == by_hand(returned[item.item, category]), (item.item, category)
                compared += 1
    assert compared == len(published_as) == 36 + 18
