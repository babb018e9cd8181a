"""Link the EHE register to the census: by UPN, then ULN, then exact name, date of birth and postcode.

What "exact" means: letters in lower case; apostrophes of every kind, spaces and hyphens left out of names; spaces left
out of postcodes; accents and spelling count. UPNs and ULNs link only if valid (a dummy one links nobody), a former UPN
on either side with any UPN on the other. A missing value never links.

A link must point to one child. A UPN or ULN that the register holds for children of different first name or date of
birth, a name with date of birth and postcode that two children or two UPNs share, or any of them that stands twice on
one school's roll, links nobody and is counted as ambiguous; a weaker way may still link.

What is only alike is the business of `transforms.linkage`; its links, and those a clerk decided, are added here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.contract import BOOLEAN, INTEGER, STRING
from schemas.identifiers import postcode_normalised, uln_valid, upn_valid

ROLL = ["laestab", "is_on_roll"]
PUPIL = [*ROLL, "record"]

#: Left out of names: spaces, hyphens, and apostrophes (straight, curled either way, modifier letter, accents used so).
_NOT_TOLD = r"[\s\p{Z}\p{Pd}'`\x{2018}\x{2019}\x{02BC}\x{00B4}]+"


class Method(StrEnum):
    """The ways of linking, the surest first."""

    UPN = "upn"
    ULN = "uln"
    NAME = "name, date of birth, postcode"
    CLERK = "clerk"
    FUZZY = "fuzzy"


#: The ways that need nobody's judgement, tried in this order.
EXACT = (Method.UPN, Method.ULN, Method.NAME)


@dataclass(frozen=True)
class Links:
    """Links between register and census, with what to say about them.

    `frame`: one row per child and pupil record (a dual registration gives two). Key: child_id, laestab, is_on_roll,
    record; column `method` says how. `links` counts rows by method, `ambiguous` the children that an exact
    method could not tell apart, `children` those linked, `without_id` the register's rows without a child id, which
    cannot be linked.
    """

    frame: pd.DataFrame
    links: dict[Method, int]
    ambiguous: dict[Method, int]
    children: int
    without_id: int


def link(register: pd.DataFrame, pupils: pd.DataFrame, addresses: pd.DataFrame) -> Links:
    """Link the children of the register to pupil records, on roll and no longer on roll."""
    children = register.loc[register["child_id"].notna()]
    sides = {
        Method.UPN: (_children_by_upn(children), _pupils_by_upn(pupils)),
        Method.ULN: (_children_by_uln(children), _pupils_by_uln(pupils)),
        Method.NAME: (_children_by_name(children), _pupils_by_name(pupils, addresses)),
    }
    found: list[pd.DataFrame] = []
    ambiguous: dict[Method, int] = {}
    taken = pd.MultiIndex.from_frame(pupils.loc[[False] * len(pupils), PUPIL])
    for method, (one, other) in sides.items():
        pairs, unclear = _pair(one, other)
        fresh = pairs.loc[~pd.MultiIndex.from_frame(pairs[PUPIL]).isin(taken)]
        found.append(fresh.assign(method=str(method)))
        taken = taken.append(pd.MultiIndex.from_frame(fresh[PUPIL]))
        ambiguous[method] = unclear
    frame = _links_frame(pd.concat(found, ignore_index=True))
    return Links(frame, _counts(frame), ambiguous, int(frame["child_id"].nunique()), len(register) - len(children))


def added(links: Links, pairs: pd.DataFrame, *, method: Method) -> Links:
    """Add pairs (child_id and the pupil's key) that a further way found; those linked before keep their method."""
    held = pd.MultiIndex.from_frame(links.frame[["child_id", *PUPIL]])
    keys = pairs[["child_id", *PUPIL]].drop_duplicates()
    fresh = keys.loc[~pd.MultiIndex.from_frame(keys).isin(held)].assign(method=str(method))
    if fresh.empty:
        return links
    frame = _links_frame(pd.concat([links.frame.astype({"method": STRING}), fresh], ignore_index=True))
    return replace(links, frame=frame, links=_counts(frame), children=int(frame["child_id"].nunique()))


def on_roll_and_educated_at_home(links: pd.DataFrame, register: pd.DataFrame, *, on: date) -> pd.DataFrame:
    """Return the links of children who are on a roll and whom the register holds as educated at home on that day.

    One row per link. Key: child_id, laestab, record. An entry without a start date has not begun.
    """
    day = pd.Series([on] * len(register), index=register.index, dtype=pd.ArrowDtype(pa.date32()))
    ended = register["ehe_end_date"].le(day).fillna(value=False)
    now = register.loc[register["ehe_start_date"].le(day).fillna(value=False) & ~ended, "child_id"]
    both = links.loc[links["is_on_roll"] & links["child_id"].isin(now.dropna())]
    return both[["child_id", "laestab", "record", "method"]].reset_index(drop=True)


def upn_of_linked(links: pd.DataFrame, pupils: pd.DataFrame) -> pd.Series:
    """Return the valid UPN of the pupil that each child is linked to (index: child_id), one on a roll before others."""
    held = pupils[PUPIL].assign(upn=_upn(pupils["upn"]))
    linked = links.merge(held, on=PUPIL, how="left", validate="m:1").dropna(subset=["upn"])
    return linked.sort_values("is_on_roll", ascending=False, kind="stable").groupby("child_id")["upn"].first()


# --- pairing -----------------------------------------------------------------------------------------------------


def _pair(children: pd.DataFrame, pupils: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Join children (child_id, key, person) and pupils (roll, record, key, person); count the ambiguous children."""
    shared = children.loc[children["key"].isin(pupils["key"])]
    candidates = pupils.loc[pupils["key"].isin(shared["key"])]
    unclear = pd.concat([_of_several(shared), _of_several(candidates), _twice_on_a_roll(candidates)])
    clear = shared.loc[~shared["key"].isin(unclear)]
    pairs = clear[["child_id", "key"]].merge(candidates[[*PUPIL, "key"]], on="key", how="inner", validate="m:m")
    left_out = shared.loc[shared["key"].isin(unclear) & ~shared["child_id"].isin(pairs["child_id"]), "child_id"]
    return pairs.drop(columns="key").drop_duplicates(), int(left_out.nunique())


def _of_several(side: pd.DataFrame) -> pd.Series:
    """Return the keys that different persons share."""
    persons = side[["key", "person"]].dropna().drop_duplicates()
    keys: pd.Series = persons.loc[persons.duplicated("key"), "key"]
    return keys


def _twice_on_a_roll(pupils: pd.DataFrame) -> pd.Series:
    keys: pd.Series = pupils.loc[pupils.duplicated([*ROLL, "key"]), "key"]
    return keys


# --- the two sides by each way -----------------------------------------------------------------------------------


def _children_by_upn(children: pd.DataFrame) -> pd.DataFrame:
    person = _joined(_name(children["forename"]), children["date_of_birth"])
    return pd.concat([_side(children[["child_id"]], _upn(children[name]), person) for name in ("upn", "former_upn")])


def _pupils_by_upn(pupils: pd.DataFrame) -> pd.DataFrame:
    sides = [_side(pupils[PUPIL], _upn(pupils[name])) for name in ("upn", "formerupn")]
    return pd.concat(sides).drop_duplicates([*PUPIL, "key"])


def _children_by_uln(children: pd.DataFrame) -> pd.DataFrame:
    person = _joined(_name(children["forename"]), children["date_of_birth"])
    return _side(children[["child_id"]], _uln(children["uln"]), person)


def _pupils_by_uln(pupils: pd.DataFrame) -> pd.DataFrame:
    return _side(pupils[PUPIL], _uln(pupils["uniquelearnernumber"]))


def _children_by_name(children: pd.DataFrame) -> pd.DataFrame:
    key = _joined(
        _name(children["forename"]),
        _name(children["surname"]),
        children["date_of_birth"],
        _postcode(children["postcode"]),
    )
    return _side(children[["child_id"]], key, children["child_id"])


def _pupils_by_name(pupils: pd.DataFrame, addresses: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pupil record and postcode."""
    named = pupils[PUPIL].assign(
        name=_joined(_name(pupils["forename"]), _name(pupils["surname"]), pupils["dob"]), person=_upn(pupils["upn"])
    )
    living = addresses[PUPIL].assign(postcode=_postcode(addresses["postcode"])).dropna().drop_duplicates()
    placed = named.merge(living, on=PUPIL, how="inner", validate="1:m")
    return _side(placed[PUPIL], _joined(placed["name"], placed["postcode"]), placed["person"])


def _side(rows: pd.DataFrame, key: pd.Series, person: pd.Series | None = None) -> pd.DataFrame:
    """Put rows, key and person together; rows without a key go."""
    nobody = pd.Series(pd.NA, index=rows.index, dtype=STRING)
    return rows.assign(key=key, person=nobody if person is None else person).dropna(subset=["key"]).drop_duplicates()


# --- keys --------------------------------------------------------------------------------------------------------


def _upn(values: pd.Series) -> pd.Series:
    upper = _series(pc.utf8_upper(pc.utf8_trim_whitespace(_text(values))), values)
    return upper.where(upn_valid(upper).fillna(value=False))


def _uln(values: pd.Series) -> pd.Series:
    return values.where(uln_valid(values).fillna(value=False))


def _name(values: pd.Series) -> pd.Series:
    plain = pc.utf8_lower(pc.utf8_normalize(_text(values), form="NFC"))
    return _filled(pc.replace_substring_regex(plain, _NOT_TOLD, ""), values)


def _postcode(values: pd.Series) -> pd.Series:
    return _filled(pc.replace_substring(_text(postcode_normalised(values)), " ", ""), values)


def _joined(*parts: pd.Series) -> pd.Series:
    """Join the parts of a key; if one is missing there is no key."""
    return _series(pc.binary_join_element_wise(*(_text(part) for part in parts), "|"), parts[0])


def _filled(text: pa.Array, like: pd.Series) -> pd.Series:
    return _series(pc.if_else(pc.equal(text, ""), None, text), like)


def _series(text: pa.Array, like: pd.Series) -> pd.Series:
    return pd.Series(text, index=like.index, dtype=STRING)


def _text(values: pd.Series) -> pa.Array:
    array = pa.array(values.array, from_pandas=True)
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return flat.cast(pa.string())


def _counts(frame: pd.DataFrame) -> dict[Method, int]:
    """Count the links of each method: the exact ones always, the others where there are any."""
    counted = {method: int((frame["method"] == str(method)).sum()) for method in Method}
    return {method: count for method, count in counted.items() if count or method in EXACT}


def _links_frame(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the links typed and in a fixed order, pupils on roll first."""
    typed = pairs.astype({"child_id": STRING, "laestab": STRING, "is_on_roll": BOOLEAN, "record": INTEGER})
    methods = pd.CategoricalDtype([str(method) for method in Method])
    ordered = typed.sort_values(["child_id", "laestab", "is_on_roll", "record"], ascending=[True, True, False, True])
    return ordered.astype({"method": methods}).reset_index(drop=True)
