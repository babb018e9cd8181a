"""dfe-ehe-return: the agreed counts of the register, unrounded, as they are keyed into COLLECT."""

from __future__ import annotations

import pandas as pd

from schemas.agreements.model import Agreement
from schemas.errors import AgreementRefused
from transforms.extract.cells import as_text
from transforms.extract.csv_files import csv_bytes
from transforms.extract.results import ExtractFile, ExtractInputs, ExtractResult

COUNTS = "ehe_counts"


def ehe_return_files(agreement: Agreement, inputs: ExtractInputs) -> ExtractResult:
    """Build the return from the counts of this collection.

    Raises:
        AgreementRefused: when there is no register to count, for a return is never zeros for want of data.
    """
    if inputs.ehe_counts is None:
        raise AgreementRefused(
            f"{agreement.id}: there is no readable register of elective home education for {inputs.collection}; "
            "give it with --ehe, nothing was written."
        )
    counts, term = inputs.ehe_counts, inputs.collection.term
    agreed = [(each.of, name) for each in agreement.items if term in each.terms for name in each.names]
    chosen = counts[pd.MultiIndex.from_frame(counts[["part", "item"]]).isin(agreed)]
    counted = set(zip(chosen["part"], chosen["item"], strict=True))
    absent = [f"{part}: {item}" for part, item in agreed if (part, item) not in counted]
    columns = {field.name: as_text(chosen[field.origins[0].partition(".")[2]]) for field in agreement.fields}
    cells = pd.DataFrame(columns)
    delivery = agreement.delivery
    name = delivery.file_name.format(la=inputs.la, collection=inputs.collection)
    data = csv_bytes(cells, encoding=delivery.encoding, line_ending=delivery.line_ending)
    notes = (f"agreed but not counted, so absent: {'; '.join(absent)}",) if absent else ()
    file = ExtractFile(name, data, len(cells), agreement.columns)
    return ExtractResult((file,), counts={"items written": len(counted), "rows written": len(cells)}, notes=notes)
