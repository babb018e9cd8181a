"""One agreement applied: the only way from tables to files that leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from schemas.agreements.columns import check_columns
from schemas.agreements.model import Agreement
from schemas.agreements.permission import check_bases_in_force
from transforms.extract.census_return import census_files
from transforms.extract.ehe_return import ehe_return_files
from transforms.extract.people_files import people_files
from transforms.extract.results import ExtractInputs, ExtractResult
from transforms.extract.statistics_copy import statistics_files

#: One builder a kind of return; extracts about people also need the day.
BUILDERS: dict[str, Callable[[Agreement, ExtractInputs], ExtractResult]] = {
    "census return": census_files,
    "ehe return": ehe_return_files,
    "statistics": statistics_files,
}


def build_extract(agreement: Agreement, inputs: ExtractInputs, *, on: date) -> ExtractResult:
    """Build every file of an agreement that `check_may_release` has let pass, for one collection and day.

    Raises:
        AgreementRefused: when the whole agreement cannot be honoured; parts of a batch come back as refusals.
    """
    check_columns(agreement)
    check_bases_in_force(agreement, inputs.collection)
    if agreement.extract == "people":
        return people_files(agreement, inputs, on=on)
    return BUILDERS[agreement.extract](agreement, inputs)
