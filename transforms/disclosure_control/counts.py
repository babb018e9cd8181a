"""Long tables of counts under a policy that hides small ones, and what is told of how counts were protected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from schemas.breakdowns import Nested, Twin
from schemas.disclosure import Suppress
from schemas.errors import DisclosureUnsafe
from transforms.disclosure_control.audit import AuditReport, audit
from transforms.disclosure_control.cells import cells_of
from transforms.disclosure_control.grid import Grid, grid_of
from transforms.disclosure_control.model import CellTable, Counts, Mask
from transforms.disclosure_control.primary import primary_of
from transforms.disclosure_control.protect import protect
from transforms.disclosure_control.twins import Pairs, in_twins, twin_columns, with_twins

#: Why a count is not shown.
SMALL: Final = "small"
GROUP: Final = "group"
TO_PROTECT: Final = "to protect"
DIFFERENCE: Final = "difference"

_ATTEMPTS: Final = 3

Texts: TypeAlias = NDArray[np.str_]


@dataclass(frozen=True)
class ProtectionReport:
    """How many counts of one table were protected, and how: counts of cells, never a value.

    Of counts that are rounded or changed, `claims` says whether the profile claims that no small one follows from what
    is published; of `not_available` counts nothing is told, and no published count differs from the true one by more
    than `largest_change`.
    """

    profile: str
    cells: int
    small: int = 0
    group: int = 0
    to_protect: int = 0
    rounded: int = 0
    audit: AuditReport | None = None
    difference: int = 0
    largest_change: int = 0
    not_available: int = 0
    claims: bool | None = None

    @property
    def hidden(self) -> int:
        """Count the cells that are not shown, whatever the reason."""
        return self.small + self.group + self.to_protect + self.difference + self.not_available


@dataclass(frozen=True, eq=False)
class ProtectedCounts:
    """The rows of a table of counts after disclosure control, in the order and with the index they came in.

    `value` is null where the count is not shown; `symbol` then says so in the published file, and `why` says in words
    that are not published whether it is small, divides a small group, or is hidden to protect another.
    """

    frame: pd.DataFrame
    report: ProtectionReport


def protect_counts(
    counts: pd.DataFrame,
    *,
    policy: Suppress,
    nested: Sequence[Nested] = (),
    twins: Sequence[Twin] = (),
    dataset: str,
) -> ProtectedCounts:
    """Protect a complete grid of counts (geography x breakdown) under a policy; twins are hidden together.

    Raises:
        DisclosureUnsafe: when the audit does not prove every hidden count safe; it names the dataset alone.
        ContractBroken: when the grid is incomplete or does not add up.
    """
    return _suppressed(grid_of(counts, nested=nested), counts, policy=policy, twins=twins, dataset=dataset)


def _suppressed(
    grid: Grid, counts: pd.DataFrame, *, policy: Suppress, twins: Sequence[Twin], dataset: str
) -> ProtectedCounts:
    primary = primary_of(grid, policy=policy)
    pairs = twin_columns(grid, twins)
    cells = with_twins(cells_of(grid, primary, policy=policy), grid, pairs)
    small, group = (_of_all(mask, cells) for mask in (primary.small, primary.group))
    hidden, report = _together(cells, small | group, pairs, grid, policy=policy, dataset=dataset)
    why = np.select([small, group, hidden], [SMALL, GROUP, TO_PROTECT], default="")[grid.position]
    symbol = np.where(why == "", "", policy.symbols.hidden)
    tally = {reason: int((why == reason).sum()) for reason in (SMALL, GROUP, TO_PROTECT)}
    return ProtectedCounts(
        _said(counts, cells.value[grid.position], symbol=symbol, why=why),
        ProtectionReport(policy.name, len(why), tally[SMALL], tally[GROUP], tally[TO_PROTECT], audit=report),
    )


def _together(
    cells: CellTable, primary: Mask, pairs: Pairs, grid: Grid, *, policy: Suppress, dataset: str
) -> tuple[Mask, AuditReport]:
    """Protect and audit until no hidden count stands openly in its twin; each turn hides more, so this ends."""
    asked = primary
    while True:
        asked = asked | _of_all(in_twins(asked, pairs, grid), cells)
        hidden, report = _audited(cells, asked, policy=policy, dataset=dataset)
        if not in_twins(hidden, pairs, grid).any():
            return hidden, report
        asked = hidden


def _of_all(mask: Mask, cells: CellTable) -> Mask:
    """Extend a mask over the grid to the cells that are never published, which it does not mark."""
    return np.pad(mask.ravel(), (0, len(cells) - mask.size))


def _audited(cells: CellTable, primary: Mask, *, policy: Suppress, dataset: str) -> tuple[Mask, AuditReport]:
    """Protect and audit; refuse where the audit is not satisfied.

    Raises:
        DisclosureUnsafe: it names the dataset alone.
    """
    hidden, report = protect_and_audit(cells, primary=primary, policy=policy)
    if report.clean:
        return hidden, report
    raise DisclosureUnsafe(
        f"{dataset}: the audit could not prove every hidden count safe, so nothing was written; "
        "publish fewer breakdowns or a coarser geography."
    )


def protect_and_audit(cells: CellTable, *, primary: Mask, policy: Suppress) -> tuple[Mask, AuditReport]:
    """Protect and audit; for the cells that the audit names hide more, then ask for wider cells."""
    hidden = protect(cells, primary=primary, policy=policy)
    report = audit(cells, hidden, policy=policy)
    for wider in range(_ATTEMPTS):
        if report.clean:
            break
        asked = policy.model_copy(update={"minimum_width": policy.minimum_width + wider})
        hidden = protect(cells, primary=hidden, policy=asked, unsafe=report.unsafe)
        report = audit(cells, hidden, policy=policy)
    return hidden, report


def _said(counts: pd.DataFrame, values: Counts, *, symbol: Texts, why: Texts) -> pd.DataFrame:
    """Put value, symbol and why beside the counts; null where there is none, and no value where there is a symbol."""
    columns = {
        "value": pa.array(values, mask=symbol != ""),
        "symbol": pa.array(symbol.tolist(), type=pa.string(), mask=symbol == ""),
        "why": pa.array(why.tolist(), type=pa.string(), mask=why == ""),
    }
    said = {name: pd.arrays.ArrowExtensionArray(array) for name, array in columns.items()}
    return counts.assign(**said)
