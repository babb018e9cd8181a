"""A data file and its meta file as text, with the counts that screening checks are made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pandas as pd
import pyarrow
from pyarrow import csv as arrow_csv

from schemas.errors import ContractBroken

LEVEL: Final = "geographic_level"


@dataclass(frozen=True, eq=False)
class Pair:
    """A data file and its meta file: every cell is text, and a blank cell is the empty text."""

    data_name: str
    meta_name: str
    data: pd.DataFrame
    meta: pd.DataFrame
    _counted: dict[tuple[tuple[str, ...], str], dict[Any, int]] = field(default_factory=dict, repr=False)

    @cached_property
    def filters(self) -> tuple[str, ...]:
        """Return the columns that the meta file calls filters."""
        return self._of_type("Filter")

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Return the columns that the meta file calls indicators."""
        return self._of_type("Indicator")

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Return the filter groups that the meta file names, one for each row that names one."""
        return tuple(name for name in self.meta["filter_grouping_column"] if name)

    @property
    def filters_and_groups(self) -> tuple[str, ...]:
        """Return filters and their groups, each once."""
        return tuple(dict.fromkeys((*self.filters, *self.groups)))

    @property
    def named(self) -> tuple[str, ...]:
        """Return every column that the meta file names, as a column or as a group, each once."""
        return tuple(dict.fromkeys((*(name for name in self.meta["col_name"] if name), *self.groups)))

    @cached_property
    def levels(self) -> dict[str, int]:
        """Return how many rows are of each geographic level."""
        return self.counts(LEVEL)

    def held(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return those columns that the data file has, each once."""
        return tuple(name for name in dict.fromkeys(columns) if name in self.data.columns)

    def has(self, *columns: str) -> bool:
        """Say whether the data file has all these columns."""
        return set(columns) <= set(self.data.columns)

    def counts(self, column: str, *, level: str = "") -> dict[str, int]:
        """Return how often each text stands in a column (in rows of one level, if given)."""
        return self._count((column,), level)

    def combinations(self, *columns: str, level: str = "") -> dict[tuple[str, ...], int]:
        """Return how often each combination of texts stands in several columns (in rows of one level, if given)."""
        return self._count(columns, level)

    def having(self, column: str, texts: Iterable[str], *, level: str = "") -> int:
        """Count the cells of a column that hold one of some texts."""
        counted = self.counts(column, level=level)
        return sum(counted.get(text, 0) for text in set(texts))

    def _count(self, columns: tuple[str, ...], level: str) -> dict[Any, int]:
        key = (columns, level)
        if key not in self._counted:
            rows = self.data.loc[self.data[LEVEL].eq(level)] if level else self.data
            found = rows[columns[0]] if len(columns) == 1 else rows[list(columns)]
            self._counted[key] = {text: int(count) for text, count in found.value_counts(sort=False).items()}
        return self._counted[key]

    def _of_type(self, kind: str) -> tuple[str, ...]:
        return tuple(self.meta.loc[self.meta["col_type"].eq(kind), "col_name"])


def pair_of(data_name: str, data: bytes, meta_name: str, meta: bytes) -> Pair:
    """Read the bytes of both files as the platform would: all text, blanks kept as blanks.

    Raises:
        ContractBroken: when one of them is no CSV in UTF-8 with as many cells in every row as in its header.
    """
    return Pair(data_name, meta_name, _text(data_name, data), _text(meta_name, meta))


def _text(name: str, content: bytes) -> pd.DataFrame:
    try:
        header = next(csv.reader(io.StringIO(content.decode("utf-8"))))
        table = arrow_csv.read_csv(
            io.BytesIO(content),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pyarrow.string()), strings_can_be_null=False
            ),
        )
    except (UnicodeDecodeError, StopIteration, pyarrow.ArrowInvalid):
        raise ContractBroken(
            f"{name} is no CSV in UTF-8 with a cell for every column; report this to those who maintain termly."
        ) from None
    frame: pd.DataFrame = table.to_pandas().astype("str")
    return frame
