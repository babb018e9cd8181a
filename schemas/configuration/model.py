"""A council's settings: which authority, where its files are, its days, its key by reference.

One setting is one key of `termly.toml` or `census_days.toml`; an unknown key is refused, never ignored.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.calendar import Calendar, calendar_for, known_collections
from schemas.collection import Collection
from schemas.errors import UsageError
from schemas.la_geography import geography_of

_LIKE_A_KEY = re.compile(r"[0-9a-fA-F]{32,}")


class Part(BaseModel):
    """A part of the configuration: frozen, no coercion, an unknown key refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Council(Part):
    """The authority: its three-digit DfE number, and the name for pages (blank: DfE's name)."""

    la: str
    name: str = ""

    @field_validator("la")
    @classmethod
    def _is_an_authority(cls, la: str) -> str:
        try:
            geography_of(la)
        except UsageError:
            raise ValueError("is not the number of a current local authority (schemas/la_codes.csv)") from None
        return la

    @property
    def shown_name(self) -> str:
        """Return the name for pages and reports."""
        return self.name or geography_of(self.la).la_name


class Files(Part):
    """Where things are, relative to the configuration folder or absolute; blank: what the package ships."""

    store: str = ""
    agreements: str = ""
    notice: str = ""
    census_days: str = ""
    column_map: str = ""
    cme_column_map: str = ""
    disclosure: str = ""


class Disclosure(Part):
    """Which profile of the disclosure policy the council publishes under; `datasets` names another for single ones."""

    profile: str = "suppress"
    datasets: dict[str, str] = {}


class Keys(Part):
    """Where the master key is held; never the key itself."""

    held_in: Literal["environment", "file", "keyring"] = "environment"
    file: str = ""

    @model_validator(mode="after")
    def _refers_to_the_key(self) -> Self:
        if _LIKE_A_KEY.search(self.file):
            raise ValueError("looks like a key itself; name the file that holds it, and make a new key")
        if (self.held_in == "file") != bool(self.file):
            raise ValueError("held_in 'file', and no other, names a file")
        return self


class Schedule(Part):
    """When deployed flows run on the days around census and return days."""

    at: time = time(7, 0)
    zone: Literal["Europe/London"] = "Europe/London"


class Deployed(Part):
    """What deployed flows read and release; paths count from the folder that holds the configuration folder."""

    census: tuple[str, ...] = ("inbox/census",)
    ehe: str = "inbox/ehe_register.csv"
    schools: str = ""
    inputs: tuple[str, ...] = ()
    release: tuple[str, ...] = ("dfe-school-census", "dfe-ehe-return")
    wait_minutes: float = Field(default=240, ge=0)  # how long a release waits for a person's sign-off; 0: not at all


class Days(Part):
    """A council's own days of one collection; what is not given stays as shipped."""

    census_day: date | None = None
    return_day: date | None = None
    ehe_return_day: date | None = None
    fsm_first: date | None = None
    attendance_first: date | None = None
    attendance_last: date | None = None
    half_term_first: date | None = None
    half_term_last: date | None = None
    exclusions_first: date | None = None
    exclusions_last: date | None = None

    def given(self) -> dict[str, date]:
        """Return the days that are given."""
        return self.model_dump(exclude_none=True)


class Settings(Part):
    """A council's settings, whole."""

    council: Council
    files: Files = Files()
    disclosure: Disclosure = Disclosure()
    keys: Keys = Keys()
    schedule: Schedule = Schedule()
    deployed: Deployed = Deployed()
    days: dict[str, Days] = {}

    @field_validator("days")
    @classmethod
    def _days_of_known_collections(cls, days: dict[str, Days]) -> dict[str, Days]:
        known = {str(collection) for collection in known_collections()}
        if strangers := sorted(set(days) - known):
            raise ValueError(f"{', '.join(strangers)} is no collection that this version knows, such as {min(known)}")
        return days

    @model_validator(mode="after")
    def _days_follow_each_other(self) -> Self:
        for written in self.days:
            days = self.calendar(Collection.parse(written))
            if days.census_day > min(days.return_day, days.ehe_return_day):
                raise ValueError(f"days.{written}: the census day comes after a return day")
        return self

    def calendar(self, collection: Collection) -> Calendar:
        """Return the days of a collection with the council's own.

        A census day that is moved moves with it what hangs on it: the FSM window of its collection and of the next.
        """
        moved: dict[str, date] = {}
        before = self.days.get(str(collection.previous()))
        if before is not None and before.census_day is not None:
            moved["previous_census_day"] = before.census_day
            moved["fsm_first"] = before.census_day + timedelta(days=1)
        own = self.days[str(collection)].given() if str(collection) in self.days else {}
        if "census_day" in own:
            moved["fsm_last"] = own["census_day"]
        return calendar_for(collection, moved | own)


def settings_for(la: str) -> Settings:
    """Return the settings of an authority that has no configuration folder: everything as shipped.

    Raises:
        UsageError: when no current authority has that number.
    """
    geography_of(la)
    return Settings(council=Council(la=la))
