"""Read the council's TOML into the models; a fault is one sentence with file and key, never what stands there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar

from pydantic import ValidationError

from schemas.configuration.model import Days, Part, Settings
from schemas.datasets import datasets
from schemas.disclosure import policies
from schemas.errors import UsageError

P = TypeVar("P", bound=Part)


def read_settings(
    content: Mapping[str, Any], *, days: Mapping[str, Any], disclosure: Mapping[str, Any] | None
) -> Settings:
    """Read `termly.toml` and `census_days.toml`; `disclosure` is the council's own disclosure file, if it has one.

    Raises:
        UsageError: naming the file and the key that is unknown, missing or wrong.
    """
    if "days" in content:
        raise UsageError("termly.toml: days: census and return days stand in census_days.toml; move them there.")
    for collection, own in days.items():
        read_part(Days, own, file="census_days.toml", under=f"{collection}.")
    settings = read_part(Settings, {**content, "days": dict(days)}, file="termly.toml")
    _hold_to_profiles(settings, sorted(policies(disclosure)))
    return settings


def _hold_to_profiles(settings: Settings, known: Sequence[str]) -> None:
    """Refuse a profile or a dataset that there is not."""
    chosen = settings.disclosure
    keys = {"profile": chosen.profile} | {f"datasets.{name}": profile for name, profile in chosen.datasets.items()}
    for key, profile in keys.items():
        if profile not in known:
            choice = ", ".join(known)
            raise UsageError(f"termly.toml: disclosure.{key}: there is no such profile; choose one of {choice}.")
    if not chosen.datasets.keys() <= datasets().keys():
        raise UsageError("termly.toml: disclosure.datasets: there is no such dataset; see `termly show tables`.")


def read_part(part: type[P], content: object, *, file: str, under: str = "") -> P:
    """Read one model from TOML.

    Raises:
        UsageError: naming the file and the key that is unknown, missing or wrong; never what stands there.
    """
    try:
        return part.model_validate_json(json.dumps(content, default=_iso))  # strict, yet takes a list for a tuple
    except ValidationError as fault:
        problem = _problem(fault, part, file=file, under=under)
    raise UsageError(problem)


def _problem(fault: ValidationError, part: type[Part], *, file: str, under: str) -> str:
    faults = fault.errors(include_url=False, include_input=False)
    first = next(
        (each for each in faults if each["type"] == "extra_forbidden"), faults[0]
    )  # a misspelt key explains more
    key = under + ".".join(str(place) for place in first["loc"])
    where = f"{file}: {key}" if key else file
    if first["type"] == "extra_forbidden":
        known = ", ".join(_keys_beside(part, first["loc"]))
        return f"{where} is not a key that termly knows; remove it or write one of {known}."
    if first["type"] == "missing":
        return f"{where} is missing; add it."
    return f"{where}: {first['msg'].removeprefix('Value error, ')}; correct it."


def _keys_beside(part: type[Part], place: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are known where an unknown one stands."""
    for step in place[:-1]:
        field = part.model_fields.get(str(step))
        inner = field.annotation if field is not None else None
        if isinstance(inner, type) and issubclass(inner, Part):
            part = inner
    return list(part.model_fields)


def _iso(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise UsageError(f"A configuration file holds a {type(value).__name__}, which no setting is; remove it.")
