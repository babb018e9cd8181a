"""What a return must state before it is read on: its own collection and local authority."""

from __future__ import annotations

import re

from schemas.collection import Collection, stated_in_header
from schemas.errors import Unreadable
from schemas.received import Form, Note, NoteKind, RawReturns, Refused, ReturnHeader, SetAside, gathered

__all__ = [
    "Note",
    "NoteKind",
    "RawReturns",
    "Refused",
    "ReturnHeader",
    "SetAside",
    "check_header",
    "gathered",
    "header_from",
]

_LA = re.compile(r"\d{3}", re.ASCII)
_ESTAB = re.compile(r"\d{4}", re.ASCII)
_SERIAL = re.compile(r"\d{1,18}", re.ASCII)


def header_from(items: dict[str, str], *, source_file: str, form: Form) -> ReturnHeader:
    """Build the header from the text of its items, by COLLECT's names.

    Raises:
        Unreadable: when the items are not those of one school's census return.
    """
    la, estab = items.get("lea", ""), items.get("estab", "")
    if items.get("collection", "SC") != "SC":
        raise Unreadable(f"{source_file} is a return of another collection than the school census; leave it out.")
    if not (_LA.fullmatch(la) and _ESTAB.fullmatch(estab)):
        raise Unreadable(
            f"{source_file} states no LA number of three digits and establishment number of four in its header; "
            "ask the school for its return again."
        )
    serial = items.get("serialno", "")
    return ReturnHeader(
        laestab=la + estab,
        collection=stated_in_header(items.get("year", ""), items.get("term", "")),
        la=la,
        estab=estab,
        reference_date=items.get("referencedate", ""),
        serial=int(serial) if _SERIAL.fullmatch(serial) else 0,
        produced=items.get("datetime", ""),
        urn=items.get("urn", ""),
        source_file=source_file,
        form=form,
    )


def check_header(header: ReturnHeader, *, collection: Collection, la: str) -> None:
    """Refuse a return of another collection or another local authority.

    Raises:
        Unreadable: saying which it is for. A COLLECT set without its header table states no collection and passes.
    """
    if header.collection is None and header.form == "xml":
        raise Unreadable(f"{header.source_file} states no year and term in its header; ask the school for it again.")
    if header.collection is not None and header.collection != collection:
        raise Unreadable(
            f"{header.source_file} is for {header.collection}, this run is for {collection}; "
            "run it with its own collection or leave it out."
        )
    if header.la != la:
        raise Unreadable(
            f"{header.source_file} is a return of local authority {header.la}, this run is for {la}; leave it out."
        )
