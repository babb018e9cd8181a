"""A school's own return, filtered: the agreed items in their order and as received, everything else taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from schemas.errors import AgreementRefused
from transforms.extract.census_places import Place, Places, Verdict

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


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
    top = places.at((_local(root),))
    _filter(root, top, places, filtered)
    _plain(root)
    etree.cleanup_namespaces(root)
    etree.indent(root, space="  ")
    filtered.data = _DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"
    return filtered


def _parsed(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
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
    for child in list(element):
        below = places.below(place, _local(child))
        _plain(child)
        if len(child) and not below.is_leaf:
            _filter(child, below, places, filtered)
            if not len(child):
                element.remove(child)
        elif not _stays(child, below, filtered):
            element.remove(child)
    element.text = None


def _stays(leaf: etree._Element, place: Place, filtered: Filtered) -> bool:
    """Say whether a leaf stays; an empty one stays where the model has it, since some software sends empty tags."""
    if not (leaf.text and leaf.text.strip()) and not len(leaf):
        return place.verdict is Verdict.KEEP or place.leads_on
    if place.verdict is Verdict.KEEP:
        return True
    (filtered.unknown if place.verdict is Verdict.UNKNOWN else filtered.dropped)[place.path[-1]] += 1
    return False


def _plain(element: etree._Element) -> None:
    """Take attributes, namespace and text after the element away: no item of the return is there."""
    element.attrib.clear()
    element.tag = _local(element)
    element.tail = None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname
