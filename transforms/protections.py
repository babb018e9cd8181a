"""Protections: whose address is withheld, whom a court order covers, who objected to what; and whom each row means.

A protection names a child by UPN or by the register's id. It is honoured on every record that is the same child by
UPN, former UPN, id or link: one protection too many is a nuisance, one too few is a harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from schemas import _data
from schemas.contract import to_frame
from schemas.errors import AgreementRefused
from schemas.model import PUPILS
from schemas.sources.model import arrow_schema_of, source
from transforms.same_child import pairs, same_child, tokens

SOURCE = "protections"
OBJECTION = "objection"
PUPIL_KEY = ["laestab", "is_on_roll", "record"]
REGISTER = "ehe_register"
SOURCE_KEY = ["record", "child_id"]
LISTED = "listed"
#: Columns by which a record names a child, and the space of identifiers each belongs to.
_SPACES = {"upn": "upn", "formerupn": "upn", "former_upn": "upn", "child_id": "child"}


@dataclass(frozen=True)
class Children:
    """All records of one run that may be the child meant: pupils of both rolls, the register, links.

    `others` are further sources by id; one that names no child by id is passed over.
    """

    pupils: pd.DataFrame
    register: pd.DataFrame | None = None
    links: pd.DataFrame | None = None
    others: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def populations(self) -> dict[str, pd.DataFrame]:
        """Return the records by the name of their table or source."""
        register = {} if self.register is None else {REGISTER: self.register}
        others = {name: rows for name, rows in self.others.items() if set(SOURCE_KEY) <= set(rows.columns)}
        return {PUPILS: self.pupils, **register, **others}


@dataclass(frozen=True)
class Protected:
    """Protections in force on a day, by the records they act on.

    `acting` maps a population to one row per protection and record: the record's key, protection, purpose. `unmatched`
    counts the protections that no record of this run answers to.
    """

    acting: Mapping[str, pd.DataFrame]
    unmatched: int

    def under(self, population: str, *protections: str) -> pd.DataFrame:
        """Return the keys of a population's records under any of some protections."""
        rows = self._rows(population)
        return _distinct(rows[rows["protection"].isin(protections)])

    def objecting(self, population: str, *purposes: str) -> pd.DataFrame:
        """Return the keys of a population's records with an objection to any of some purposes."""
        rows = self._rows(population)
        return _distinct(rows[rows["protection"].eq(OBJECTION) & rows["purpose"].isin(purposes)])

    def _rows(self, population: str) -> pd.DataFrame:
        nobody = pd.DataFrame(columns=[*key_of(population), "protection", "purpose"])
        return self.acting.get(population, nobody)


def key_of(population: str) -> list[str]:
    """Return the columns that name a record of a population."""
    return PUPIL_KEY if population == PUPILS else SOURCE_KEY


def no_protections() -> pd.DataFrame:
    """Return an empty protections list."""
    return to_frame(arrow_schema_of(source(SOURCE)).empty_table())


def check_protections(protections: pd.DataFrame) -> None:
    """Refuse a list with rows that nobody can act on: what is not understood cannot be honoured.

    Raises:
        AgreementRefused: with counts and what to correct.
    """
    kinds = {row["code"] for row in _data.rows(f"code_sets/{source(SOURCE).column('protection').code_set}.csv")}
    purposes = {row["code"] for row in _data.rows("purposes.csv")}
    kind = protections["protection"].astype("string")
    faults = {
        "no known protection": ~kind.isin(kinds),
        "an objection without a known purpose": kind.eq(OBJECTION) & ~protections["purpose"].isin(purposes),
        "neither UPN nor child id": protections["upn"].isna() & protections["child_id"].isna(),
    }
    counts = [f"{int(mask.sum())} with {what}" for what, mask in faults.items() if mask.any()]
    if counts:
        raise AgreementRefused(
            f"The protections list has rows that cannot be honoured ({'; '.join(counts)}); correct the list, "
            "no identifiable file was written."
        )


def standing(protections: pd.DataFrame, *, on: date) -> pd.DataFrame:
    """Keep the protections in force on a day; a day that could not be read protects rather than exposes."""
    begun = protections["recorded_on"].isna() | (protections["recorded_on"] <= on)
    ended = (protections["withdrawn_on"] <= on).fillna(value=False)
    return protections[(begun & ~ended).astype(bool)]


def protected_children(protections: pd.DataFrame, children: Children, *, on: date) -> Protected:
    """Find every record that the protections in force on a day act on."""
    listed = standing(protections, on=on).reset_index(drop=True)
    if listed.empty:
        return Protected({}, 0)
    label = same_child(_nodes(listed, children))
    meant = label[label.index == LISTED].to_numpy()
    what = listed[["protection", "purpose"]].astype("string").assign(child=meant).drop_duplicates()
    acting: dict[str, pd.DataFrame] = {}
    for name, records in children.populations().items():
        labelled = records[key_of(name)].assign(child=label[label.index == name].to_numpy())
        acting[name] = labelled.merge(what, on="child", how="inner", validate="m:m").drop(columns="child")
    answered = label[label.index != LISTED].to_numpy()
    return Protected(acting, int((~np.isin(meant, answered)).sum()))


def _nodes(listed: pd.DataFrame, children: Children) -> pd.DataFrame:
    """List every (row, token) pair: a row of any kind carries the tokens by which the child is known."""
    pupils, links = children.pupils, children.links
    parts = [tokens(LISTED, listed, {"upn": "upn", "child_id": "child"})]
    for name, records in children.populations().items():
        spaces = {column: space for column, space in _SPACES.items() if column in records}
        parts.append(tokens(name, records, spaces))
    if links is not None and len(links):
        keyed = pupils[PUPIL_KEY].assign(row=np.arange(len(pupils)))
        linked = links.merge(keyed, on=PUPIL_KEY, how="inner", validate="m:1")
        parts.append(pairs(PUPILS, linked["row"].to_numpy(), linked["child_id"], "child"))
    return pd.concat(parts, ignore_index=True)


def _distinct(acting: pd.DataFrame) -> pd.DataFrame:
    return acting.drop(columns=["protection", "purpose"]).drop_duplicates().reset_index(drop=True)
