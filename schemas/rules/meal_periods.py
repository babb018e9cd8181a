"""Periods of free school meal eligibility against days of the collection, as rules ask for them."""

from __future__ import annotations

from datetime import date

from schemas.rules.register import Mask
from schemas.rules.rows import has_rows
from schemas.tables import Tables

PERIODS = "fsmperiods"


def has_period(tables: Tables, first: date, last: date) -> Mask:
    """Mark the pupils with a period that has a day between two days, both included.

    A period counts unless its dates put it outside: one without an end goes on, and a date that is missing or cannot be
    read leaves the period in, since another rule reports that date.
    """
    periods = tables[PERIODS]
    outside = (periods["fsmstartdate"] > last) | (periods["fsmenddate"] < first)
    return has_rows(tables, PERIODS, ~outside.fillna(value=False))
