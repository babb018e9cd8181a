"""A school's own return, filtered: the agreed items in their order and as received, everything else taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from schemas.errors import AgreementRefused
from transforms.extract.census_places import Place, Places, Verdict

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


#: What else than elements was taken out.
ATTRIBUTE, STRAY = "attribute", "text between elements"


@dataclass
class Filtered:
    """The document that may leave, and what was taken out of it: by tag, counts only."""

    data: bytes = b""
    unknown: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


def filter_document(document: bytes, places: Places) -> Filtered:
    """Take out of a return what is not agreed; the order of elements and the text of the agreed ones stay.

    Raises:
        AgreementRefused: when the document is not XML that may be read (it was, when it was landed).
    """
    root = _parsed(document)
    filtered = Filtered()
    holding: list[etree._Element] = root.xpath("//*[@*]")  # type: ignore[assignment]  # this XPath gives elements only
    for element in holding:
        filtered.dropped[ATTRIBUTE] += len(element.attrib)
        element.attrib.clear()
    _filter(root, places.at((_local(root.tag),)), places, filtered)
    _without_namespace(root)
    etree.indent(root, space="  ")
    filtered.data = _DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"
    return filtered


def _parsed(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        raise AgreementRefused(
            f"the landed document is no longer readable XML (line {error.lineno}); land the return again"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AgreementRefused("the landed document declares a document type; land the return again without it")
    return root


def _filter(element: etree._Element, place: Place, places: Places, filtered: Filtered) -> None:
    """Go through the children of an element that is no leaf; text beside them is no item."""
    _drop_text(element, "text", filtered)
    for child in list(element):
        _drop_text(child, "tail", filtered)
        below = places.below(place, _local(child.tag))
        if len(child) and not below.is_leaf:
            _filter(child, below, places, filtered)
            if not len(child):
                element.remove(child)
        elif not _stays(child, below, filtered):
            element.remove(child)


def _drop_text(element: etree._Element, where: Literal["text", "tail"], filtered: Filtered) -> None:
    text = getattr(element, where)
    if text is None:
        return
    if text.strip():
        filtered.dropped[STRAY] += 1
    setattr(element, where, None)


def _stays(leaf: etree._Element, place: Place, filtered: Filtered) -> bool:
    """Say whether a leaf stays; an empty one stays where the model has it, since some software sends empty tags."""
    if place.verdict is Verdict.KEEP:
        return True
    if not (leaf.text and leaf.text.strip()) and not len(leaf):
        return place.leads_on
    (filtered.unknown if place.verdict is Verdict.UNKNOWN else filtered.dropped)[place.path[-1]] += 1
    return False


def _without_namespace(root: etree._Element) -> None:
    """Write local names only, as returns without a namespace do; the reader took them so."""
    if not root.xpath("//*[namespace-uri()]"):
        return
    for element in root.iter():
        element.tag = _local(element.tag)
    etree.cleanup_namespaces(root)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
