"""The forms a field may take: each one function from the cells of its origins to the text that is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from schemas import _data
from schemas.agreements.parts import AgreedField, People
from schemas.contract import STRING
from schemas.errors import AgreementRefused, KeyMissing
from schemas.identifiers import postcode_normalised, postcode_plausible, whole_years
from schemas.layouts.model import Layout
from transforms.extract import addresses
from transforms.extract.cells import as_text, matches, normalised, squeezed
from transforms.extract.names import says_something, written_name
from transforms.extract.people import year_group
from transforms.extract.results import ExtractInputs

_URN = "[1-9][0-9]{5}"


@dataclass(frozen=True)
class Setting:
    """What a form may need besides its cells."""

    agreed: AgreedField
    gate: People
    layout: Layout | None
    inputs: ExtractInputs
    on: date


@dataclass(frozen=True)
class Shaped:
    """The text of one field; by reason, rows to list for a person and rows to hold back."""

    text: pd.Series
    listed: Mapping[str, pd.Series] = field(default_factory=dict)
    held: Mapping[str, pd.Series] = field(default_factory=dict)


Form = Callable[[pd.DataFrame, Setting], Shaped]


def _only(cells: pd.DataFrame) -> pd.Series:
    return cells.iloc[:, 0]


def _as_held(cells: pd.DataFrame, _setting: Setting) -> Shaped:
    return Shaped(squeezed(as_text(_only(cells))))


def _dated(pattern: str) -> Form:
    def form(cells: pd.DataFrame, _setting: Setting) -> Shaped:
        return Shaped(_only(cells).dt.strftime(pattern).astype(STRING))

    return form


def _age(cells: pd.DataFrame, setting: Setting) -> Shaped:
    return Shaped(as_text(whole_years(_only(cells), on=setting.inputs.calendar.age_day)))


def _year_group(cells: pd.DataFrame, setting: Setting) -> Shaped:
    if setting.gate.year_group is None:
        raise AgreementRefused(
            f"Field {setting.agreed.name}: form 'year group' needs a year_group gate; correct the file."
        )
    return Shaped(as_text(year_group(_only(cells), setting.gate.year_group, on=setting.on)))


def _pseudonym(cells: pd.DataFrame, setting: Setting) -> Shaped:
    if setting.inputs.pseudonym is None:
        raise KeyMissing(f"Field {setting.agreed.name} is a pseudonym and there is no key; run `termly keys init`.")
    return Shaped(setting.inputs.pseudonym(as_text(_only(cells))).astype(STRING))


def _name(cells: pd.DataFrame, setting: Setting) -> Shaped:
    received = squeezed(as_text(_only(cells)))
    layout = setting.layout
    if layout is None or not layout.name_pattern:
        return Shaped(received)
    allowed = re.compile(layout.name_pattern)
    composed = normalised(received)
    refused = composed.notna() & ~matches(composed, layout.name_pattern)
    written = {name: written_name(name, allowed) for name in composed[refused].unique()}
    text = composed.mask(refused, composed.map(written).astype(STRING))
    says = {name for name in written.values() if says_something(name)}
    empty = refused & ~text.isin(says)
    long = text.str.len().gt(layout.name_longest or 0).fillna(value=False) & (layout.name_longest is not None)
    what = setting.agreed.name
    return Shaped(
        text,
        listed={f"{what}: letters that the importer refuses were transliterated": refused},
        held={f"{what}: no letter that the importer takes": empty, f"{what}: too long for the importer": long},
    )


def _postcode(cells: pd.DataFrame, setting: Setting) -> Shaped:
    written = postcode_normalised(squeezed(as_text(_only(cells)))).astype(STRING)
    layout = setting.layout
    if layout is None or not layout.postcode_pattern:
        return Shaped(written.where(postcode_plausible(written).fillna(value=False).astype(bool)))
    compact = written.str.replace(" ", "", regex=False).astype(STRING)
    takes = matches(compact, layout.postcode_pattern) | written.isin(layout.postcodes_as_written)
    return Shaped(written.where(takes.astype(bool)))


def _postcode_sector(cells: pd.DataFrame, setting: Setting) -> Shaped:
    return Shaped(_postcode(cells, setting).text.str.slice(0, -2).astype(STRING))


def _code_map(cells: pd.DataFrame, setting: Setting) -> Shaped:
    words = {row["code"]: row["text"] for row in _data.rows(f"code_maps/{setting.agreed.code_map}.csv")}
    codes = as_text(_only(cells))
    mapped = codes.fillna("").map(words)
    return Shaped(mapped.astype(STRING))


def _school_urn(cells: pd.DataFrame, setting: Setting) -> Shaped:
    """Take the first URN that is a school's; the numbers that stand for "unknown" and "at home" are none."""
    reserved = [setting.agreed.otherwise, *setting.agreed.fixed.values()]
    text = pd.Series(None, index=cells.index, dtype=STRING)
    for column in cells.columns:
        urn = squeezed(as_text(cells[column]))
        text = text.fillna(urn.where(matches(urn, _URN) & ~urn.isin(reserved)))
    return Shaped(text)


def _address(part: Callable[[pd.DataFrame], pd.Series]) -> Form:
    def form(cells: pd.DataFrame, _setting: Setting) -> Shaped:
        return Shaped(part(pd.DataFrame({name: squeezed(as_text(cells[name])) for name in cells.columns})))

    return form


#: One function a form; `schemas/forms.csv` says what each means.
FORMS: Mapping[str, Form] = {
    "as held": _as_held,
    "pseudonym": _pseudonym,
    "date dd/mm/yyyy": _dated("%d/%m/%Y"),
    "date yyyymmdd": _dated("%Y%m%d"),
    "year of birth": _dated("%Y"),
    "age on 31 August": _age,
    "postcode sector": _postcode_sector,
    "name": _name,
    "postcode": _postcode,
    "code map": _code_map,
    "school urn": _school_urn,
    "year group": _year_group,
    "address line 1": _address(addresses.line_1),
    "address line 2": _address(addresses.line_2),
    "address town": _address(addresses.town),
}


def blank(index: pd.Index) -> Shaped:
    """Return a field of which a population holds nothing."""
    return Shaped(pd.Series(None, index=index, dtype=STRING))


def fixed(text: str, index: pd.Index) -> Shaped:
    """Return a field that is one text for a whole population."""
    return Shaped(pd.Series(text, index=index, dtype=STRING))
