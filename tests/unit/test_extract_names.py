"""A name is written in letters that the importer takes, as near to the child's own as they allow."""

import re

import pytest

from schemas.layouts.model import layout
from transforms.extract.names import says_something, written_name

ALLOWED = re.compile(layout("mavis_cohort").name_pattern)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Șerban", "Serban"),
        ("Trần Thị Mỹ", "Tran Thi My"),
        ("Ơng", "Ong"),
        ("ẞ", "Ss"),
        ("Екатерина", "Ekaterina"),
        ("Σοφία", "Sofia"),
        ("fiona", "fiona"),
        ("Ann\u200bMarie", "AnnMarie"),
        ("Ann★Marie", "Ann Marie"),
        ("  Ann   Marie ", "Ann Marie"),
        ("Ann\u00d7Marie", "Ann Marie"),
    ],
)
def test_a_name_is_transliterated_letter_by_letter(name, written):
    assert written_name(name, ALLOWED) == written
    assert ALLOWED.fullmatch(written)


def test_signs_alone_say_nothing():
    assert not says_something("- . '")
    assert says_something("Ø")


def test_an_allowed_name_is_its_own_writing():
    assert written_name("Zoë O'Brien-Łuk D\u2019Arcy", ALLOWED) == "Zoë O'Brien-Łuk D\u2019Arcy"
