"""Guards of a census XML file: well-formed, without a document type, a `Message` with a header.

expat reads the whole file once without building anything (200 MB/s), and it knows line numbers. xml2arrow alone would
take a file cut off in the middle, two roots, or text after the end, and say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat  # a document type is refused at its first byte, so no entity is ever declared

from schemas.errors import Unreadable
from schemas.received import ReturnHeader
from transforms.parse.encoding import utf8_xml
from transforms.parse.returns import header_from

ROOT = "Message"
HEADER_ELEMENT = "Header"
_PIECE = 1 << 16
_CUT_OFF = frozenset(
    expat.errors.codes[text]
    for text in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
#: The header's items by COLLECT's column names.
_ITEMS = {
    "CollectionDetails/Collection": "collection",
    "CollectionDetails/Term": "term",
    "CollectionDetails/Year": "year",
    "CollectionDetails/ReferenceDate": "referencedate",
    "Source/LEA": "lea",
    "Source/Estab": "estab",
    "Source/URN": "urn",
    "Source/SerialNo": "serialno",
    "Source/DateTime": "datetime",
}


def local_name(tag: str) -> str:
    """Return a tag without its namespace prefix."""
    return tag.rpartition(":")[2]


@dataclass
class _HeaderReader:
    """Collects the header's items while expat reads, then lets go."""

    source_file: str
    parser: expat.XMLParserType
    path: list[str] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    namespaced: bool = False
    done: bool = False

    def attach(self) -> None:
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse_document_type
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text.append

    def refuse_document_type(self, *_: object) -> None:
        raise Unreadable(
            f"{self.source_file} holds a document type or entity declaration (line {self.parser.CurrentLineNumber}), "
            "which no census return has; ask the school for its return again."
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.text.clear()
        if not self.path:
            if local_name(tag) != ROOT:
                raise Unreadable(f"{self.source_file} is no census return: its root is not {ROOT}; leave it out.")
            self.namespaced = ":" in tag or any(name.startswith("xmlns") for name in attributes)
        self.path.append(local_name(tag))

    def end(self, _: str) -> None:
        if self.path[:2] == [ROOT, HEADER_ELEMENT]:
            item = _ITEMS.get("/".join(self.path[2:]))
            if item is not None:
                self.items[item] = "".join(self.text).strip()
            if len(self.path) == 2:  # noqa: PLR2004  # Message/Header itself ends
                self.release()
        self.text.clear()
        self.path.pop()

    def release(self) -> None:
        self.done = True
        self.parser.StartElementHandler = None
        self.parser.EndElementHandler = None
        self.parser.CharacterDataHandler = None


@dataclass(frozen=True)
class Guarded:
    """What the guards learned of a file they let pass."""

    header: ReturnHeader
    serial_stated: bool
    namespaced: bool


def guard(text: bytes, *, source_file: str) -> Guarded:
    """Read the whole file once and return its header.

    Raises:
        Unreadable: when the file is not well-formed XML, holds a document type, or is no census return.
    """
    return _guarded(text, source_file, whole=True)


def peek_header(data: bytes, *, source_file: str) -> ReturnHeader:
    """Read no further than the header, to tell which return supersedes which.

    Raises:
        Unreadable: when the file has no readable header.
    """
    text, _ = utf8_xml(data, source_file=source_file)
    return _guarded(text, source_file, whole=False).header


def _guarded(text: bytes, source_file: str, *, whole: bool) -> Guarded:
    parser = expat.ParserCreate("utf-8")
    reader = _HeaderReader(source_file, parser)
    reader.attach()
    offset = 0
    try:
        while offset < len(text) and not reader.done:
            parser.Parse(text[offset : offset + _PIECE], False)  # expat takes it by position
            offset += _PIECE
        if whole or not reader.done:
            parser.Parse(text[offset:], True)
    except expat.ExpatError as error:
        raise Unreadable(_what_is_wrong(error, source_file)) from None
    if not reader.done:
        raise Unreadable(f"{source_file} has no {HEADER_ELEMENT}; ask the school for its return again.")
    header = header_from(reader.items, source_file=source_file, form="xml")
    return Guarded(header, reader.items.get("serialno", "").isdecimal(), reader.namespaced)


def _what_is_wrong(error: expat.ExpatError, source_file: str) -> str:
    line = error.lineno
    if error.code in _CUT_OFF:
        return f"{source_file} is cut off on line {line}; ask the school to export and send it again."
    if line == 1 and error.code in _NOT_XML:
        return f"{source_file} is not XML; ask the school for its return as XML."
    reason = expat.errors.messages[error.code]
    return f"{source_file} is damaged on line {line} ({reason}); ask the school to export and send it again."


_NOT_XML = frozenset(
    expat.errors.codes[text] for text in (expat.errors.XML_ERROR_SYNTAX, expat.errors.XML_ERROR_INVALID_TOKEN)
)
