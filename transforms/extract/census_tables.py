"""A return written from clean tables, for a school that came as COLLECT CSV: whole columns, no loop over pupils.

Order and nesting follow the field dictionary. No specification of the current message was found, so every such file
is marked "structure unverified".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from schemas.agreements.parts import Items
from schemas.collection import Collection
from schemas.contract import STRING, raw_name
from schemas.model import HEADER, Roll, TableDef, all_tables, model_for
from transforms.extract.cells import as_array, as_series, as_text

UNVERIFIED = "structure unverified: written from COLLECT's tables, not the school's own file"
_DECLARATION = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {UNVERIFIED} -->\n'.encode()
_KEY = ["laestab", "is_on_roll", "record"]


@dataclass
class Branch:
    """One element below a row: a column's text, a child table's rows, or further branches."""

    column: str = ""
    rows: tuple[TableDef, Roll] | None = None
    below: dict[str, Branch] = field(default_factory=dict)

    def reach(self, path: Iterable[str]) -> Branch:
        """Return the branch at a path, growing it where it is new."""
        branch = self
        for tag in path:
            branch = branch.below.setdefault(tag, Branch())
        return branch


@dataclass(frozen=True)
class _Writer:
    tables: Mapping[str, pd.DataFrame]
    agreed: frozenset[tuple[str, str]]
    collection: Collection

    def rows(self, table: TableDef, roll: Roll) -> pd.DataFrame:
        """Return the rows of a table on one roll: their key columns and their XML."""
        frame = self.tables[table.name]
        if "is_on_roll" in frame:
            frame = frame[frame["is_on_roll"].eq(roll == "on").to_numpy(dtype=bool)]
        frame = frame.reset_index(drop=True)
        keys = [name for name in (*_KEY, "sub_record", "parent_record") if name in frame]
        tree, tag = self._tree(table, roll), _last(table, roll)
        xml = self._element(tree, frame, tag)
        # A record of which nothing is held stays a record, so that the ones after it keep their position.
        return frame[keys].assign(xml=xml.mask(xml.eq("") & bool(tree.below), f"<{tag}></{tag}>"))

    def _tree(self, table: TableDef, roll: Roll) -> Branch:
        tree = Branch()
        for each in model_for(self.collection).tables[table.name].held(roll, self.collection):
            if each.xml_path and (table.name, each.column) in self.agreed:
                tree.reach(() if each.xml_path == "." else each.xml_path.split("/")).column = each.column
        for child in all_tables():
            for below in child.rolls() if table.name == HEADER else (roll,):
                if child.parent == table.name and child.xml_row(below):
                    tree.reach(_below(child, below, table, roll)).rows = (child, below)
        return tree

    def _element(self, branch: Branch, frame: pd.DataFrame, tag: str) -> pd.Series:
        """Write one element for every row of a table; an element without content is left out."""
        if branch.rows is not None:
            return self._children(*branch.rows, frame)
        if branch.column:
            content = _escaped(_as_received(frame, branch.column))
        else:
            parts = [self._element(below, frame, name) for name, below in branch.below.items()]
            content = _concatenated(parts, frame.index)
        filled = pc.and_kleene(pc.is_valid(as_array(content)), pc.not_equal(as_array(content), ""))
        wrapped = pc.binary_join_element_wise(f"<{tag}>", as_array(content), f"</{tag}>", "")
        return as_series(pc.if_else(pc.fill_null(filled, fill_value=False), wrapped, ""), frame.index)

    def _children(self, table: TableDef, roll: Roll, above: pd.DataFrame) -> pd.Series:
        """Join the rows of a child table for each row above."""
        rows = self.rows(table, roll)
        if "parent_record" in rows:
            rows = rows.drop(columns="sub_record").rename(columns={"parent_record": "sub_record"})
        keys = [name for name in (*_KEY, "sub_record") if name in above and name in rows and name != "parent_record"]
        joined = _joined_rows(rows, keys)
        found = above[keys].merge(joined, on=keys, how="left", validate="m:1")
        return found["xml"].fillna("").set_axis(above.index).astype(STRING)


def written_documents(
    tables: Mapping[str, pd.DataFrame], items: Iterable[Items], collection: Collection
) -> dict[str, bytes]:
    """Write the return of every school in the tables, by LAEstab."""
    agreed = frozenset((each.of, name) for each in items for name in each.names)
    header = next(table for table in all_tables() if table.name == HEADER)
    messages = _Writer(tables, agreed, collection).rows(header, "on")
    texts = zip(messages["laestab"], messages["xml"], strict=True)
    return {laestab: _laid_out(text) for laestab, text in texts}


def _laid_out(text: str) -> bytes:
    """Put each element on a line of its own, as the filtered documents have it."""
    root = etree.fromstring(text)
    etree.indent(root, space="  ")
    return _DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"


def _last(table: TableDef, roll: Roll) -> str:
    return table.xml_row(roll).rpartition("/")[2]


def _below(child: TableDef, roll: Roll, table: TableDef, above: Roll) -> list[str]:
    return child.xml_row(roll).removeprefix(f"{table.xml_row(above)}/").split("/")


def _as_received(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return the text as received: what could not be typed, or was trimmed, stands in the `_raw` column."""
    values = frame[column]
    if pa.types.is_boolean(as_array(values).type):
        text = as_series(pc.if_else(as_array(values), "1", "0"), frame.index)
    else:
        text = as_text(values)
    return frame[raw_name(column)].fillna(text) if raw_name(column) in frame else text


def _escaped(text: pd.Series) -> pd.Series:
    values = as_array(text)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        values = pc.replace_substring(values, sign, entity)
    return as_series(values, text.index)


def _concatenated(parts: list[pd.Series], index: pd.Index) -> pd.Series:
    if not parts:
        return pd.Series("", index=index, dtype=STRING)
    return as_series(pc.binary_join_element_wise(*(as_array(part) for part in parts), ""), index)


def _joined_rows(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    table = pa.table({name: as_array(rows[name]) for name in (*keys, "xml")})
    grouped = table.group_by(keys, use_threads=False).aggregate([("xml", "list")])
    lists = grouped.column("xml_list").combine_chunks()
    columns = {name: as_series(grouped.column(name).combine_chunks(), pd.RangeIndex(len(grouped))) for name in keys}
    return pd.DataFrame(columns).assign(xml=as_series(pc.binary_join(lists, ""), pd.RangeIndex(len(grouped))))
