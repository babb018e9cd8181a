"""dfe-school-census: one XML a school, its own document filtered, or written from COLLECT's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from schemas.agreements.model import Agreement
from schemas.errors import AgreementRefused
from schemas.layouts.model import layout
from schemas.model import HEADER
from transforms.extract.census_document import filter_document
from transforms.extract.census_places import Places
from transforms.extract.census_tables import UNVERIFIED, written_documents
from transforms.extract.results import ExtractFile, ExtractInputs, ExtractResult, Refusal

FORM_OF_TABLES = "collect_csv"
_SERIAL_DIGITS = 3


def census_files(agreement: Agreement, inputs: ExtractInputs) -> ExtractResult:
    """Build the returns of all schools; a school that may not be sent is refused, the others go on."""
    made = list(each_return(agreement, inputs))
    files = tuple(each for each in made if isinstance(each, ExtractFile))
    refused = tuple(each for each in made if isinstance(each, Refusal))
    notes = ["statutory purpose: objections and withheld addresses do not act on it"]
    if inputs.accepted_findings:
        notes.append(f"errors accepted: {inputs.accepted_findings}")
    counts = {"schools written": len(files), "schools refused": len(refused)}
    counts["pupils written"] = sum(file.rows for file in files)
    return ExtractResult(files, {}, {}, refused, counts, tuple(notes))


def each_return(agreement: Agreement, inputs: ExtractInputs) -> Iterator[ExtractFile | Refusal]:
    """Make the returns one by one, by LAEstab, so that not all need be in memory at once."""
    header = inputs.tables[HEADER].set_index("laestab").sort_index()
    template = layout(agreement.delivery.layout)
    places = Places(agreement.items, inputs.collection, template.kept_as_received)
    written = _from_tables(agreement, header, inputs)
    errors = inputs.findings.loc[inputs.findings["severity"].eq("error"), "laestab"].value_counts().to_dict()
    for laestab in header.index:
        try:
            _check_school(laestab, header.loc[laestab], errors.get(laestab, 0), inputs)
            data, notes = (written[laestab], (UNVERIFIED,)) if laestab in written else _own(laestab, inputs, places)
            name = _file_name(agreement, header.loc[laestab], inputs)
        except AgreementRefused as refusal:
            yield Refusal(laestab, str(refusal))
            continue
        records = header.loc[laestab, ["records_on", "records_off"]].sum()
        yield ExtractFile(name, data, int(records), _items(agreement), notes)


def _from_tables(agreement: Agreement, header: pd.DataFrame, inputs: ExtractInputs) -> dict[str, bytes]:
    """Write the returns of the schools that came as COLLECT CSV; an XML return is never rewritten from tables."""
    schools = header.index[header["form"].eq(FORM_OF_TABLES).to_numpy(dtype=bool)]
    if schools.empty:
        return {}
    tables = {name: frame[frame["laestab"].isin(schools)] for name, frame in inputs.tables.items()}
    return written_documents(tables, agreement.items, inputs.collection)


def _items(agreement: Agreement) -> tuple[str, ...]:
    return tuple(f"{each.of}.{name}" for each in agreement.items for name in each.names)


def _check_school(laestab: str, header: pd.Series, errors: int, inputs: ExtractInputs) -> None:
    if errors and not inputs.accepted_findings.strip():
        raise AgreementRefused(
            f"{errors} findings of severity error; have the school correct them, or give --accept-findings REASON"
        )
    unknown = inputs.unknown_tags.get(laestab, frozenset())
    if strangers := sorted(unknown - inputs.accepted_tags):
        raise AgreementRefused(_unknown(strangers))
    if header["form"] == FORM_OF_TABLES:
        if header["unknown_tags"] and not unknown:
            raise AgreementRefused("it holds columns that the model does not know; accept them, or land its XML")
    elif laestab not in inputs.documents:
        raise AgreementRefused("its landed document is not at hand; land the return again")


def _unknown(tags: list[str]) -> str:
    return f"tags that the model does not know: {', '.join(tags)}; accept them (they stay out), or ask the supplier"


def _own(laestab: str, inputs: ExtractInputs, places: Places) -> tuple[bytes, tuple[str, ...]]:
    filtered = filter_document(inputs.documents[laestab](), places)
    if strangers := sorted(set(filtered.unknown) - inputs.accepted_tags):
        raise AgreementRefused(_unknown(strangers))
    dropped = sum(filtered.dropped.values())
    return filtered.data, (f"{dropped} elements not agreed were taken out",) if dropped else ()


def _file_name(agreement: Agreement, header: pd.Series, inputs: ExtractInputs) -> str:
    serial = header["serialno"]
    if pd.isna(serial):
        raise AgreementRefused("its header states no serial number, which the file name needs; ask for a new export")
    return agreement.delivery.file_name.format(
        la=header["lea"],
        estab=header["estab"],
        number=layout(agreement.delivery.layout).numbers[inputs.collection.term],
        yy=f"{inputs.collection.year % 100:02d}",
        serial=f"{serial:0{_SERIAL_DIGITS}d}",
    )
