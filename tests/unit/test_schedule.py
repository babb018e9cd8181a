"""The days on which deployed flows run: around census and return days, never at a weekend, London time."""

import asyncio
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from prefect.server.schemas.schedules import RRuleSchedule

from schemas.calendar import calendar_for, known_collections
from schemas.collection import Collection
from transforms.schedule import RunDay, rrule, run_days

LONDON = ZoneInfo("Europe/London")
FLOWS = {"termly-run", "school-census", "elective-home-education", "statistics", "release"}


def calendars(*written):
    return [calendar_for(Collection.parse(each)) for each in written]


def days_of(flow, *written):
    return [run.day for run in run_days(calendars(*written)) if run.flow == flow]


def test_the_first_census_run_is_on_the_day_after_census_day_and_the_last_before_the_return_day():
    days = days_of("school-census", "2026-spring")
    assert (days[0], days[-1]) == (date(2026, 1, 16), date(2026, 2, 10))


def test_the_whole_chain_runs_when_every_return_is_in_and_statistics_again_when_the_register_is():
    assert days_of("termly-run", "2026-spring") == [date(2026, 2, 12)]
    assert days_of("statistics", "2026-spring") == [date(2026, 2, 16)]


def test_every_flow_has_its_days_in_every_collection():
    planned = run_days(calendars(*(str(each) for each in known_collections())))
    assert {(run.flow, run.collection) for run in planned} == {
        (flow, str(each)) for flow in FLOWS for each in known_collections()
    }


def test_no_run_falls_on_a_weekend_and_each_says_why():
    planned = run_days(calendars(*(str(each) for each in known_collections())))
    assert all(run.day.weekday() < 5 and run.why for run in planned)


@pytest.mark.parametrize(
    ("return_day", "last"), [(date(2026, 2, 9), date(2026, 2, 6)), (date(2026, 2, 8), date(2026, 2, 6))]
)
def test_a_weekend_before_a_return_day_gives_way_to_the_friday(return_day, last):
    moved = calendar_for(Collection.parse("2026-spring"), {"return_day": return_day})
    assert [run.day for run in run_days([moved]) if run.flow == "school-census"][-1] == last


def test_a_weekend_after_a_day_gives_way_to_the_monday():
    moved = calendar_for(Collection.parse("2026-spring"), {"return_day": date(2026, 2, 13)})
    assert [run.day for run in run_days([moved]) if run.flow == "termly-run"] == [date(2026, 2, 16)]


def test_prefect_runs_on_exactly_these_days_at_london_time_in_winter_and_summer():
    planned = [RunDay(date(2026, 6, 17), "f", "2026-summer", "x"), RunDay(date(2026, 1, 16), "f", "2026-spring", "x")]
    schedule = RRuleSchedule(rrule=rrule(planned, at=time(7, 0)), timezone="Europe/London")
    moments = asyncio.run(schedule.get_dates(n=9, start=datetime(2025, 1, 1, tzinfo=UTC)))
    assert moments == [datetime(2026, 1, 16, 7, tzinfo=LONDON), datetime(2026, 6, 17, 7, tzinfo=LONDON)]
    assert [moment.astimezone(UTC).hour for moment in moments] == [7, 6]


def test_the_schedule_of_three_years_keeps_to_what_prefect_takes():
    planned = run_days(calendars(*(str(each) for each in known_collections())))
    assert len(rrule(planned, at=time(7, 0))) < 6500
