"""The findings workbook: written through scratch files of this process alone, so that memory stays small."""

from __future__ import annotations

import io
import tempfile

import pandas as pd
import xlsxwriter

from schemas.collection import Collection
from schemas.rules.register import rules_in_force
from transforms.reports.findings_workbook import OPTIONS, Content, content, fill
from transforms.reports.rule_notes import field_names, rule_notes

NAME = "findings.xlsx"


def findings_workbook(
    findings: pd.DataFrame, returns: pd.DataFrame, history: pd.DataFrame, *, collection: Collection
) -> bytes:
    """Write the findings and the history of submissions; schools are named as the returns table names them."""
    named = returns.loc[returns["laestab"].notna() & returns["school"].notna(), ["laestab", "school"]].astype("str")
    in_force = (*rules_in_force(collection), *rules_in_force(collection, source="ehe"))
    return workbook_bytes(
        content(
            findings,
            history,
            schools=dict(zip(named["laestab"], named["school"], strict=True)),
            notes=rule_notes(in_force),
            items=field_names(collection),
        )
    )


def workbook_bytes(held: Content) -> bytes:
    """Return the workbook; the same content is the same bytes. The scratch folder is private and goes at once."""
    sink = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="termly-") as scratch:
        book = xlsxwriter.Workbook(sink, {**OPTIONS, "tmpdir": scratch})
        fill(book, held)
        book.close()
    return sink.getvalue()
