"""Children who may be missing education, for a person to look into (Education Act 1996 s436A).

Leavers of compulsory school age who stand on no later roll of the authority and in no open entry of the home education
register; children on both lists; home education recorded as unsuitable. What a register leaves blank is never a ground.
Only identifiers, dates and words of ours are written: no name, no address, no free text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd
import pyarrow as pa

from schemas.ages import compulsory_school_age
from schemas.contract import INTEGER, STRING
from schemas.missing_education import missing_education
from schemas.model import HEADER, PUPILS
from schemas.rules.groups import held_upn
from schemas.tables import Tables
from transforms.known_children import Known

DATE = pd.ArrowDtype(pa.date32())

#: One row is one child on one ground. Key: ground, laestab, roll, record, child_id.
COLUMNS = {
    "ground": STRING,
    "laestab": STRING,
    "upn": STRING,
    "child_id": STRING,
    "roll": STRING,
    "record": INTEGER,
    "compulsory_school_age": STRING,
    "entered": DATE,
    "left": DATE,
    "ehe_start": DATE,
    "ehe_end": DATE,
    "suitability_date": DATE,
    "evidence": STRING,
}
_ENTRY = {"ehe_start_date": "ehe_start", "ehe_end_date": "ehe_end", "suitability_date": "suitability_date"}
_PLACE = ["laestab", "is_on_roll", "record"]


@dataclass(frozen=True)
class Looked:
    """What is looked at: the census, the register with its links if there is one, pupils of later collections."""

    tables: Tables
    register: pd.DataFrame | None = None
    links: pd.DataFrame | None = None
    later: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidates:
    """The candidates, how many there are on each ground, and how many more whose age is not known."""

    frame: pd.DataFrame
    by_ground: Mapping[str, int]
    age_unknown: int


def cme_candidates(looked: Looked) -> Candidates:
    """List the children who may be missing education, in an order that depends on nothing else."""
    parts = [_left(looked)]
    if looked.register is not None:
        parts += [_on_both(looked, looked.register), _unsuitable(looked, looked.register)]
    found = pd.concat([_shaped(part) for part in parts], ignore_index=True)
    of_age = compulsory_school_age(found["born"], on=looked.tables.calendar.census_day)
    listed = found.loc[of_age.fillna(value=False).astype(bool)]
    grounds = missing_education().grounds
    order = listed.assign(rank=listed["ground"].map({ground: rank for rank, ground in enumerate(grounds)}))
    order = order.sort_values(["rank", "laestab", "roll", "record", "child_id"], kind="stable")
    counts = {ground: int(listed["ground"].eq(ground).sum()) for ground in grounds}
    return Candidates(order[list(COLUMNS)].reset_index(drop=True), counts, int(of_age.isna().sum()))


def _shaped(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the list, and `born`; what a part does not have is null."""
    told = rows.assign(compulsory_school_age="yes")
    return pd.DataFrame(
        {
            name: told[name].astype(kind) if name in told else pd.Series(pd.NA, told.index, kind)
            for name, kind in (COLUMNS | {"born": DATE}).items()
        }
    )


# --- left a school and found nowhere -----------------------------------------------------------------------------


def _left(looked: Looked) -> pd.DataFrame:
    """List leavers found on no roll and in no open entry; of several records of one child, the last left."""
    pupils, day = looked.tables[PUPILS], looked.tables.calendar.census_day
    on_roll = pupils["is_on_roll"].to_numpy(dtype=bool)
    latest = day - timedelta(days=missing_education().days_since_leaving)
    gone = pupils.loc[~on_roll & ~pupils["leavingdate"].gt(latest).fillna(value=False).to_numpy(dtype=bool)]
    own = Known.of_pupils(gone)
    for roll in (pupils.loc[on_roll], *(_roll_of(frame) for frame in looked.later.values())):
        own = own.without(own.stands_in(Known.of_pupils(roll)))
    gone = gone.loc[own.index]
    entries = _entries(looked, gone, own)
    rows = gone.assign(
        ground=missing_education().left,
        roll="off",
        born=gone["dob"],
        entered=gone["entrydate"],
        left=gone["leavingdate"],
    )
    rows = _with_entry(rows.assign(child_id=entries["child_id"]), looked.register)
    rows = rows.assign(evidence=_words_for_leavers(looked, own, entries)).loc[~entries["explained"]]
    return _last_of_each(rows)


def _roll_of(pupils: pd.DataFrame) -> pd.DataFrame:
    return pupils.loc[pupils["is_on_roll"].to_numpy(dtype=bool)]


def _last_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    ordered = rows.sort_values(["left", "laestab", "record"], na_position="first")
    upn = held_upn(ordered["upn"])
    return ordered.loc[~upn.duplicated(keep="last") | upn.isna()]


def _entries(looked: Looked, gone: pd.DataFrame, own: Known) -> pd.DataFrame:
    """Say of each leaver what the register holds: linked child, any entry, and whether one explains the absence."""
    nobody = pd.Series(False, index=gone.index)
    register = looked.register
    if register is None:
        return pd.DataFrame({"child_id": pd.Series(pd.NA, gone.index, STRING), "any": nobody, "explained": nobody})
    linked = _linked(gone, looked.links)
    settled = register["end_reason"].astype("str").isin(missing_education().settled_end_reasons)
    day = looked.tables.calendar.census_day
    explains = (settled | ~register["ehe_end_date"].le(day).fillna(value=False)).to_numpy(dtype=bool)
    answers = {}
    for name, rows in (("any", register), ("explained", register.loc[explains])):
        answers[name] = own.stands_in(Known.of_register(rows)) | linked.isin(rows["child_id"].dropna()).astype(bool)
    return pd.DataFrame({"child_id": linked} | answers)


def _linked(pupils: pd.DataFrame, links: pd.DataFrame | None) -> pd.Series:
    """Return the register's child that each pupil record is linked to."""
    if links is None:
        return pd.Series(pd.NA, index=pupils.index, dtype=STRING)
    one = links.sort_values([*_PLACE, "child_id"]).drop_duplicates(_PLACE)[[*_PLACE, "child_id"]]
    found = pupils[_PLACE].merge(one, on=_PLACE, how="left", validate="m:1")
    return pd.Series(found["child_id"].array, index=pupils.index, dtype=STRING)


def _words_for_leavers(looked: Looked, own: Known, entries: pd.DataFrame) -> pd.Series:
    """Say where was looked, and by what."""
    ways = pd.Series("", index=own.index, dtype=STRING)
    for name, values in (
        ("UPN", own.upn), ("former UPN", own.former), ("ULN", own.uln), ("names with date of birth", own.person)
    ):  # fmt: skip
        ways = ways.where(values.isna().to_numpy(dtype=bool), ways + f", {name}")
    ways = ways.str.removeprefix(", ").where(ways.ne(""), "nothing: no identifier was usable")
    count = len(looked.tables[HEADER])
    where = f"{count} return{'s' * (count != 1)} of {looked.tables.collection}"
    where += "".join(f" and {collection}" for collection in looked.later)
    said = f"Left this school and stands on no roll in {where}; looked up by " + ways
    if looked.register is None:
        return said + ". There was no home education register to look at."
    ended = entries["any"].map({True: "; the home education register holds an ended entry only", False: ""})
    none = entries["any"].map({True: "", False: "; no entry in the home education register"})
    return said + ended.astype(STRING) + none.astype(STRING) + "."


# --- in the register ---------------------------------------------------------------------------------------------


def _open(looked: Looked, register: pd.DataFrame) -> pd.Series:
    """Mark entries begun by census day and not ended by it."""
    day = looked.tables.calendar.census_day
    ended = register["ehe_end_date"].le(day).fillna(value=False)
    return (register["ehe_start_date"].le(day).fillna(value=False) & ~ended).astype(bool)


def _on_both(looked: Looked, register: pd.DataFrame) -> pd.DataFrame:
    """List pupils on roll whom a link leads to an open entry."""
    pupils = _roll_of(looked.tables[PUPILS])
    linked = _linked(pupils, looked.links)
    listed = linked.isin(register.loc[_open(looked, register), "child_id"].dropna()).astype(bool)
    rows = pupils.loc[listed].assign(child_id=linked[listed])
    rows = _with_entry(rows, register)
    return rows.assign(
        ground=missing_education().both,
        roll="on",
        born=rows["dob"].fillna(rows["date_of_birth"]),
        entered=rows["entrydate"],
        evidence="On roll on census day; the home education register, looked at too, holds an entry open on that day.",
    )


def _unsuitable(looked: Looked, register: pd.DataFrame) -> pd.DataFrame:
    """List open entries whose education is recorded as unsuitable, with the linked pupil's record, on roll first."""
    judged = register["suitability_status"].astype("str").isin(missing_education().unsuitable_codes)
    rows = register.loc[judged & _open(looked, register)].rename(columns=_ENTRY).drop(columns="record")
    rows = rows.assign(born=rows["date_of_birth"], ground=missing_education().unsuitable)
    rows = rows.assign(evidence="The home education register holds an open entry whose education is judged unsuitable.")
    if looked.links is None:
        return rows
    first = looked.links.sort_values(
        ["child_id", "is_on_roll", "laestab", "record"], ascending=[True, False, True, True]
    )
    placed = rows.merge(first.drop_duplicates("child_id"), on="child_id", how="left", validate="m:1")
    return placed.assign(roll=placed["is_on_roll"].map({True: "on", False: "off"}))


def _with_entry(rows: pd.DataFrame, register: pd.DataFrame | None) -> pd.DataFrame:
    """Add the dates of the register's latest entry of each row's child."""
    if register is None:
        return rows
    latest = register.sort_values(["ehe_start_date", "record"], na_position="first").dropna(subset=["child_id"])
    latest = latest.drop_duplicates("child_id", keep="last").rename(columns=_ENTRY)
    entry = latest[["child_id", *_ENTRY.values(), "date_of_birth"]]
    merged = rows.merge(entry, on="child_id", how="left", validate="m:1")
    return merged.set_axis(rows.index)
