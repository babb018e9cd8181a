"""Bytes to UTF-8: what a file declares, what it holds, and what is refused."""

from __future__ import annotations

import re

from schemas.errors import Unreadable
from schemas.received import Note

_UTF8_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff", b"\x00<", b"<\x00", b"\x00\x00\x00<")
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_UTF8_NAMES = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
# Windows-1252 is read for ISO-8859-1 too: they differ only where ISO-8859-1 has control characters no name contains.
_EIGHT_BIT = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso8859_15",
}


def utf8_xml(data: bytes, *, source_file: str) -> tuple[bytes, tuple[Note, ...]]:
    """Return an XML file as UTF-8 with plain line ends, and a note where it had to be decoded.

    Raises:
        Unreadable: when the file is empty, UTF-16 or UTF-32, or not in the encoding it declares.
    """
    if not data.strip():
        raise Unreadable(f"{source_file} is empty; ask the school to export its return again.")
    if data.startswith(_WIDE_MARKS):
        raise Unreadable(f"{source_file} is written in UTF-16 or UTF-32; ask for it in UTF-8.")
    body = data.removeprefix(_UTF8_MARK)
    declared = _declared(body)
    if declared in _EIGHT_BIT and not body.isascii():
        notes = (Note("encoding", declared, 1, source_file),)
        return _plain_ends(_decoded(body, _EIGHT_BIT[declared], source_file)), notes
    if declared not in _UTF8_NAMES and declared not in _EIGHT_BIT:
        raise Unreadable(f"{source_file} declares the encoding {declared}, which is not read; ask for it in UTF-8.")
    _hold_to_utf8(body, source_file)
    return _plain_ends(body), ()


def utf8_csv(data: bytes, *, source_file: str) -> tuple[bytes, tuple[Note, ...]]:
    """Return a CSV as UTF-8: UTF-8 itself, else Windows-1252 with a note.

    Raises:
        Unreadable: when the file is empty, UTF-16 or UTF-32, holds NUL bytes, or is in neither encoding.
    """
    if not data.strip():
        raise Unreadable(f"{source_file} is empty; export it again.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
        raise Unreadable(f"{source_file} is UTF-16 or not text; save it as CSV (UTF-8).")
    body = data.removeprefix(_UTF8_MARK)
    if _first_bad_byte(body) is None:
        return body, ()
    return _decoded(body, "cp1252", source_file), (Note("encoding", "windows-1252", 1, source_file),)


def line_of(data: bytes, offset: int) -> int:
    """Return the 1-based line on which a byte stands."""
    return data.count(b"\n", 0, offset) + 1


def _declared(body: bytes) -> str:
    match = _DECLARED.match(body[:400])
    return match[1].decode("ascii").lower() if match else "utf-8"


def _first_bad_byte(body: bytes) -> int | None:
    if body.isascii():
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _hold_to_utf8(body: bytes, source_file: str) -> None:
    bad = _first_bad_byte(body)
    if bad is not None:
        raise Unreadable(
            f"{source_file} says it is UTF-8 and is not, first on line {line_of(body, bad)}; "
            "ask for it to be exported again."
        )


def _decoded(body: bytes, codec: str, source_file: str) -> bytes:
    try:
        return body.decode(codec).encode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{source_file} holds bytes of no known encoding, first on line {line_of(body, error.start)}; "
            "ask for it in UTF-8."
        ) from None


def _plain_ends(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in body else body
