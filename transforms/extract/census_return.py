"""dfe-school-census: one XML a school, its own document filtered, or written from COLLECT's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from schemas.agreements.model import Agreement
from schemas.errors import AgreementRefused
from schemas.findings import EXPLAINED
from schemas.layouts.model import layout
from schemas.model import HEADER
from transforms.extract.census_document import filter_document
from transforms.extract.census_places import Places
from transforms.extract.census_tables import UNVERIFIED, written_documents
from transforms.extract.results import ExtractFile, ExtractInputs, ExtractResult, Refusal
from transforms.sign_off import Unresolved, unresolved

FORM_OF_TABLES = "collect_csv"
_SERIAL_DIGITS = 3


def census_files(agreement: Agreement, inputs: ExtractInputs) -> ExtractResult:
    """Build the returns of all schools; a school that may not be sent is refused, the others go on."""
    waiting = unresolved(inputs.findings) if agreement.needs_sign_off else {}
    made = list(each_return(agreement, inputs, waiting))
    files = tuple(each for each in made if isinstance(each, ExtractFile))
    refused = tuple(each for each in made if isinstance(each, Refusal))
    notes = ["statutory purpose: objections and withheld addresses do not act on it"]
    if inputs.accepted_findings:
        notes.append(f"findings accepted: {inputs.accepted_findings}")
    counts = {"schools written": len(files), "schools refused": len(refused)}
    counts["pupils written"] = sum(file.rows for file in files)
    counts["queries explained"] = int(inputs.findings["state"].eq(EXPLAINED).sum())
    left = {laestab: each.by_rule for laestab, each in waiting.items()}
    return ExtractResult(files, {}, {}, refused, counts, tuple(notes), left)


def each_return(
    agreement: Agreement, inputs: ExtractInputs, waiting: Mapping[str, Unresolved]
) -> Iterator[ExtractFile | Refusal]:
    """Make the returns one by one, by LAEstab, so that not all need be in memory at once."""
    header = inputs.tables[HEADER].set_index("laestab").sort_index()
    template = layout(agreement.delivery.layout)
    places = Places(agreement.items, inputs.collection, template.kept_as_received)
    written = _from_tables(agreement, header, inputs)
    for laestab in header.index:
        try:
            _check_signed_off(waiting.get(laestab), inputs)
            _check_school(laestab, header.loc[laestab], inputs)
            data, notes = _made(laestab, header.loc[laestab], written, inputs, places)
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


def _check_signed_off(left: Unresolved | None, inputs: ExtractInputs) -> None:
    """Refuse a school with errors or unexplained queries, unless a person accepts them with a reason."""
    if left is not None and not inputs.accepted_findings.strip():
        raise AgreementRefused(
            f"{left.told()}; have errors corrected and queries explained (--input explanations=PATH), "
            "or give --accept-findings REASON"
        )


def _check_school(laestab: str, header: pd.Series, inputs: ExtractInputs) -> None:
    unknown = inputs.unknown_tags.get(laestab, frozenset())
    if strangers := sorted(unknown - inputs.accepted_tags):
        raise AgreementRefused(_unknown(strangers))
    if header["form"] != FORM_OF_TABLES and laestab not in inputs.documents:
        raise AgreementRefused("its landed document is not at hand; land the return again")


def _check_unplaced(header: pd.Series, named: int, inputs: ExtractInputs) -> None:
    """Refuse a return of which reading could not place more values than the tags that a person accepted by name."""
    unplaced = 0 if pd.isna(header["unknown_tags"]) else int(header["unknown_tags"]) - named
    if unplaced > 0 and not inputs.accepted_findings.strip():
        raise AgreementRefused(
            f"{unplaced} values stand where reading could not place them (see the validation report); "
            "have the school correct its return, or give --accept-findings REASON"
        )


def _unknown(tags: list[str]) -> str:
    return f"tags that the model does not know: {', '.join(tags)}; accept them (they stay out), or ask the supplier"


def _made(
    laestab: str, header: pd.Series, written: Mapping[str, bytes], inputs: ExtractInputs, places: Places
) -> tuple[bytes, tuple[str, ...]]:
    """Return one school's XML and what to say of it: written from tables, or its own document filtered."""
    if laestab in written:
        _check_unplaced(header, 0, inputs)
        return written[laestab], (UNVERIFIED,)
    filtered = filter_document(inputs.documents[laestab](), places)
    if strangers := sorted(set(filtered.unknown) - inputs.accepted_tags):
        raise AgreementRefused(_unknown(strangers))
    _check_unplaced(header, filtered.unknown.total(), inputs)
    taken_out = filtered.dropped.total() + filtered.unknown.total()
    return filtered.data, (f"{taken_out} values not agreed were taken out",) if taken_out else ()


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
