"""Ages: a child a day too old or too young for a rule, a return or an invitation."""

from datetime import date

import pandas as pd
import pyarrow as pa

from schemas.ages import (
    compulsory_school_age,
    last_friday_of_june,
    prescribed_days,
    reached,
    whole_years,
    years_before,
)

DAY = pd.ArrowDtype(pa.date32())


def days(*written):
    return pd.Series([date.fromisoformat(day) if day else None for day in written], dtype=DAY)


def test_age_changes_on_the_birthday():
    assert whole_years(days("2010-08-31", "2010-09-01"), on=date(2025, 8, 31)).tolist() == [15, 14]


def test_child_of_29_february_has_the_birthday_on_1_march_of_other_years():
    born = days("2012-02-29")
    assert [whole_years(born, on=on).iloc[0] for on in (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29))] == [
        13,
        14,
        16,
    ]


def test_reaching_an_age_is_the_same_as_being_of_it():
    born = days(
        *(f"{year}-{day}" for year in (2011, 2012) for day in ("02-28", "03-01", "08-31", "09-01")), "2012-02-29"
    )
    for on in (date(2016, 2, 28), date(2016, 2, 29), date(2017, 2, 28), date(2017, 3, 1), date(2017, 8, 31)):
        for age in range(3, 8):
            assert reached(born, age, on=on).tolist() == (whole_years(born, on=on) >= age).tolist()
    assert reached(days(""), 5, on=date(2025, 8, 31)).isna().all()


def test_years_before_29_february_end_on_the_last_day_of_the_month():
    assert [years_before(date(2024, 2, 29), years) for years in (1, 4)] == [date(2023, 2, 28), date(2020, 2, 29)]


def test_age_may_be_asked_on_a_day_of_each_row():
    age = whole_years(
        days("2010-01-02", "2010-01-02", None, "2010-01-02"), on=days("2025-01-01", "2025-01-02", "2025-01-02", None)
    )
    assert age.iloc[:2].tolist() == [14, 15]
    assert age.isna().tolist() == [False, False, True, True]


def test_compulsory_school_age_begins_on_the_prescribed_day_on_or_after_the_fifth_birthday():
    born = days("2020-08-31", "2020-09-01", "2020-12-31", "2021-01-01", "2021-03-31", "2021-04-01")
    assert compulsory_school_age(born, on=date(2025, 8, 31)).tolist() == [True] + [False] * 5
    assert compulsory_school_age(born, on=date(2025, 12, 30)).tolist() == [True] + [False] * 5
    assert compulsory_school_age(born, on=date(2025, 12, 31)).tolist() == [True] * 3 + [False] * 3
    assert compulsory_school_age(born, on=date(2026, 3, 31)).tolist() == [True] * 5 + [False]


def test_compulsory_school_age_ends_on_the_last_friday_of_june():
    born = days("2009-09-01", "2010-08-31", "2010-09-01", None)
    assert compulsory_school_age(born, on=date(2026, 6, 26)).iloc[:3].tolist() == [True, True, True]
    assert compulsory_school_age(born, on=date(2026, 6, 27)).iloc[:3].tolist() == [False, False, True]
    assert compulsory_school_age(born, on=date(2026, 6, 27)).isna().tolist() == [False, False, False, True]


def test_last_friday_of_june_is_a_friday_of_its_last_week():
    assert [last_friday_of_june(year) for year in (2023, 2024, 2026)] == [
        date(2023, 6, 30),
        date(2024, 6, 28),
        date(2026, 6, 26),
    ]


def test_prescribed_days_of_a_period_include_both_its_ends():
    days = prescribed_days(date(2025, 8, 31), date(2026, 3, 31))
    assert days == (date(2025, 8, 31), date(2025, 12, 31), date(2026, 3, 31))
    assert prescribed_days(date(2025, 9, 1), date(2025, 12, 30)) == ()
