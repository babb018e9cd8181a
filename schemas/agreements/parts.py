"""The parts of a sharing agreement, each one table of its TOML."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.collection import Term

Day = Literal["day of extract", "census day", "31 August"]
ORIGIN = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
MONTH_AND_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


class Part(BaseModel):
    """A part of an agreement: frozen, no coercion, an unknown key refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LegalGateway(Part):
    """By which power the agreement shares; texts come from the information governance lead, never from a developer."""

    bases: tuple[str, ...] = ()
    power: str = ""
    uk_gdpr: tuple[str, ...] = ()
    confidentiality: str = ""
    label: Literal["sourced", "unverified"]
    source: str


class Assessment(Part):
    """The four questions that DfE asks before it shares, asked of ourselves."""

    who_asks: str = ""
    for_what: str = ""
    how_sensitive: str = ""
    how_stored: str = ""

    @property
    def answered(self) -> bool:
        """Say whether all four questions have an answer."""
        return all(text.strip() for text in (self.who_asks, self.for_what, self.how_sensitive, self.how_stored))


class DisclosureLevel(Part):
    """How much of a person the files show; aggregates name the profile of `disclosure.toml` they went through."""

    level: Literal["identifiable", "pseudonymised", "aggregate"]
    profile: str = ""


class AgeGate(Part):
    """Ages in whole years, both ends included, on one day."""

    youngest: int = Field(ge=0)
    oldest: int = Field(ge=0)
    on: Day


class YearGroupGate(Part):
    """School years by date of birth, both ends included (Reception is 0), of the year that begins on `new_year`."""

    first: int
    last: int
    new_year: str = Field(pattern=MONTH_AND_DAY)
    cohort_from: str = Field(pattern=MONTH_AND_DAY)


class Spell(Part):
    """The columns between which a row counts: begun by the day, and not ended on or before it."""

    start: str
    end: str
    on: Day


class People(Part):
    """Whom the agreement is about: one population of one source, through its gates."""

    source: str = Field(alias="from")
    roll: Literal["on", "off", "both"] = "on"
    enrolment: tuple[str, ...] = ()
    age: AgeGate | None = None
    year_group: YearGroupGate | None = None
    spell: Spell | None = None
    where: dict[str, tuple[str, ...]] = {}
    condition: str = ""


class Rows(Part):
    """How rows are made of people: each child once, first listed population and first listed enrolment winning."""

    one_a_child: bool = True


class Objections(Part):
    """What an objection to a purpose of the agreement does: hold the child back, or reduce the row to what stays."""

    effect: Literal["hold back", "reduce"] = "hold back"
    keep: tuple[str, ...] = ()
    to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _only_a_reduction_keeps(self) -> Self:
        if (self.effect == "reduce") != bool(self.keep):
            raise ValueError("effect 'reduce', and no other, lists the fields to keep")
        return self


class AgreedField(Part):
    """One column of the file: where it is taken from, in which form, why, and the condition if it is sensitive.

    `fixed` is the text for a whole population; `otherwise` the text where the form can give none (each use is listed
    for a person); a `required` field without text holds the row back.
    """

    name: str = Field(min_length=1)
    origins: tuple[str, ...] = Field(alias="from")
    form: str
    code_map: str = ""
    fixed: dict[str, str] = {}
    otherwise: str = ""
    required: bool = False
    why: str = Field(min_length=1)
    condition: str = ""

    @model_validator(mode="after")
    def _a_code_map_has_its_form(self) -> Self:
        if (self.form == "code map") != bool(self.code_map):
            raise ValueError("form 'code map', and no other, names a code_map")
        return self


class Items(Part):
    """Items of a return taken whole: columns of one census table, items of one part, or datasets."""

    of: str
    names: tuple[str, ...] = Field(min_length=1)
    terms: tuple[Term, ...] = tuple(Term)
    why: str = Field(min_length=1)
    condition: str = ""


class Release(Part):
    """What a release asks of a return before it goes: a sign-off, so that no school's faults leave unnoticed."""

    sign_off: bool


class Delivery(Part):
    """How the files are written, and how long our copy is kept."""

    format: Literal["csv", "xml", "copy"]
    file_name: str = Field(min_length=1)
    layout: str = ""
    max_rows: int | None = Field(default=None, gt=0)
    one_file_per: Literal["recipient", "school"] = "recipient"
    encoding: Literal["utf-8", "utf-8-sig", "cp1252"] = "utf-8"
    line_ending: Literal["lf", "crlf"] = "crlf"
    retention_days: int = Field(gt=0)
    recipient_retention_days: int | None = Field(default=None, gt=0)
