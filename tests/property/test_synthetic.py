"""Synthetic data of any size: a size at which it is not clean, or whose numbers repeat, would cost someone a day."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.synth import write_synthetic
from schemas.calendar import known_collections
from tests.synthetic_checked import positions_expected, positions_found
from transforms.synthetic.draw import placed, steady
from transforms.synthetic.identifiers import temporary_upn, uln, upn

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn_sound(text):
    values = [LETTERS.index(character) if character in LETTERS else int(character) for character in text]
    return len(text) == 13 and values[0] == sum(place * value for place, value in enumerate(values[1:], 2)) % 23


def uln_sound(text):
    remainder = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), text, strict=False)) % 11
    return len(text) == 10 and text[0] != "0" and remainder > 0 and 10 - remainder == int(text[9])


@given(
    la=st.integers(1, 999),
    estab=st.integers(0, 9999),
    year=st.integers(1990, 2040),
    serials=st.sets(st.integers(0, 998)),
)
def test_every_upn_made_is_sound_and_no_two_are_alike(la, estab, year, serials):
    serial = np.array(sorted(serials), dtype=np.int64)
    parts = [np.full(len(serial), part) for part in (la, estab, year)]
    for made in (upn(*parts, serial + 1), temporary_upn(*parts, serial)):
        assert all(map(upn_sound, made))
        assert len(set(made)) == len(serial)


@given(st.sets(st.integers(0, 89_999_999), max_size=200))
def test_every_uln_made_is_sound_and_no_two_are_alike(numbers):
    made = uln(np.array(sorted(numbers), dtype=np.int64))
    assert all(map(uln_sound, made))
    assert len(set(made)) == len(numbers)


@given(numbers=st.lists(st.integers(0, 10**9), min_size=1, max_size=50), seed=st.integers(0, 10**6))
def test_a_childs_lasting_draw_does_not_depend_on_who_else_is_asked(numbers, seed):
    together = steady(np.array(numbers), seed, "823", "purpose")
    alone = [float(steady(np.array([number]), seed, "823", "purpose")[0]) for number in numbers]
    assert together.tolist() == alone
    assert ((together >= 0) & (together < 1)).all()


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1), st.lists(st.floats(0.1, 10), min_size=1, max_size=8))
def test_a_draw_always_falls_on_something_that_has_weight(draws, weights):
    with_a_nothing = [*weights, 0.0]
    positions = placed(np.array(draws), with_a_nothing)
    assert ((positions >= 0) & (positions < len(weights))).all()


@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    schools=st.integers(1, 9),
    pupils=st.integers(1, 40),
    seed=st.integers(0, 10**6),
    collection=st.sampled_from(known_collections()),
    faults=st.booleans(),
)
def test_an_authority_of_any_size_gives_exactly_its_answers(schools, pupils, seed, collection, faults):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "la"
        write_synthetic(out, schools=schools, pupils=pupils, collection=collection, la="823", seed=seed, faults=faults)
        assert positions_found(out, collection) == positions_expected(out)
