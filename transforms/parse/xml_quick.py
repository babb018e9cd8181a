"""The quick reader: xml2arrow, straight to Arrow columns, and the positions of every row.

xml2arrow is fast and trusting. What it passes over in silence is caught in `xml_count`; what it cannot number (a list
split into two containers) is caught here. In both cases the file is read again by `xml_repair`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path as FilePath

import numpy as np
import pyarrow as pa
from xml2arrow import Xml2ArrowError, XmlToArrowParser

from schemas.collection import Collection
from transforms.parse.xml_layout import Layout, Path, RowPlace, layout_for

DOCUMENT = "document"
_SHIFT = np.int64(1) << np.int64(20)


def read_quickly(text: bytes, layout: Layout) -> dict[str, pa.Table] | None:
    """Return the text table of every place with its positions, or None where the file needs the careful reader."""
    try:
        batches = _parser(layout.collection).parse(text)
    except Xml2ArrowError:  # its message may hold a value; the careful reader says what is wrong, and where
        return None
    tables = {place.key: _singleton(batches[DOCUMENT], place) for place in layout.singletons}
    levels: dict[str, list[np.ndarray]] = {}
    for place in layout.repeated:
        batch = batches[place.key]
        levels[place.key] = [batch.column(f"<{name}>").to_numpy().astype(np.int64) for name in _levels(place)]
        if not _is_regular(levels[place.key]):
            return None
        fields = {leaf.column: batch.column(leaf.column) for leaf in place.leaves}
        tables[place.key] = pa.table({**_positions(place, levels, tables), **fields})
    return tables


def config_of(layout: Layout) -> str:
    """Write xml2arrow's configuration of a layout (YAML): every column text and nullable."""
    document = [(place.table, leaf) for place in layout.singletons for leaf in place.leaves]
    lines = ["tables:", *_table_lines(DOCUMENT, (), ())]
    lines += [line for table, leaf in document for line in _field_lines(f"{table}.{leaf.column}", leaf.path)]
    for place in layout.repeated:
        lines += _table_lines(place.key, place.path[:-1], _levels(place))
        lines += [line for leaf in place.leaves for line in _field_lines(leaf.column, leaf.path)]
    return "\n".join(lines) + "\n"


@cache
def _parser(collection: Collection) -> XmlToArrowParser:
    """Compile the configuration; xml2arrow takes a path only, so it goes through a file that is gone at once."""
    with tempfile.TemporaryDirectory(prefix="termly-") as folder:
        path = FilePath(folder) / "layout.yaml"
        path.write_text(config_of(layout_for(collection)), encoding="utf-8")
        return XmlToArrowParser(path)


def _levels(place: RowPlace) -> tuple[str, ...]:
    return tuple(key.partition("|")[0] for key in (*place.parents, place.key))


def _table_lines(name: str, container: Path, levels: Sequence[str]) -> list[str]:
    return [
        f'  - name: "{name}"',
        f'    xml_path: "/{"/".join(container)}"',
        f"    levels: [{', '.join(levels)}]",
        "    fields:",
    ]


def _field_lines(name: str, path: Path) -> list[str]:
    return [f'      - {{name: "{name}", xml_path: "/{"/".join(path)}", data_type: Utf8, nullable: true}}']


def _singleton(document: pa.RecordBatch, place: RowPlace) -> pa.Table:
    return pa.table({leaf.column: document.column(f"{place.table}.{leaf.column}") for leaf in place.leaves})


def _is_regular(levels: list[np.ndarray]) -> bool:
    """Say whether rows are numbered from 0 without gap within their parent, and parents come in order, each once."""
    own, above = levels[-1], _joined(levels[:-1], len(levels[-1]))
    if not len(own):
        return True
    same = above[1:] == above[:-1]
    follows = np.where(same, own[1:] == own[:-1] + 1, (above[1:] > above[:-1]) & (own[1:] == 0))
    return bool(own[0] == 0 and follows.all())


def _joined(levels: Sequence[np.ndarray], rows: int) -> np.ndarray:
    joined = np.zeros(rows, np.int64)
    for level in levels:
        joined = joined * _SHIFT + level
    return joined


def _positions(
    place: RowPlace, levels: Mapping[str, list[np.ndarray]], tables: Mapping[str, pa.Table]
) -> dict[str, np.ndarray]:
    """Number the rows: `record` is the pupil (or school-level row), `sub_record` the row within the pupil."""
    own = levels[place.key]
    if not place.parents:
        return {"record": own[0] + 1}
    pupil = own[0]
    rows = np.arange(len(pupil), dtype=np.int64)
    first = np.maximum.accumulate(np.where(np.r_[True, pupil[1:] != pupil[:-1]][: len(pupil)], rows, 0))
    positions = {"record": pupil + 1, "sub_record": rows - first + 1}
    if len(place.parents) > 1:
        parent = place.parents[-1]
        of_parent = _joined(levels[parent], len(levels[parent][0]))
        at = np.searchsorted(of_parent, _joined(own[:-1], len(pupil)))
        positions["parent_record"] = tables[parent]["sub_record"].to_numpy()[at]
    return positions
