"""Protections: whose address is withheld, whom a court order covers, who objected to what; and whom each row means.

A protection names a child by UPN or by the register's id. It is honoured on every record that is the same child by
UPN, former UPN, id or link: one protection too many is a nuisance, one too few is a harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from schemas import _data
from schemas.contract import to_frame
from schemas.errors import AgreementRefused
from schemas.sources.model import arrow_schema_of, source
from transforms.same_child import pairs, same_child, tokens

SOURCE = "protections"
OBJECTION = "objection"
PUPIL_KEY = ["laestab", "is_on_roll", "record"]
REGISTER = "ehe_register"
REGISTER_KEY = ["record", "child_id"]


@dataclass(frozen=True)
class Children:
    """All records of one run that may be the child meant: pupils of both rolls, the register, and their links."""

    pupils: pd.DataFrame
    register: pd.DataFrame | None = None
    links: pd.DataFrame | None = None


@dataclass(frozen=True)
class Protected:
    """Protections in force on a day, by the records they act on.

    `pupils`: one row per protection and pupil record (its key, protection, purpose). `register`: the same for rows of
    the register (record, child_id). `unmatched`: protections that no record of this run answers to.
    """

    pupils: pd.DataFrame
    register: pd.DataFrame
    unmatched: int

    def pupils_with(self, *protections: str) -> pd.DataFrame:
        """Return the keys of pupil records under any of some protections."""
        return _distinct(self.pupils[self.pupils["protection"].isin(protections)], PUPIL_KEY)

    def register_with(self, *protections: str) -> pd.DataFrame:
        """Return record and child_id of the register's rows under any of some protections."""
        return _distinct(self.register[self.register["protection"].isin(protections)], REGISTER_KEY)

    def pupils_objecting(self, *purposes: str) -> pd.DataFrame:
        """Return the keys of pupil records with an objection to any of some purposes."""
        return _distinct(self.pupils[_objects(self.pupils, purposes)], PUPIL_KEY)

    def register_objecting(self, *purposes: str) -> pd.DataFrame:
        """Return record and child_id of the register's rows with an objection to any of some purposes."""
        return _distinct(self.register[_objects(self.register, purposes)], REGISTER_KEY)


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
    pupils = children.pupils[PUPIL_KEY]
    nobody = to_frame(arrow_schema_of(source(REGISTER)).empty_table())
    register = (nobody if children.register is None else children.register)[REGISTER_KEY]
    listed = standing(protections, on=on).reset_index(drop=True)
    if listed.empty:
        return Protected(
            pupils[:0].assign(protection="", purpose=""), register[:0].assign(protection="", purpose=""), 0
        )
    nodes = _nodes(listed, children)
    label = same_child(nodes)
    listed_label, pupil_label, register_label = (label[label.index == kind] for kind in ("listed", "pupil", "register"))
    what = pd.DataFrame(
        {
            "child": listed_label.to_numpy(),
            "protection": listed["protection"].astype("string").to_numpy(),
            "purpose": listed["purpose"].astype("string").to_numpy(),
        }
    ).drop_duplicates()
    found = np.isin(listed_label.to_numpy(), np.concatenate([pupil_label.to_numpy(), register_label.to_numpy()]))
    return Protected(_acting(pupils, pupil_label, what), _acting(register, register_label, what), int((~found).sum()))


def _nodes(listed: pd.DataFrame, children: Children) -> pd.DataFrame:
    """List every (row, token) pair: a row of any kind carries the tokens by which the child is known."""
    pupils, register, links = children.pupils, children.register, children.links
    parts = [
        tokens("listed", listed, {"upn": "upn", "child_id": "child"}),
        tokens("pupil", pupils, {"upn": "upn", "formerupn": "upn"}),
    ]
    if register is not None:
        parts.append(tokens("register", register, {"upn": "upn", "former_upn": "upn", "child_id": "child"}))
    if links is not None and len(links):
        keyed = pupils[PUPIL_KEY].assign(row=np.arange(len(pupils)))
        linked = links.merge(keyed, on=PUPIL_KEY, how="inner", validate="m:1")
        parts.append(pairs("pupil", linked["row"].to_numpy(), linked["child_id"], "child"))
    return pd.concat(parts, ignore_index=True)


def _acting(keys: pd.DataFrame, label: pd.Series, what: pd.DataFrame) -> pd.DataFrame:
    labelled = keys.assign(child=label.to_numpy())
    return labelled.merge(what, on="child", how="inner", validate="m:m").drop(columns="child")


def _objects(acting: pd.DataFrame, purposes: tuple[str, ...]) -> pd.Series:
    return acting["protection"].eq(OBJECTION) & acting["purpose"].isin(purposes)


def _distinct(acting: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    return acting[key].drop_duplicates().reset_index(drop=True)
