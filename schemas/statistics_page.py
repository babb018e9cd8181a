"""What the page of charts shows of each dataset (schemas/statistics_page.toml)."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas import _data
from schemas.datasets import Dataset

_FILE = "statistics_page.toml"


class _Declared(BaseModel):
    """Frozen, and no key that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Trend(_Declared):
    """One chart over the terms: its title, and the indicators (or items) drawn."""

    title: str
    of: tuple[str, ...]


class Choice(_Declared):
    """What is drawn of one dataset; the keys are explained at the top of the file."""

    id: str
    trend: tuple[Trend, ...] = ()
    topics: tuple[str, ...] = ()
    measure: str = ""
    headline: tuple[str, str] | None = None
    compare: tuple[str, ...] = ()
    schools: str = ""


class Defaults(_Declared):
    """What holds for every dataset: the most topics and terms drawn, and the sizes of schools counted together."""

    topics_drawn: int
    terms_drawn: int
    school_bands: tuple[int, ...]


class Told(_Declared):
    """How roughly the reasons of hidden counts are told: only from so many hidden on, and to the nearest so many."""

    told_from: int
    told_to_nearest: int


@cache
def _file() -> dict[str, Any]:
    return _data.toml(_FILE)


def defaults() -> Defaults:
    """Return what holds for every dataset."""
    return Defaults.model_validate(_file()["defaults"])


def told_roughly() -> Told:
    """Return how roughly the reasons of hidden counts are told."""
    return Told.model_validate(_file()["protection"])


@cache
def choices() -> dict[str, Choice]:
    """Return the declared choices by dataset."""
    return {each["id"]: Choice.model_validate(each) for each in _file()["dataset"]}


def choice_of(dataset: Dataset) -> Choice:
    """Return what is drawn of a dataset; what its entry leaves open is its count and its first topics."""
    declared = choices().get(dataset.id, Choice(id=dataset.id))
    names = {each.name for each in dataset.indicator}
    held = {
        "trend": declared.trend or (Trend(title=dataset.count.label, of=(dataset.count.name,)),),
        "topics": tuple(name for name in declared.topics or _first_topics(dataset) if name in dataset.topics),
        "measure": declared.measure if declared.measure in names else dataset.count.name,
    }
    return declared.model_copy(update=held)


def _first_topics(dataset: Dataset) -> tuple[str, ...]:
    return tuple(name for name in dataset.topics if name not in {"total", "ehe_total"})[: defaults().topics_drawn]
