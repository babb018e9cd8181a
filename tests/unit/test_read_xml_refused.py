"""Files that are no sound return are refused in one sentence that says where, and never quotes what they hold."""

import pytest

from schemas.collection import Collection
from schemas.errors import Unreadable
from tests.returns_made import SPRING, message, pupil
from transforms.parse.returns import check_header
from transforms.parse.school_census_xml import peek_header, read_xml_return

CANARY = "Quetzalcoatlus"
SOUND = message(pupil(Surname=CANARY, UPN="X823432121001"), pupil(Surname="Second")).replace(b"><", b">\n<")


def refusal(data):
    with pytest.raises(Unreadable) as caught:
        read_xml_return(data, source_file="8234321.xml", collection=SPRING)
    sentence = str(caught.value)
    assert sentence.startswith("8234321.xml ")
    assert sentence.endswith(".")
    assert CANARY not in sentence
    assert "X823432121001" not in sentence
    return sentence


def _line(text):
    return SOUND[: SOUND.index(text)].count(b"\n") + 1


BOMB = b'<!DOCTYPE Message [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
EXTERNAL = b'<!DOCTYPE Message SYSTEM "file:///etc/hostname">\n'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (b"Dear colleague", "is not XML"),
        (b"PK\x03\x04\x14\x00", "is not XML"),
        (b'{"a": 1}', "is not XML"),
        (b"UPN,Surname\nA1,Abel\n", "is not XML"),
        (b"<html><body>Log in</body></html>", "its root is not Message"),
        (SOUND.decode().encode("utf-16"), "UTF-16"),
        (SOUND.decode().encode("utf-32"), "UTF-16 or UTF-32"),
        (SOUND.decode().replace("UTF-8", "UTF-16").encode("utf-16-le"), "UTF-16"),
        (SOUND.replace(b"UTF-8", b"UTF-16"), "declares the encoding utf-16"),
        (SOUND.replace(b"UTF-8", b"EBCDIC-UK"), "declares the encoding ebcdic-uk"),
        (SOUND.replace(CANARY.encode(), b"Zo\xeb"), f"not, first on line {_line(CANARY.encode())}"),
        (SOUND.replace(b"UTF-8", b"windows-1252").replace(CANARY.encode(), b"Zo\x81"), "no known encoding"),
        (SOUND.replace(b"<Message>", BOMB + b"<Message>"), "document type or entity declaration (line 2)"),
        (SOUND.replace(b"<Message>", EXTERNAL + b"<Message>"), "document type"),
        (SOUND.replace(CANARY.encode(), b"&eacute;"), "undefined entity"),
        (SOUND.replace(CANARY.encode(), b"A & B"), f"damaged on line {_line(CANARY.encode())}"),
        (SOUND.replace(CANARY.encode(), b"A\x00B"), "damaged on line"),
        (SOUND.replace(CANARY.encode(), b"A\x07B"), "damaged on line"),
        (SOUND.replace(b"</Surname>", b"</Forename>", 1), "mismatched tag"),
        (SOUND.replace(b"</Message>", b""), "is cut off on line"),
        (SOUND[: len(SOUND) // 2], "is cut off on line"),
        (SOUND[:-3], "is cut off on line"),
        (SOUND + b"<Message/>", "junk after document element"),
        (SOUND + b"trailing words", "junk after document element"),
        (SOUND.replace(b"<Collection>SC", b"<Collection>WF"), "another collection than the school census"),
        (SOUND.replace(b"<LEA>823</LEA>", b""), "no LA number"),
        (SOUND.replace(b"<Estab>4321", b"<Estab>43210"), "no LA number of three digits and establishment number"),
        (SOUND.replace(b"<Header>", b"<Heading>").replace(b"</Header>", b"</Heading>"), "has no Header"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_refused_with_one_sentence(data, said):
    assert said in refusal(data)


def test_a_leaf_given_twice_is_refused_with_record_and_line():
    twice = SOUND.replace(b"<Surname>Second</Surname>", b"<Surname>Second</Surname>\n<Surname>Third</Surname>")
    line = twice[: twice.index(b"Third")].count(b"\n") + 1
    assert f"gives Surname twice in record 2 (line {line})" in refusal(twice)


def test_two_schools_in_one_file_are_refused():
    second = SOUND.replace(
        b"<School>\n</School>",
        b"<School><SchoolCharacteristics><SchoolName>A</SchoolName></SchoolCharacteristics></School>" * 2,
    )
    assert "gives SchoolName twice in its school part" in refusal(second)


def test_a_file_nested_beyond_reason_is_refused():
    deep = SOUND.replace(b"<UPN>", b"<x>" * 300 + b"<UPN>").replace(b"</UPN>", b"</UPN>" + b"</x>" * 300)
    assert "nested or large beyond any census return" in refusal(deep)


def test_a_document_type_is_refused_before_anything_else_is_looked_at():
    with pytest.raises(Unreadable, match="document type"):
        peek_header(BOMB + b"<html/>", source_file="a.xml")


@pytest.mark.parametrize(
    ("collection", "la", "said"),
    [
        (Collection.parse("2025-autumn"), "823", "is for 2026-spring, this run is for 2025-autumn"),
        (Collection.parse("2026-spring"), "856", "local authority 823, this run is for 856"),
    ],
)
def test_a_return_of_another_collection_or_authority_is_refused(collection, la, said):
    with pytest.raises(Unreadable, match=said):
        check_header(peek_header(SOUND, source_file="a.xml"), collection=collection, la=la)


def test_a_return_without_year_and_term_is_refused():
    untold = peek_header(SOUND.replace(b"<Term>SPR", b"<Term>601"), source_file="a.xml")
    with pytest.raises(Unreadable, match="no year and term"):
        check_header(untold, collection=SPRING, la="823")


def test_a_return_of_this_run_passes():
    check_header(peek_header(SOUND, source_file="a.xml"), collection=SPRING, la="823")
