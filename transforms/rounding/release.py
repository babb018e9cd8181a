"""All tables of a release that share counts, published rounded or changed, and audited together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from schemas.breakdowns import Twin
from schemas.disclosure import Rounded, SmallCounts
from schemas.errors import DisclosureUnsafe
from schemas.populations import Across
from schemas.release import CountsToProtect
from transforms.disclosure_control.audit import AuditReport
from transforms.disclosure_control.counts import ProtectionReport
from transforms.disclosure_control.linked import Linked
from transforms.disclosure_control.model import CellTable, Counts, Mask
from transforms.disclosure_control.release import ProtectedRelease
from transforms.rounding.additive import changed_counts
from transforms.rounding.audit import audit_rounded
from transforms.rounding.cells import cells_to_round
from transforms.rounding.conventional import Known, is_low, known_of_rounded, to_nearest

_TURNS: Final = 12  # of asking the audit and making more counts not available


def protect_rounded(
    tables: Sequence[CountsToProtect],
    *,
    policy: Rounded | SmallCounts,
    across: Sequence[Across] = (),
    twins: Sequence[Twin] = (),
    names: str,
) -> ProtectedRelease:
    """Round or change the counts of tables that are published together; the same count is the same in every table.

    `across` are the populations that are sums of others, `names` the datasets for the message of a refusal.

    Raises:
        DisclosureUnsafe: when the profile claims what the audit does not prove; it names the datasets alone.
        ContractBroken: when a table is incomplete, does not add up, or two tables differ.
    """
    release = cells_to_round(tables, across=across, twins=twins)
    told = (
        _changed(release.cells, policy, names) if isinstance(policy, SmallCounts) else _rounded(release.cells, policy)
    )
    if policy.claims and not told.report.clean:
        raise DisclosureUnsafe(
            f"{names}: the audit could not prove that no small count follows from the published ones, so nothing was "
            "written; publish fewer breakdowns, or choose a larger base or another profile."
        )
    return _said(release, told, policy)


@dataclass(frozen=True, eq=False)
class _Told:
    """What is published of every cell: its value, or a symbol; by how much it differs at most; what the audit found."""

    counts: Counts
    symbol: NDArray[np.str_]
    largest_change: int
    report: AuditReport


def _small(cells: CellTable, base: int) -> Mask:
    return cells.publishable & (cells.value > 0) & (cells.value < base)


def _rounded(cells: CellTable, policy: Rounded) -> _Told:
    """Round every count; where the profile claims, tell nothing of more and more until the audit is content."""
    judged, values = _small(cells, policy.base), to_nearest(cells.value, policy.base)
    nothing = np.zeros(len(cells), dtype=bool)
    for _ in range(_TURNS):
        report = _audited(cells, judged, known_of_rounded(cells, nothing, policy), values, policy)
        if report.clean or not policy.claims:
            break
        nothing = _with_companions(cells, report.unsafe, nothing)
    symbol = np.where(is_low(cells.value, policy.base), policy.symbols.rounds_to_zero, "")
    return _Told(values, np.where(nothing, policy.symbols.not_available, symbol), policy.base // 2, report)


def _with_companions(cells: CellTable, unsafe: Mask, nothing: Mask) -> Mask:
    """Add the unsafe counts to those of which nothing is told, and a companion in each of their equations.

    Where that adds none, what gives them away is told of counts further off: a companion in each equation of theirs.
    """
    found = nothing | unsafe | _companions(cells, unsafe, nothing)
    if (found & ~nothing).any():
        return found
    around = np.asarray(abs(cells.equations).T @ (abs(cells.equations) @ unsafe.astype(np.int64))) > 0
    return nothing | _companions(cells, around & nothing, nothing)


def _companions(cells: CellTable, of: Mask, nothing: Mask) -> Mask:
    """Mark in each equation of some counts the smallest other one of which something is told."""
    found = np.zeros(len(cells), dtype=bool)
    lines = cells.equations[np.flatnonzero(abs(cells.equations) @ of.astype(np.int64))].tocoo()
    row, cell = lines.coords
    usable = cells.publishable & (cells.value > 0) & ~nothing & ~of
    row, cell = row[usable[cell]], cell[usable[cell]]
    order = np.lexsort((cell, cells.value[cell], row))
    first = np.append(True, np.diff(row[order]) > 0)[: len(order)]
    found[cell[order][first]] = True
    return found


def _changed(cells: CellTable, policy: SmallCounts, names: str) -> _Told:
    """Change the counts; outsiders know by how much at most, and that a 0 and the base may be small counts."""
    base = policy.base
    values = changed_counts(cells, base=base, names=names)
    most = max(_largest(cells, values), base)  # told exactly, a lesser one would help to work small counts out
    lower = np.where(values == 0, 0, np.where(values == base, 1, np.maximum(values - most, base)))
    upper = np.where(values == 0, base - 1, values + most)
    own = cells.publishable
    known = Known(np.where(own, lower, cells.lower), np.where(own, upper, cells.upper))
    report = _audited(cells, _small(cells, base), known, values, policy)
    return _Told(values, np.full(len(cells), ""), most, report)


def _audited(
    cells: CellTable, judged: Mask, known: Known, values: Counts, policy: Rounded | SmallCounts
) -> AuditReport:
    small_shown = int((cells.publishable & (values > 0) & (values < policy.base)).sum())
    return audit_rounded(cells, known, judged=judged, minimum_width=policy.minimum_width, small_shown=small_shown)


def _largest(cells: CellTable, values: Counts) -> int:
    """Return by how much a published count differs most from the true one."""
    return int(np.abs(values - cells.value)[cells.publishable].max(initial=0))


def _said(release: Linked, told: _Told, policy: Rounded | SmallCounts) -> ProtectedRelease:
    """Put value or symbol beside the key of every published count."""
    number = len(release.keys)
    values, symbol = told.counts[:number], told.symbol[:number]
    shown, true = symbol == "", release.cells.value[:number]
    columns = {
        "value": pa.array(values, mask=~shown),
        "symbol": pa.array(symbol.tolist(), pa.string(), mask=shown),
    }
    said = {name: pd.arrays.ArrowExtensionArray(array) for name, array in columns.items()}
    report = ProtectionReport(
        policy.name,
        number,
        rounded=int((~shown | (values != true)).sum()),
        not_available=int((symbol == policy.symbols.not_available).sum()),
        largest_change=told.largest_change,
        audit=told.report,
        claims=policy.claims,
    )
    return ProtectedRelease(release.keys.assign(**said), report)
