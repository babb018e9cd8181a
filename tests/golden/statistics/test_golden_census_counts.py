"""A hand-made authority of two schools and, topic by topic, how many pupils its statistics must count."""

import pandas as pd
import pytest

from tests.clean_tables import census
from transforms.aggregate.census import KEY, census_counts

# Census day 15 January 2026, age on 31 August 2025. Birch's pupil 1 is Ash's pupil 3, registered at both.
SCHOOLS = """
laestab | urn    | serialno
8562001 | 100001 | 1
8562002 | 100002 | 1
8562003 | 100003 | 1
"""
PUPILS = """
laestab | is_on_roll | record | sex | dob        | enrolstatus | ncyearactual | senprovision | ethnicity | language
8562001 | yes        | 1      | F   | 2016-08-31 | C           | 5            | N            | WBRI      | ENG
8562001 | yes        | 2      | M   | 2016-09-01 | C           | 4            | E            | WCOR      | ENB
8562001 | yes        | 3      | M   | 2022-11-30 | M           | N1           | K            | BGHA      | AKAT
8562001 | yes        | 4      | F   | 2005-01-01 | C           | X            | K            | CHKC      | OTH
8562001 | yes        | 5      |     |            | C           |              |              |           |
8562001 | no         | 1      | F   | 2016-08-31 |             |              |              |           |
8562002 | yes        | 1      | M   | 2022-11-30 | S           | N1           | K            | BGHA      | AKAT
8562002 | yes        | 2      | X   | 2026-01-10 | C           | M            | Q            | REFU      | REF
8562002 | yes        | 3      | F   | 2015-01-01 | Z           | 6            | N            | QQQQ      | QQQ
8562002 | yes        | 4      | F   | 2015-01-01 | C           | 6            | E            | WIRT      | ENG
"""
# Ash 1: ended on census day. Ash 2: began the day after. Ash 3: no end. Ash 4: ended the day before, and again open.
# Birch 1: as Ash 3. Birch 2: end not readable. Birch 4: begins on census day.
FSM = """
laestab | is_on_roll | record | sub_record | fsmstartdate | fsmenddate | fsmenddate_raw
8562001 | yes        | 1      | 1          | 2025-10-03   | 2026-01-15 |
8562001 | yes        | 2      | 1          | 2026-01-16   |            |
8562001 | yes        | 3      | 1          | 2025-10-03   |            |
8562001 | yes        | 4      | 1          | 2025-10-03   | 2026-01-14 |
8562001 | yes        | 4      | 2          | 2026-01-01   |            |
8562001 | yes        | 4      | 3          | 2026-01-02   |            |
8562002 | yes        | 1      | 1          | 2025-10-03   |            |
8562002 | yes        | 2      | 1          | 2025-10-03   |            | next term
8562002 | yes        | 3      | 1          |              |            |
8562002 | yes        | 4      | 1          | 2026-01-15   |            |
"""
# Ash 1 has no provision, so the need does not count; Ash 4 has no need ranked first; Birch 4's first is no known code.
NEEDS = """
laestab | is_on_roll | record | sub_record | sentyperank | sentype
8562001 | yes        | 1      | 1          | 1           | ASD
8562001 | yes        | 2      | 1          | 2           | SLCN
8562001 | yes        | 2      | 2          | 1           | ASD
8562001 | yes        | 3      | 1          | 1           | NSA
8562001 | yes        | 4      | 1          | 2           | SEMH
8562002 | yes        | 1      | 1          | 1           | NSA
8562002 | yes        | 4      | 1          | 1           | QQQ
"""

# topic | item | authority (Ash 1-5, Birch 2 and 4) | Ash | Birch
EXPECTED = """
Total | Total | 7 | 5 | 4
Sex | Female | 3 | 2 | 2
Sex | Male | 2 | 2 | 1
Sex | Unknown | 2 | 1 | 1
Year group | Nursery first year | 1 | 1 | 1
Year group | Year 4 | 1 | 1 | 0
Year group | Year 5 | 1 | 1 | 0
Year group | Year 6 | 1 | 0 | 2
Year group | National curriculum not followed | 1 | 1 | 0
Year group | Unknown | 2 | 1 | 1
Age | Age 2 and under | 1 | 1 | 1
Age | Age 8 | 1 | 1 | 0
Age | Age 9 | 1 | 1 | 0
Age | Age 10 | 1 | 0 | 2
Age | Age 19 and over | 1 | 1 | 0
Age | Unknown | 2 | 1 | 1
FSM status | FSM eligible | 4 | 3 | 2
FSM status | Not known to be FSM eligible | 3 | 2 | 2
SEN provision | Education, health and care plan | 2 | 1 | 1
SEN provision | SEN support / SEN without an EHC plan | 2 | 2 | 1
SEN provision | No SEN provision | 1 | 1 | 1
SEN provision | Unknown | 2 | 1 | 1
SEN primary need | Autistic spectrum disorder | 1 | 1 | 0
SEN primary need | SEN support but no specialist assessment of type of need | 1 | 1 | 1
SEN primary need | No primary need | 1 | 1 | 1
SEN primary need | Unknown | 4 | 2 | 2
Ethnicity major | White | 3 | 2 | 1
Ethnicity major | Asian / Asian British | 1 | 1 | 0
Ethnicity major | Black / African / Caribbean / Black British | 1 | 1 | 1
Ethnicity major | Unknown | 2 | 1 | 2
Ethnicity minor | English / Welsh / Scottish / Northern Irish / British | 2 | 2 | 0
Ethnicity minor | Irish Traveller | 1 | 0 | 1
Ethnicity minor | Chinese | 1 | 1 | 0
Ethnicity minor | African | 1 | 1 | 1
Ethnicity minor | Unknown | 2 | 1 | 2
First language | Known or believed to be English | 3 | 2 | 1
First language | Known or believed to be other than English | 2 | 2 | 1
First language | Unknown | 2 | 1 | 2
"""


@pytest.fixture
def tables():
    return census("2026-spring", schoolcensus=SCHOOLS, pupils=PUPILS, fsmperiods=FSM, senneeds=NEEDS)


def counted(counts, laestab):
    """Return the counts of one geography that are not nought, by topic and item, in their order."""
    place = counts["laestab"].isna() if laestab is None else counts["laestab"].eq(laestab).fillna(value=False)
    rows = counts.loc[place & counts["value"].gt(0), ["breakdown_topic", "breakdown", "value"]]
    return {(topic, item): value for topic, item, value in rows.astype(object).itertuples(index=False)}


@pytest.mark.parametrize(
    ("column", "laestab"), [(2, None), (3, "8562001"), (4, "8562002")], ids=["authority", "Ash", "Birch"]
)
def test_every_item_agrees_with_the_hand_count(tables, column, laestab):
    lines = [[cell.strip() for cell in line.split("|")] for line in EXPECTED.strip().splitlines()]
    expected = {(line[0], line[1]): int(line[column]) for line in lines if line[column] != "0"}
    assert counted(census_counts(tables, excluded=tables["pupils"].iloc[:0][KEY]), laestab) == expected


def test_a_school_without_pupils_stands_in_the_grid_with_noughts(tables):
    counts = census_counts(tables, excluded=tables["pupils"].iloc[:0][KEY])
    empty = counts.loc[counts["laestab"].eq("8562003").fillna(value=False)]
    assert len(empty) == counts["laestab"].isna().sum()
    assert empty["value"].eq(0).all()


def test_a_child_with_an_objection_is_in_no_count_of_either_school(tables):
    pupils = tables["pupils"]
    objectors = pupils.loc[
        (
            pupils["laestab"].eq("8562001") & pupils["record"].eq(3)
            | pupils["laestab"].eq("8562002") & pupils["record"].eq(1)
        )
        & pupils["is_on_roll"],
        KEY,
    ]
    counts = census_counts(tables, excluded=objectors)
    assert counted(counts, None)["Total", "Total"] == 6
    assert counted(counts, "8562001")["Total", "Total"] == 4
    assert counted(counts, "8562002")["Total", "Total"] == 3
    assert ("Ethnicity minor", "African") not in counted(counts, "8562002")


def test_the_order_of_the_rows_changes_no_figure(tables):
    whole = census_counts(tables, excluded=tables["pupils"].iloc[:0][KEY])
    mixed = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.frames.items()}
    again = census_counts(
        type(tables)(tables.collection, tables.calendar, mixed), excluded=tables["pupils"].iloc[:0][KEY]
    )
    pd.testing.assert_frame_equal(whole, again)
