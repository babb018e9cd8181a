"""Material to measure fuzzy linking with: children written down a second time with errors, and who is truly who.

The hardest case on purpose: no register child has a number, none is written as in the census, and those who are not in
the census have brothers, sisters and twins there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from schemas.contract import BOOLEAN, INTEGER, STRING
from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.corrupt import corrupted
from transforms.synthetic.draw import stream
from transforms.synthetic.scene import NEVER

#: The kind of those who are not in the census.
ABSENT = "absent"
_DATE = pd.ArrowDtype(pa.date32())
_PRESENT = 0.6  # share of the register that has a pupil record; the rest must stay without a link
_PUPIL = ["laestab", "is_on_roll", "record"]


@dataclass(frozen=True)
class LinkageCase:
    """A register, pupils and addresses as clean tables (the columns that linking reads), and the truth.

    `register_truth`: child_id, child, kind ("absent" for who is not in the census); `pupil_truth`: key of the record,
    upn, child; a child of the register is the pupil of the same number. `kinds` says of UPNs under which a pupil was
    written a second time with what error.
    """

    register: pd.DataFrame
    pupils: pd.DataFrame
    addresses: pd.DataFrame
    register_truth: pd.DataFrame
    pupil_truth: pd.DataFrame
    kinds: pd.DataFrame


def register_case(authority: SyntheticAuthority, children: int, *, seed: int) -> LinkageCase:
    """Put some children on a register: three fifths are pupils as well, the others are taken out of the census."""
    rng = stream(seed, "linkage register")
    rolls = authority.rolls
    people = rolls.drop_duplicates("child").reset_index(drop=True)
    twins = people["home"].isin(people.loc[people["is_twin"], "home"]).to_numpy()
    order = np.argsort(rng.random(len(people)) - 0.5 * twins, kind="stable")  # twins come often
    chosen = people.iloc[order[:children]].reset_index(drop=True)
    present = rng.random(len(chosen)) < _PRESENT
    gone = rolls["child"].isin(chosen.loc[~present, "child"])
    written = corrupted(chosen, seed=seed)
    ids = pd.Series([f"C{place:06d}" for place in range(len(written))])
    truth = pd.DataFrame({"child_id": ids, "child": written["child"], "kind": written["kind"].where(present, ABSENT)})
    kept = _formers(rolls.loc[~gone], written)
    nobody = truth.iloc[:0].rename(columns={"child_id": "upn"})
    return LinkageCase(_register(written, ids), _pupils(kept), _addresses(kept), truth, _truth(kept), nobody)


def two_upn_case(authority: SyntheticAuthority, twice: int, *, seed: int) -> LinkageCase:
    """Write some pupils a second time with errors, under another UPN and at another school."""
    rng = stream(seed, "linkage upns")
    rolls = authority.rolls
    people = rolls.drop_duplicates("child").reset_index(drop=True)
    chosen = people.iloc[np.sort(rng.permutation(len(people))[:twice])].reset_index(drop=True)
    written = corrupted(chosen, seed=seed)
    second = written.assign(
        permanent_upn="0" + chosen["permanent_upn"].str.slice(1),  # no UPN begins so: it is nobody else's
        school=(chosen["school"] + 1) % len(authority.schools),
        record=int(rolls["record"].max()) + 1 + np.arange(len(written)),
        is_on_roll=True,
    )
    both = _formers(pd.concat([rolls, second.drop(columns="kind")], ignore_index=True), written)
    exact = ["forename", "surname", "dob", "postcode"]  # what is the same in all of these is an exact rule's business
    alike = (written[exact] == chosen[exact]).all(axis=1)
    named = second.loc[~alike].rename(columns={"permanent_upn": "upn"})
    kinds = named[["upn", "child", "kind"]].reset_index(drop=True)
    empty = written.iloc[:0]
    register = _register(empty, pd.Series(dtype="str"))
    truth = kinds.iloc[:0].rename(columns={"upn": "child_id"})
    return LinkageCase(register, _pupils(both), _addresses(both), truth, _truth(both), kinds)


def _formers(rolls: pd.DataFrame, written: pd.DataFrame) -> pd.DataFrame:
    """Let the census hold as former surname what the second writing calls the child by, where the kind says so."""
    kind = written["kind"].str.contains("former one recorded", regex=False).to_numpy(dtype=bool)
    new = written.loc[kind].set_index("child")["surname"]
    known = rolls["child"].map(new)
    return rolls.assign(formersurname=known.where(known.notna(), rolls["formersurname"]))


def _register(people: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "child_id": ids.astype(STRING),
            **{name: pd.Series(None, index=people.index, dtype=STRING) for name in ("upn", "former_upn", "uln")},
            "forename": people["forename"].astype(STRING),
            "middle_names": people["middlenames"].astype(STRING),
            "surname": people["surname"].astype(STRING),
            "date_of_birth": _days(people["dob"]),
            "sex": people["sex"].astype("category"),
            "postcode": people["postcode"].astype(STRING),
        }
    )


def _pupils(rolls: pd.DataFrame) -> pd.DataFrame:
    return _key(rolls).assign(
        upn=rolls["permanent_upn"].astype(STRING),
        formerupn=pd.Series(None, index=rolls.index, dtype=STRING),
        uniquelearnernumber=pd.Series(None, index=rolls.index, dtype=STRING),
        **{name: rolls[name].astype(STRING) for name in ("forename", "middlenames", "surname")},
        **{name: rolls[name].astype(STRING) for name in ("preferredsurname", "formersurname")},
        dob=_days(rolls["dob"]),
        sex=rolls["sex"].astype("category"),
    )


def _addresses(rolls: pd.DataFrame) -> pd.DataFrame:
    return _key(rolls).assign(sub_record=1, postcode=rolls["postcode"].astype(STRING))


def _truth(rolls: pd.DataFrame) -> pd.DataFrame:
    return _key(rolls).assign(upn=rolls["permanent_upn"].astype(STRING), child=rolls["child"])


def _key(rolls: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "laestab": ("85" + (10000 + rolls["school"]).astype(str)).astype(STRING),
            "is_on_roll": rolls["is_on_roll"].astype(BOOLEAN),
            "record": rolls["record"].astype(INTEGER),
        }
    )


def _days(days: pd.Series) -> pd.Series:
    known = days.notna()
    typed: pd.Series = days.where(known, NEVER).dt.date.astype(_DATE)
    return typed.where(known)
