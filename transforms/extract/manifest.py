"""What goes with the files (manifest) and what stays with the authority (release report), as plain dictionaries."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pandas as pd

from schemas.agreements.model import Agreement
from transforms.extract.results import ExtractFile, ExtractInputs, ExtractResult, people_in


def manifest(
    agreement: Agreement, result: ExtractResult, inputs: ExtractInputs, *, on: date, code_version: str
) -> dict[str, Any]:
    """Describe the files for whoever receives them: no names, nothing of those left out."""
    return {
        "agreement": agreement.id,
        "version": agreement.version,
        "sample": agreement.sample,
        "recipient": agreement.recipient,
        "collection": str(inputs.collection),
        "la": inputs.la,
        "day": on.isoformat(),
        "files": [_described(file) for file in result.files],
        "code_version": code_version,
    }


def _described(file: ExtractFile) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": file.name,
        "sha256": hashlib.sha256(file.data).hexdigest(),
        "bytes": len(file.data),
        "rows": file.rows,
        "columns": list(file.columns),
    }
    return described | ({"notes": list(file.notes)} if file.notes else {})


def release_report(agreement: Agreement, result: ExtractResult, inputs: ExtractInputs, *, on: date) -> dict[str, Any]:
    """Describe for the authority alone whom the files leave out, what was written otherwise, what was refused."""
    return {
        "agreement": agreement.id,
        "version": agreement.version,
        "sample": agreement.sample,
        "collection": str(inputs.collection),
        "la": inputs.la,
        "day": on.isoformat(),
        "files": [file.name for file in result.files],
        "counts": dict(result.counts),
        "notes": list(result.notes),
        "protections_supplied": inputs.protections_supplied,
        "accepted_findings": inputs.accepted_findings or None if agreement.needs_sign_off else None,
        "unresolved_findings": {school: dict(by_rule) for school, by_rule in result.unresolved.items()},
        "refused": [{"what": each.what, "why": each.why} for each in result.refused],
        "people_held_back": result.people_held_back,
        "people_listed": result.people_listed,
        "held_back_by_reason": {reason: people_in(rows) for reason, rows in result.held_back.items()},
        "listed_by_reason": {reason: people_in(rows) for reason, rows in result.listed.items()},
        "held_back": {reason: _records(rows) for reason, rows in result.held_back.items()},
        "listed": {reason: _records(rows) for reason, rows in result.listed.items()},
    }


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as records without their empty cells."""
    records = rows.astype("object").where(rows.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items() if value not in (None, "")} for record in records]
