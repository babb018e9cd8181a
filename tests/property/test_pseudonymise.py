"""Pseudonyms of any children: stable, distinct, unlinkable, and telling nothing of what they stand for."""

import re

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.pseudonymise import derive, identities, pseudonyms

STRING = pd.ArrowDtype(pa.string())
MASTERS = st.binary(min_size=32, max_size=64)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz -", min_size=1, max_size=20).filter(lambda name: name != "internal")
CHILD_IDS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=6, max_size=20),
    min_size=1,
    max_size=30,
    unique=True,
)
FORM = re.compile("[A-Z2-7]{26}")


def made(child_ids, key):
    ids = pd.Series(child_ids, dtype=STRING)
    nothing = pd.Series([None] * len(child_ids), dtype=STRING)
    return pseudonyms(identities(nothing, la="856", child_id=ids).ids, key).tolist()


def key(master, recipient="nhs", purpose="immunisation", epoch=1):
    return derive(master, recipient=recipient, purpose=purpose, epoch=epoch)


@given(MASTERS, CHILD_IDS)
@settings(max_examples=50, deadline=None)
def test_same_key_same_pseudonyms_in_whatever_order_the_children_come(master, child_ids):
    there, back = made(child_ids, key(master)), made(child_ids[::-1], key(master))
    assert there == back[::-1]
    assert len(set(there)) == len(child_ids)
    assert all(FORM.fullmatch(pseudonym) for pseudonym in there)


@given(MASTERS, MASTERS, CHILD_IDS)
@settings(max_examples=50, deadline=None)
def test_another_master_key_gives_other_pseudonyms(one, other, child_ids):
    assert (made(child_ids, key(one)) == made(child_ids, key(other))) == (one == other)


@given(MASTERS, CHILD_IDS, st.tuples(NAMES, NAMES, st.integers(1, 9)), st.tuples(NAMES, NAMES, st.integers(1, 9)))
@settings(max_examples=50, deadline=None)
def test_two_recipients_purposes_or_epochs_share_no_pseudonym(master, child_ids, one, other):
    keys = [key(master, *names) for names in (one, other)]
    shared = set(made(child_ids, keys[0])) & set(made(child_ids, keys[1]))
    assert bool(shared) == (one == other)
    assert (keys[0].key_id == keys[1].key_id) == (one == other)


@given(MASTERS, CHILD_IDS)
@settings(max_examples=50, deadline=None)
def test_no_input_stands_in_any_pseudonym(master, child_ids):
    every = "\n".join(made(child_ids, key(master))).casefold()
    assert not any(child_id.casefold() in every for child_id in child_ids)
    assert master.hex() not in every
