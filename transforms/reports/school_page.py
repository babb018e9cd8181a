"""The pages and lists of single schools: what one school must do, and nothing of any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from schemas import _data
from schemas.collection import Collection
from transforms.reports.csv_lines import csv_lines, csv_of
from transforms.reports.finding_groups import PAGE_PER_SCHOOL, grouped
from transforms.reports.finding_state import text
from transforms.reports.finding_text import item_names, places
from transforms.reports.pages import PageContext, Tile, page, school_list_name, school_page_name
from transforms.reports.run_summary import RunSummary
from transforms.reports.school_lines import SchoolLine, read_schools, school_lines
from transforms.reports.tables import findings_columns

#: What a school's own list says beside the columns of findings.csv.
READABLE_COLUMNS = ("school", "where", "item", "what_to_do", "rule_label")


def school_files(
    findings: pd.DataFrame, returns: pd.DataFrame, summary: RunSummary, context: PageContext
) -> Iterator[tuple[str, bytes]]:
    """Yield a page and a list for every school of which a return was read: name beside the other reports, and bytes.

    A finding of the register of children educated at home belongs to no school and is left out.
    """
    own = findings.loc[findings["child_id"].isna() & findings["laestab"].isin(read_schools(returns))]
    groups = grouped(own, context.notes, context.field_names, PAGE_PER_SCHOOL)
    lines = [line for line in school_lines(returns, groups) if line.is_read]
    lists = _lists(own, {line.laestab: line.name for line in lines}, context)
    collection = Collection.parse(summary.collection)
    # A page on one school knows of no other.
    alone = replace(context, school_pages=frozenset())
    for line in lines:
        written = page(
            "school.html.j2",
            about=alone,
            collection=collection,
            la=summary.la,
            school=line,
            found=line.found,
            tiles=_tiles(line),
            cap=groups.cap,
            labels=_labels(line),
        )
        yield school_page_name(line.laestab), written.encode()
        yield school_list_name(line.laestab), lists[line.laestab]


def _tiles(line: SchoolLine) -> list[Tile]:
    found = line.found
    return [
        ("Errors", found.errors, "error" if found.errors else ""),
        ("Queries to explain", found.queries, "query" if found.queries else ""),
        ("Queries explained", found.explained, ""),
        *([("Last time too", found.recurring, "")] if found.recurring else []),
        ("Pupils on roll", line.on_roll, ""),
        ("No longer on roll", line.off_roll, ""),
    ]


def _labels(line: SchoolLine) -> list[tuple[str, str]]:
    """Return the labels that the rules on a page bear, each with its meaning."""
    borne = {group.note.label for group in line.found.groups}
    return [(row["label"], row["meaning"]) for row in _data.rows("rules/labels.csv") if row["label"] in borne]


def _lists(findings: pd.DataFrame, names: dict[str, str], context: PageContext) -> dict[str, bytes]:
    """Write the list of each school: its findings in the order given, with the words of its page."""
    columns = [*findings_columns(findings), *READABLE_COLUMNS]
    told = _with_words(findings, names, context).loc[:, columns].sort_values("laestab", kind="stable")
    lines = csv_lines(told)
    ends = text(told["laestab"]).value_counts().reindex(sorted(names), fill_value=0).cumsum()
    starts = ends.shift(1, fill_value=0)
    return {
        laestab: csv_of(columns, lines[start:end])
        for laestab, start, end in zip(ends.index.tolist(), starts.tolist(), ends.tolist(), strict=True)
    }


def _with_words(findings: pd.DataFrame, names: dict[str, str], context: PageContext) -> pd.DataFrame:
    rule = findings["rule"].astype("category")
    notes = context.notes
    return findings.assign(
        school=findings["laestab"].astype("category").map(names),
        where=places(findings),
        item=item_names(findings, context.field_names),
        what_to_do=rule.map({name: note.advice for name, note in notes.items()}),
        rule_label=rule.map({name: note.label for name, note in notes.items()}),
    )
