"""A hand-made authority of two schools and, item by item, what its figures on absence, suspensions and others must be."""

import pandas as pd
import pytest

from schemas.datasets import dataset
from tests.clean_tables import census
from transforms.aggregate.absence import absence_figures
from transforms.aggregate.people import KEY
from transforms.aggregate.sen import sen_figures
from transforms.aggregate.smaller import class_figures, leaver_figures, post16_figures
from transforms.aggregate.suspensions import suspension_figures

SCHOOLS = "laestab\n8562001\n8564000"
# Attendance of 1 August to 31 December 2025, events of 21 April to 31 December 2025, age on 31 August 2025.
# A2 is registered at both, A4 moved from Ash to Birch, A6 left before the census day of October.
PUPILS = """
laestab | is_on_roll | record | upn | sex | dob        | enrolstatus | ncyearactual | senprovision | leavingdate | termlysessionspossible
8562001 | yes        | 1      | A1  | F   | 2015-01-01 | C           | 5            | N            |             | 100
8562001 | yes        | 2      | A2  | M   | 2014-01-01 | M           | 6            | K            |             | 100
8562001 | yes        | 3      | A3  | F   | 2022-01-01 | C           | N2           | N            |             | 50
8562001 | no         | 1      | A4  | M   | 2013-05-01 |             |              |              | 2025-11-30  | 40
8564000 | yes        | 1      | A2  | M   | 2014-01-01 | S           | 6            | K            |             | 60
8564000 | yes        | 2      | A5  | F   | 2010-01-01 | C           | 10           | E            |             | 100
8564000 | yes        | 3      | A4  | M   | 2013-05-01 | C           | 7            | N            |             | 60
8564000 | no         | 1      | A6  | F   | 2009-12-01 |             |              |              | 2025-09-15  |
"""
# H was taken to summer 2024 only; Birch 3 has more sessions of absence than possible ones.
SESSIONS = """
laestab | is_on_roll | record | sub_record | attendancereason | sessions
8562001 | yes        | 1      | 1          | I                | 10
8562001 | yes        | 2      | 1          | I                | 5
8562001 | yes        | 2      | 2          | G                | 4
8562001 | yes        | 3      | 1          | I                | 50
8562001 | no         | 1      | 1          | O                | 20
8564000 | yes        | 1      | 1          | I                | 6
8564000 | yes        | 2      | 1          | E                | 3
8564000 | yes        | 2      | 2          | N                | 2
8564000 | yes        | 2      | 3          | H                | 50
8564000 | yes        | 2      | 4          | /                | 45
8564000 | yes        | 3      | 1          | I                | 70
"""
EVENTS = """
laestab | is_on_roll | record | sub_record | category | startdate  | reason1 | reason2 | senprovision
8562001 | yes        | 1      | 1          | SUSP     | 2025-05-01 | PP      | DB      | N
8562001 | yes        | 1      | 2          | SUSP     | 2025-11-03 | DB      | DB      | K
8562001 | yes        | 2      | 1          | SUSP     | 2026-01-05 | DB      |         | K
8562001 | yes        | 2      | 2          | LNCH     | 2025-11-01 | DB      |         | K
8562001 | no         | 1      | 1          | SUSP     | 2025-10-10 |         |         |
8564000 | yes        | 1      | 1          | SUSP     |            | DB      |         | K
8564000 | yes        | 3      | 1          | SUSP     | 2025-12-01 | VA      | ??      |
8564000 | yes        | 3      | 2          | PERM     | 2025-12-20 | VA      |         |
"""
NEEDS = """
laestab | is_on_roll | record | sub_record | sentyperank | sentype
8562001 | yes        | 2      | 1          | 1           | SEMH
8564000 | yes        | 2      | 1          | 1           | ASD
"""
CLASSES = """
laestab | record | homepupils | guestpupils | keystage
8562001 | 1      | 30         |             | 1
8562001 | 2      | 30         | 1           | 1
8562001 | 3      | 20         | 16          | 2
8564000 | 1      | 0          |             | 2
"""

# figure | topic | item | authority | Ash | Birch
ABSENCE = """
enrolments | Total | Total | 5 | 3 | 3
enrolments | Sex | Female | 2
enrolments | Sex | Male | 3
enrolments | Year group | Unknown | 1
persistent absentees | Total | Total | 3 | 2 | 2
persistent absentees | Sex | Female | 1
persistent absentees | Sex | Male | 2
other enrolments | Total | Total | 2 | 1 | 1
severe absentees | Total | Total | 2 | 1 | 1
severe absentees | Sex | Female | 0
severe absentees | Sex | Male | 2
persistent, not severe | Total | Total | 1 | 1 | 1
sessions possible | Total | Total | 400 | 240 | 220
sessions possible | Sex | Male | 200
absence sessions | Total | Total | 104 | 39 | 71
authorised absence sessions | Total | Total | 78 | 15 | 69
authorised absence sessions | Sex | Female | 13
authorised absence sessions | Reason for authorised absence | Illness | 75
authorised absence sessions | Reason for authorised absence | Suspended or excluded, no alternative provision | 3
unauthorised absence sessions | Total | Total | 26 | 24 | 2
unauthorised absence sessions | Reason for unauthorised absence | Holiday not granted | 4
unauthorised absence sessions | Reason for unauthorised absence | Other unauthorised absence | 20
unauthorised absence sessions | Reason for unauthorised absence | Reason not yet established | 2
reasons of absence | Total | Total | 7 | 4 | 4
reasons of authorised absence | Reason for authorised absence | Illness | 3
reasons of unauthorised absence | Total | Total | 3 | 2 | 1
"""
SUSPENSIONS = """
suspensions | Total | Total | 5 | 3 | 2
suspensions | Sex | Female | 2 | 2 | 0
suspensions | Year group | Year 5 | 2 | 2 | 0
suspensions | Year group | Unknown | 1 | 1 | 0
suspensions | SEN provision | No SEN provision | 1 | 1 | 0
suspensions | SEN provision | SEN support / SEN without an EHC plan | 2 | 1 | 1
suspensions | SEN provision | Unknown | 2 | 1 | 1
suspensions | Reason | Physical assault against a pupil | 1 | 1 | 0
suspensions | Reason | Persistent disruptive behaviour | 3 | 2 | 1
suspensions | Reason | Verbal abuse or threatening behaviour against an adult | 1 | 0 | 1
suspensions | Reason | Unknown | 1 | 1 | 0
suspended pupils | Total | Total | 3 | 2 | 2
suspended pupils | Sex | Male | 2 | 1 | 2
suspended pupils | SEN provision | No SEN provision | 1 | 1 | 0
suspended pupils | SEN provision | Unknown | 1 | 1 | 1
suspended pupils | Reason | Persistent disruptive behaviour | 2 | 1 | 1
suspended pupils | Reason | Unknown | 1 | 1 | 0
permanent exclusions | Total | Total | 1 | 0 | 1
excluded pupils | Total | Total | 1 | 0 | 1
excluded pupils | Reason | Verbal abuse or threatening behaviour against an adult | 1 | 0 | 1
"""
SEN = """
pupils | Total | Total | 5
pupils | SEN provision | No SEN provision | 3
pupils | SEN provision ~ Sex | No SEN provision ~ Female | 2
pupils | SEN provision ~ Sex | SEN support / SEN without an EHC plan ~ Male | 1
pupils | SEN provision ~ SEN primary need | Education, health and care plan ~ Autistic spectrum disorder | 1
pupils | SEN provision ~ SEN primary need | No SEN provision ~ No primary need | 3
pupils | SEN provision ~ SEN primary need ~ Sex | Education, health and care plan ~ Autistic spectrum disorder ~ Female | 1
pupils | SEN provision ~ SEN primary need ~ Sex | Education, health and care plan ~ Autistic spectrum disorder ~ Male | 0
pupils | SEN provision ~ Year group | Education, health and care plan ~ Year 10 | 1
""".replace("~", "%")
OTHERS = """
classes | Total | Total | 3
class pupils | Total | Total | 97
classes | Key stage | Key stage 1 | 2
class pupils | Key stage | Key stage 2 | 36
classes | Class size | 30 or fewer pupils | 1
classes | Class size | 31 to 35 pupils | 1
classes | Class size | 36 or more pupils | 1
leavers | Total | Total | 1
leavers | Sex | Male | 1
leavers | Age | Age 12 | 1
leavers | Age | Age 15 | 0
"""


@pytest.fixture
def tables():
    return census(
        "2026-spring",
        schoolcensus=SCHOOLS,
        pupils=PUPILS,
        termlysessiondetails=SESSIONS,
        termlyexclusions=EVENTS,
        senneeds=NEEDS,
        classes=CLASSES,
    )


def nobody(tables):
    return tables["pupils"].iloc[:0][KEY]


def value(figures, named, laestab=None):
    figure, topic, item = named
    place = figures["laestab"].isna() if laestab is None else figures["laestab"].eq(laestab).fillna(value=False)
    found = figures["figure"].eq(figure) & figures["breakdown_topic"].eq(topic) & figures["breakdown"].eq(item) & place
    (number,) = figures.loc[found, "value"]
    return number


def lines(text):
    return [[cell.strip().replace("%", "|") for cell in line.split("|")] for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("makers", "line"),
    [
        *(((absence_figures,), line) for line in lines(ABSENCE)),
        *(((suspension_figures,), line) for line in lines(SUSPENSIONS)),
        *(((sen_figures,), line) for line in lines(SEN)),
        *(((class_figures, leaver_figures), line) for line in lines(OTHERS)),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else each[0].__name__,
)
def test_every_item_agrees_with_the_hand_count(tables, makers, line):
    figures = pd.concat([make(tables, excluded=nobody(tables)) for make in makers])
    places = (None, "8562001", "8564000")
    found = [value(figures, line[:3], place) for _, place in zip(line[3:], places, strict=False)]
    assert found == [int(number) for number in line[3:]]


def test_a_type_of_need_beside_no_provision_is_no_row_of_the_crossed_table(tables):
    figures = sen_figures(tables, excluded=nobody(tables))
    impossible = figures["breakdown"].eq("No SEN provision | Autistic spectrum disorder")
    assert not impossible.any()


def test_a_small_authority_is_crossed_less_deeply_than_a_large_one():
    by_year = ("sen_provision", "sen_primary_need", "year_group")
    assert dataset("sen").crosses(by_year, counted=20_000)
    assert not dataset("sen").crosses(by_year, counted=19_999)
    assert dataset("sen").crosses(("sen_provision", "sen_primary_need", "sex"), counted=1)


def test_the_crossed_table_and_the_plain_one_count_the_same_pupils(tables):
    figures = sen_figures(tables, excluded=nobody(tables))
    sums = figures.groupby("breakdown_topic")["value"].sum()
    assert sums.eq(5).all()


def test_the_autumn_return_adds_both_blocks_of_last_summer_and_takes_the_age_of_that_school_year():
    tables = census(
        "2025-autumn",
        schoolcensus=SCHOOLS,
        pupils="laestab|is_on_roll|record|dob|enrolstatus|termlysessionspossible|summerhalfterm2sessionspossible\n"
        "8562001|yes|1|2019-08-31|C|50|30\n8562001|yes|2|2019-09-01|C|50|30\n8562001|yes|3|2008-09-01|C|50|",
        termlysessiondetails="laestab|is_on_roll|record|sub_record|attendancereason|sessions\n8562001|yes|1|1|I|4",
        summerhalfterm2sessiondetails="laestab|is_on_roll|record|sub_record|attendancereason|sessions\n8562001|yes|1|1|I|4",
    )
    figures = absence_figures(tables, excluded=nobody(tables))
    total = ("Total", "Total")
    assert value(figures, ("enrolments", *total)) == 2
    assert value(figures, ("sessions possible", *total)) == 130
    assert value(figures, ("absence sessions", *total)) == 8
    assert value(figures, ("reasons of absence", *total)) == 1
    assert value(figures, ("persistent absentees", *total)) == 1


def test_a_post_16_pupil_is_counted_under_the_programme_that_began_last():
    tables = census(
        "2025-autumn",
        schoolcensus=SCHOOLS,
        pupils="laestab|is_on_roll|record|enrolstatus|ncyearactual\n8564000|yes|1|C|12\n8564000|yes|2|S|12\n8564000|yes|3|C|13",
        programmeaims="laestab|is_on_roll|record|sub_record|progtype|programmeaimstatus|programmestartdate\n"
        "8564000|yes|1|1|30|1|2025-09-01\n8564000|yes|1|2|31|3|2024-09-01\n8564000|yes|2|1|30|1|2025-09-01",
    )
    figures = post16_figures(tables, excluded=nobody(tables))
    assert value(figures, ("post-16 pupils", "Total", "Total")) == 1
    assert value(figures, ("post-16 pupils", "Programme type", "Study programme (30)")) == 1
    assert value(figures, ("post-16 pupils", "Programme status", "Continuing")) == 1


def test_a_child_with_an_objection_is_in_no_figure(tables):
    objector = tables["pupils"].loc[tables["pupils"]["upn"].eq("A1").fillna(value=False), KEY]
    absence, suspensions = absence_figures(tables, excluded=objector), suspension_figures(tables, excluded=objector)
    assert value(absence, ("enrolments", "Total", "Total")) == 4
    assert value(absence, ("absence sessions", "Total", "Total"), "8562001") == 29
    assert value(suspensions, ("suspensions", "Total", "Total")) == 3
    assert value(sen_figures(tables, excluded=objector), ("pupils", "Total", "Total")) == 4


@pytest.mark.parametrize(
    "make", [absence_figures, suspension_figures, sen_figures, class_figures, leaver_figures], ids=lambda f: f.__name__
)
def test_the_order_of_the_rows_changes_no_figure(tables, make):
    mixed = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.frames.items()}
    again = type(tables)(tables.collection, tables.calendar, mixed)
    pd.testing.assert_frame_equal(
        make(tables, excluded=nobody(tables)), make(again, excluded=nobody(again)), check_dtype=True
    )
