"""Zips are opened with care: a hostile or damaged one is refused in one sentence, a sound one gives its files."""

import io
import stat
import struct
import zipfile

import pytest

from schemas.errors import Unreadable
from transforms.parse import archives
from transforms.parse.archives import unpack


def packed(files, compression=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return held.getvalue()


def names(data):
    return [name for name, _ in unpack(data, name="returns.zip")]


def refusal(data):
    with pytest.raises(Unreadable) as caught:
        names(data)
    assert str(caught.value).startswith("returns.zip")
    return str(caught.value)


def test_files_come_in_order_of_name_with_their_bytes():
    data = packed([("b.xml", b"<b/>"), ("folder/", b""), ("folder/a.csv", b"x,y")])
    assert list(unpack(data, name="returns.zip")) == [("b.xml", b"<b/>"), ("folder/a.csv", b"x,y")]


def test_a_zip_in_a_zip_is_opened_and_its_name_kept():
    data = packed([("term.zip", packed([("a.xml", b"<a/>")]))])
    assert list(unpack(data, name="returns.zip")) == [("term.zip/a.xml", b"<a/>")]


def test_zips_nested_deeper_are_refused():
    data = packed([("2.zip", packed([("3.zip", packed([("a.xml", b"<a/>")]))]))])
    assert "zips within zips within zips" in refusal(data)


def test_shadow_files_of_macos_are_left_out():
    assert names(packed([("a.xml", b"<a/>"), ("__MACOSX/._a.xml", b"\x00\x05")])) == ["a.xml"]


def test_a_zip_bomb_is_refused_unopened():
    assert "zip bomb" in refusal(packed([("a.xml", b"0" * (32 << 20))]))


def test_a_file_longer_than_its_directory_says_is_refused():
    honest = packed([("a.xml", b"0123456789" * 50)], zipfile.ZIP_STORED)
    lying = honest.replace(struct.pack("<II", 500, 500), struct.pack("<II", 500, 100))
    assert lying != honest
    assert refusal(lying)


def test_too_many_files_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    assert "more than any return could (4 files)" in refusal(packed([(f"{n}.xml", b"") for n in range(4)]))


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "C:\\a.xml", "folder/../../a.xml", "..\\a.xml"])
def test_names_that_lead_out_are_refused(name):
    assert "lead out of it" in refusal(packed([(name, b"x")]))


def test_a_link_is_refused():
    link = zipfile.ZipInfo("a.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "or links" in refusal(held.getvalue())


def test_two_files_of_one_name_are_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed([("a.xml", b"1"), ("a.xml", b"2")])
    assert "two files of one name" in refusal(data)


def test_a_protected_zip_is_refused():
    data = bytearray(packed([("a.xml", b"<a/>")], zipfile.ZIP_STORED))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refusal(bytes(data))


@pytest.mark.parametrize(
    "data", [b"", b"no zip at all", packed([("a.xml", b"<a/>" * 99)])[:60]], ids=["empty", "other", "cut off"]
)
def test_what_is_no_zip_is_refused(data):
    assert "damaged" in refusal(data)


def test_a_zip_with_a_spoilt_file_is_refused():
    data = bytearray(packed([("a.xml", b"<a>some text that matters</a>")], zipfile.ZIP_STORED))
    place = data.index(b"matters")
    data[place] ^= 0xFF
    assert "cannot be unpacked" in refusal(bytes(data))
