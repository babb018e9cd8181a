"""Any name that text can hold is written in allowed letters, or found to say nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from schemas.layouts.model import layout
from transforms.extract.names import says_something, written_name

ALLOWED = re.compile(layout("mavis_cohort").name_pattern)


@given(st.text())
def test_a_written_name_is_allowed_or_empty(name):
    written = written_name(name, ALLOWED)
    assert written == "" or ALLOWED.fullmatch(written)


@given(st.text())
def test_writing_twice_changes_nothing(name):
    once = written_name(name, ALLOWED)
    assert written_name(once, ALLOWED) == once


@given(st.text(alphabet="abcdefghij áéÀÿ'-.", min_size=1))
def test_a_name_of_allowed_letters_keeps_them(name):
    assert written_name(name, ALLOWED) == " ".join(name.split())


@given(st.text(alphabet="бвгдежзșțễ王李محمد", min_size=1))
def test_letters_of_other_scripts_say_something(name):
    assert says_something(written_name(name, ALLOWED))
