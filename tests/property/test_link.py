"""Linking on any small register and census agrees with a plain reading of the rules, row by row."""

from collections import defaultdict
from datetime import date

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.contract import BOOLEAN, INTEGER, STRING
from schemas.identifiers import upn_check_letter
from transforms.link import EXACT, Method, link

_BODIES = ["856400120001", "856400120002", "85640012001A"]
_LETTERS = upn_check_letter(pd.Series([f"A{body}" for body in _BODIES], dtype=STRING))
UPNS = [None, *(f"{letter}{body}" for letter, body in zip(_LETTERS, _BODIES, strict=True)), "Q123"]
ULNS = [None, "1000000043", "1000000051", "9999999999"]
DAYS = [None, date(2012, 1, 1), date(2012, 1, 2)]
upns, ulns, days = st.sampled_from(UPNS), st.sampled_from(ULNS), st.sampled_from(DAYS)
names, postcodes = st.sampled_from([None, "Ann", "Bea"]), st.sampled_from([None, "ML1 1AB", "ML1 1AC"])

CHILD = {"child_id": st.sampled_from([None, "c1", "c2", "c3"]), "upn": upns, "former_upn": upns, "uln": ulns,
         "forename": names, "surname": names, "date_of_birth": days, "postcode": postcodes}  # fmt: skip
PUPIL = {"laestab": st.sampled_from(["8564001", "8564002"]), "is_on_roll": st.booleans(), "upn": upns, "formerupn": upns,
         "uniquelearnernumber": ulns, "forename": names, "surname": names, "dob": days, "postcode": postcodes}  # fmt: skip
REGISTERS = st.lists(st.fixed_dictionaries(CHILD), max_size=5)
CENSUSES = st.lists(st.fixed_dictionaries(PUPIL), max_size=6)

VALID_UPNS, VALID_ULNS = set(UPNS[1:4]), set(ULNS[1:3])
TYPES = {"is_on_roll": BOOLEAN, "record": INTEGER, "sub_record": INTEGER, "date_of_birth": pd.ArrowDtype(pa.date32()),
         "dob": pd.ArrowDtype(pa.date32())}  # fmt: skip


def frame(rows, columns):
    return pd.DataFrame(
        {name: pd.Series([row[name] for row in rows], dtype=TYPES.get(name, STRING)) for name in columns}
    )


def linked(register, census):
    records = [{**row, "record": place, "sub_record": 1} for place, row in enumerate(census, start=1)]
    pupils = frame(records, [*PUPIL, "record"]).drop(columns="postcode")
    addresses = frame(records, ["laestab", "is_on_roll", "record", "sub_record", "postcode"])
    return link(frame(register, CHILD), pupils, addresses)


def keys_of(row, method, former, uln, born):
    if method is Method.UPN:
        return {row["upn"], row[former]} & VALID_UPNS
    if method is Method.ULN:
        return {row[uln]} & VALID_ULNS
    parts = (row["forename"], row["surname"], row[born], row["postcode"])
    return set() if None in parts else {parts}


def by_reading_the_rules(register, census):
    """Link pair by pair, as the module's text says."""
    found, taken = set(), set()
    for method in EXACT:
        children, pupils = defaultdict(list), defaultdict(list)
        for row in register:
            if row["child_id"] is not None:
                for key in keys_of(row, method, "former_upn", "uln", "date_of_birth"):
                    children[key].append(row)
        for place, row in enumerate(census, start=1):
            for key in keys_of(row, method, "formerupn", "uniquelearnernumber", "dob"):
                pupils[key].append((place, row))
        now = set()
        for key in set(children) & set(pupils):
            if method is Method.NAME:
                persons = {row["child_id"] for row in children[key]}
            else:
                persons = {(row["forename"], row["date_of_birth"]) for row in children[key]} - {
                    person for row in children[key] if None in (person := (row["forename"], row["date_of_birth"]))
                }
            rolls = [(row["laestab"], row["is_on_roll"]) for _, row in pupils[key]]
            several = {row["upn"] for _, row in pupils[key]} & VALID_UPNS if method is Method.NAME else set()
            if len(persons) < 2 and len(several) < 2 and len(set(rolls)) == len(rolls):
                now |= {(child["child_id"], place) for child in children[key] for place, _ in pupils[key]}
        found |= {(child, place, str(method)) for child, place in now if place not in taken}
        taken |= {place for _, place in now}
    return found


@given(REGISTERS, CENSUSES)
@settings(max_examples=60, deadline=None)
def test_links_are_those_of_a_plain_reading(register, census):
    links = linked(register, census)
    rows = links.frame[["child_id", "record", "method"]].astype(object).to_numpy().tolist()
    assert len(rows) == len({tuple(row) for row in rows})
    assert {tuple(row) for row in rows} == by_reading_the_rules(register, census)
    assert sum(links.links.values()) == len(rows)
    assert links.children == len({child for child, _, _ in rows})
    assert links.without_id == sum(row["child_id"] is None for row in register)


@given(REGISTERS, CENSUSES, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_register_never_matters(register, census, chance):
    shuffled = chance.sample(register, len(register))
    one, other = linked(register, census), linked(shuffled, census)
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.ambiguous == other.ambiguous
