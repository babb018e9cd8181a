"""A hand-made register and, item by item, what DfE's return of it must say (figures reckoned by hand)."""

import pandas as pd

from schemas.calendar import calendar_for
from schemas.collection import Collection
from tests.clean_tables import ehe_register
from transforms.aggregate.ehe import ehe_census_counts
from transforms.aggregate.ehe_year import ehe_year_counts
from transforms.aggregate.return_items import return_items

# Census day 2 October 2025; the previous academic year runs from 1 August 2024 to 31 July 2025.
REGISTER = """
child_id | date_of_birth | sex    | sen_provision | ehe_start_date | ehe_end_date | ehe_end_date_raw | end_reason                       | primary_reason                                          | previous_setting                          | suitability_status | s437_notice_date | sao_issued_date | sao_revoked_date
E01      | 2014-01-10    | Female | No SEN        | 2023-02-01     |              |                  |                                  | Mental health                                           | Academy
E02      | 2010-03-05    | Male   | SEN support   | 2024-09-10     |              |                  |                                  | School dissatisfaction SEND                             | Local authority maintained
E03      | 2012-08-31    | Female | No SEN        | 2024-10-01     | 2025-03-01   |                  | Returned to school               | Religious                                               | Academy
E04      | 2012-09-01    | Male   | No SEN        | 2024-07-31     | 2025-10-02   |                  | Returned to school               | Religious                                               | Academy                                   |                    | 2024-08-01
E05      | 2012-09-01    | Male   | EHC plan      | 2025-10-02     |              |                  |                                  | Offered school place but not yet accepted               | Special                                   |                    | 2025-08-01
E06      | 2013-05-05    | Female | No SEN        | 2025-10-03     |              |                  |                                  | Religious                                               | Special
E07      | 2009-08-31    | Male   | No SEN        | 2024-01-15     |              |                  |                                  | Religious                                               | Special                                   |                    |                  |                 | 2024-07-31
E08      | 2009-09-01    |        |               | 2025-06-30     |              |                  |                                  |                                                         | Pupil referral unit
E09      | 2020-08-31    | Female | No SEN        | 2025-07-01     |              |                  |                                  | Did not apply for school place at compulsory school age | No prior establishment
E10      | 2020-09-01    | Female | No SEN        | 2025-07-01     |              |                  |                                  | Religious                                               | No prior establishment
E11      | 2019-12-31    | Male   | No SEN        | 2024-05-01     |              |                  |                                  | Lifestyle                                               | No prior establishment
E12      | 2014-06-06    | Female | No SEN        | 2024-11-01     | 2025-07-31   |                  | Moved to another local authority | Religious                                               | Home educated outside the local authority
E13      | 2014-07-07    | Male   | No SEN        | 2022-01-01     | 2024-08-01   |                  | Returned to school               | Religious                                               | Academy                                   |                    |                  | 2024-08-01
E14      | 2015-07-07    | Male   | No SEN        | 2022-01-01     | 2025-08-01   |                  | Returned to school               | Religious                                               | Academy
E15      |               | Female | No SEN        | 2024-12-01     |              |                  |                                  | No reason given                                         |
E16      | 2013-02-02    | Female | No SEN        | 2024-09-05     | 2024-12-01   |                  | Returned to school               | Religious                                               | Free school                               |                    | 2024-11-01
E16      | 2013-02-02    | Female | SEN support   | 2025-02-01     |              |                  |                                  | Other                                                   | Academy                                   |                    | 2024-11-01
E17      | 2014-01-01    | Male   | No SEN        | 2025-01-10     | 2025-01-10   |                  | Other                            | Religious                                               | Academy
E18      | 2014-01-01    | Male   | No SEN        | 2023-01-01     |              | last summer      |                                  | Religious                                               | Academy
E19      | 2011-11-11    | Male   | EHC plan      | 2024-09-02     |              |                  |                                  | School dissatisfaction bullying                         | Independent                               | Unsuitable         | 2025-01-15       | 2025-03-01      | 2025-07-31
E20      | 2009-01-01    | Female | No SEN        | 2022-09-01     | 2025-07-01   |                  | Over compulsory school age       | Religious                                               | Academy
E21      | 2009-05-05    | Female | No SEN        | 2023-09-01     | 2025-07-15   |                  | Returned to school               | Religious                                               | Academy
"""

# On census day: E01 E02 E05 E08 E09 E11 E15 E16 E19.
TERMLY = """
Total EHE children on census date | Total | 9
by sex | Female | 4
by sex | Male | 4
by sex | Unknown | 1
by expected NC year group | Reception | 0
by expected NC year group | Year 1 | 2
by expected NC year group | Year 2 | 0
by expected NC year group | Year 3 | 0
by expected NC year group | Year 4 | 0
by expected NC year group | Year 5 | 0
by expected NC year group | Year 6 | 0
by expected NC year group | Year 7 | 1
by expected NC year group | Year 8 | 2
by expected NC year group | Year 9 | 1
by expected NC year group | Year 10 | 0
by expected NC year group | Year 11 | 2
by expected NC year group | Unknown | 1
by primary reason | Mental health | 1
by primary reason | Physical health | 0
by primary reason | Health concerns related to COVID19 | 0
by primary reason | School dissatisfaction general | 0
by primary reason | School dissatisfaction SEND | 1
by primary reason | School dissatisfaction bullying | 1
by primary reason | Lifestyle | 1
by primary reason | Philosophical or preferential | 0
by primary reason | Religious | 0
by primary reason | Risk of school exclusion | 0
by primary reason | Permanent exclusion | 0
by primary reason | Did not get school preference | 0
by primary reason | Difficulty accessing suitable school place | 0
by primary reason | Offered school place but not yet accepted | 1
by primary reason | Did not apply for school place at compulsory school age | 1
by primary reason | School suggestion | 0
by primary reason | Other | 1
by primary reason | No reason given | 1
by primary reason | Unknown | 1
by SEN provision | No SEN | 4
by SEN provision | SEN support | 2
by SEN provision | EHC plan | 2
by SEN provision | Unknown | 1
"""

# Any point: E01 E02 E03 E04 E07 E08 E11 E12 E14 E15 E16 E19 E20 E21. Started: E02 E03 E08 E11 E12 E15 E16 E19.
ANNUAL = """
Children EHE at any point | Total | 14
EHE starts in year | Total | 8
EHE starts by previous school type | Early years setting | 0
EHE starts by previous school type | No prior establishment | 1
EHE starts by previous school type | Local authority maintained | 1
EHE starts by previous school type | Academy | 2
EHE starts by previous school type | Free school | 0
EHE starts by previous school type | Independent | 1
EHE starts by previous school type | Special | 0
EHE starts by previous school type | Alternative provision | 0
EHE starts by previous school type | Pupil referral unit | 1
EHE starts by previous school type | Home educated outside the local authority | 1
EHE starts by previous school type | Elsewhere/Unknown | 1
Returns to school in year | Total | 4
Leavers (ehe_leave) | Total | 1
s437(1) notices issued | Total | 3
School attendance orders issued | Total | 2
School attendance orders revoked | Total | 1
"""

AUTUMN = calendar_for(Collection.parse("2025-autumn"))


def expected(part, text):
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [(part, item, category, int(value)) for item, category, value in lines]


def found(counts):
    return list(return_items(counts).astype(object).itertuples(index=False, name=None))


def test_the_termly_part_of_the_return_agrees_item_by_item():
    register = ehe_register(REGISTER)
    counts = ehe_census_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    assert found(counts) == expected("EHE termly", TERMLY)


def test_the_annual_part_of_the_return_agrees_item_by_item():
    register = ehe_register(REGISTER)
    counts = ehe_year_counts(register, calendar=AUTUMN, excluded=register.iloc[:0])
    assert found(counts) == expected("EHE annual (previous academic year)", ANNUAL)


def test_both_parts_together_are_the_whole_autumn_return_in_its_order():
    register = ehe_register(REGISTER)
    parts = [
        count(register, calendar=AUTUMN, excluded=register.iloc[:0]) for count in (ehe_year_counts, ehe_census_counts)
    ]
    assert found(pd.concat(parts, ignore_index=True)) == [
        *expected("EHE termly", TERMLY),
        *expected("EHE annual (previous academic year)", ANNUAL),
    ]


def test_the_order_of_the_register_changes_no_figure():
    register = ehe_register(REGISTER)
    shuffled = register.sample(frac=1, random_state=7)
    for count in (ehe_census_counts, ehe_year_counts):
        pd.testing.assert_frame_equal(
            count(register, calendar=AUTUMN, excluded=register.iloc[:0]),
            count(shuffled, calendar=AUTUMN, excluded=register.iloc[:0]),
        )
