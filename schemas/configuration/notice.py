"""A council's privacy notice as data: what it has told people. Each notice binds the council that made it."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from schemas import _data
from schemas.configuration.model import Part

UK = "UK"


class ToldRecipient(Part):
    """One recipient that the notice names, with what is told of it."""

    recipient: str
    purposes: tuple[str, ...] = Field(min_length=1)
    items: tuple[str, ...] = ()
    youngest: int | None = Field(default=None, ge=0)
    oldest: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _names_what_is_listed(self) -> Self:
        _refuse_strangers("recipient", (self.recipient,), "recipients.csv")
        _refuse_strangers("purposes", self.purposes, "purposes.csv")
        return self


class ToldRetention(Part):
    """How long the notice says that something is kept."""

    what: str
    years: int | None = Field(default=None, gt=0)
    until_age: int | None = Field(default=None, gt=0)
    since: str = ""


class TerritoryException(Part):
    """A country beyond the UK that the notice names, and for what."""

    territory: str
    why: str = Field(min_length=1)


class Notice(Part):
    """The notice, whole."""

    title: str
    address: str = ""
    effective: date
    review: date
    purposes: tuple[str, ...] = ()
    recipients: tuple[ToldRecipient, ...] = ()
    retention: tuple[ToldRetention, ...] = ()
    territory_exceptions: tuple[TerritoryException, ...] = ()

    @property
    def territory(self) -> frozenset[str]:
        """Return where data may go by this notice: the UK, and its listed exceptions."""
        return frozenset({UK, *(exception.territory for exception in self.territory_exceptions)})

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _refuse_strangers("purposes", self.purposes, "purposes.csv")
        if self.review < self.effective:
            raise ValueError("the review day comes before the effective day")
        return self


def _refuse_strangers(key: str, used: tuple[str, ...], file: str) -> None:
    if strangers := sorted(set(used) - {row["code"] for row in _data.rows(file)}):
        raise ValueError(f"{key}: {', '.join(strangers)} not in schemas/{file}")
