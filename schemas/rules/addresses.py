"""Rules on addresses (docs/sources.md S2, S3); their DfE numbers are not known.

Pupils on roll come with a whole address, those no longer on roll (autumn only) with postcode and property number.
"""

from __future__ import annotations

import pandas as pd

from schemas.identifiers import postcode_normalised, postcode_plausible
from schemas.rules.forms import of_form
from schemas.rules.register import Mask, rule
from schemas.rules.rows import has_rows
from schemas.tables import Tables

FIRST = "2024-autumn"
ADDRESSES = "addresses"
LINES = ["addressline1", "addressline2", "addressline3", "addressline4", "addressline5"]
PARTS = ["saon", "paon", "street"]
PLACES = ["locality", "town", "administrativearea"]


@rule(
    "ADDRESS-MISSING",
    severity="error",
    table="pupils",
    field="upn",
    first=FIRST,
    message="Pupil on roll has no address",
)
def address_missing(tables: Tables) -> Mask:
    """Mark pupils on roll without a row of addresses."""
    return tables["pupils"]["is_on_roll"] & ~has_rows(tables, ADDRESSES)


@rule(
    "POSTCODE-MISSING",
    severity="error",
    table=ADDRESSES,
    field="postcode",
    first=FIRST,
    message="Address has no postcode",
)
def postcode_missing(tables: Tables) -> Mask:
    """Mark addresses without a postcode, of pupils on roll and no longer on roll."""
    return tables[ADDRESSES]["postcode"].isna()


@rule(
    "POSTCODE-FORM",
    severity="query",
    table=ADDRESSES,
    field="postcode",
    first=FIRST,
    message="Postcode has a form that no postcode has",
)
def postcode_form(tables: Tables) -> Mask:
    """Mark postcodes of none of the known forms, however they are spaced and whatever their case."""
    return ~postcode_plausible(postcode_normalised(tables[ADDRESSES]["postcode"]))


@rule(
    "ADDRESS-EMPTY",
    severity="error",
    table=ADDRESSES,
    field="addressline1",
    first=FIRST,
    message="Address has neither an address line nor a street, house or flat",
)
def address_empty(tables: Tables) -> Mask:
    """Mark addresses of pupils on roll without any address line and without street, house or flat."""
    addresses = tables[ADDRESSES]
    return addresses["is_on_roll"] & ~_any(addresses, LINES) & ~_any(addresses, PARTS)


@rule(
    "ADDRESS-PLACE",
    severity="query",
    table=ADDRESSES,
    field="town",
    first=FIRST,
    message="Address in parts has neither locality nor town nor administrative area",
)
def address_without_place(tables: Tables) -> Mask:
    """Mark addresses of pupils on roll in BS7666 parts (street, house or flat, no lines) that name no place."""
    addresses = tables[ADDRESSES]
    in_parts = _any(addresses, PARTS) & ~_any(addresses, LINES)
    return addresses["is_on_roll"] & in_parts & ~_any(addresses, PLACES)


@rule(
    "UPRN-FORM",
    severity="error",
    table=ADDRESSES,
    field="uniquepropertyreferencenumber",
    first=FIRST,
    message="Property reference number is not a whole number of up to 12 digits",
)
def property_number_form(tables: Tables) -> Mask:
    """Mark unique property reference numbers that are no whole number from 1 to 999999999999."""
    return ~of_form(tables[ADDRESSES]["uniquepropertyreferencenumber"], "uprn")


def _any(rows: pd.DataFrame, columns: list[str]) -> Mask:
    """Mark rows with a value in at least one of the columns."""
    return rows[columns].notna().any(axis=1)
