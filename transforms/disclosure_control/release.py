"""All tables of a release that share counts, protected together and audited together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from schemas.breakdowns import Twin
from schemas.datasets import SCHOOL
from schemas.disclosure import Suppress
from schemas.errors import DisclosureUnsafe
from schemas.populations import Across
from schemas.release import CountsToProtect, Published
from transforms.disclosure_control.across import with_across
from transforms.disclosure_control.audit import AuditReport, audit
from transforms.disclosure_control.cells import cells_of
from transforms.disclosure_control.counts import DIFFERENCE, GROUP, SMALL, TO_PROTECT, ProtectionReport
from transforms.disclosure_control.cube import grid_of_cube
from transforms.disclosure_control.grid import Grid, grid_of
from transforms.disclosure_control.linked import Linked, Table, linked
from transforms.disclosure_control.model import NO_LIMIT, CellTable, Counts, Mask
from transforms.disclosure_control.primary import primary_of
from transforms.disclosure_control.protect import protect
from transforms.disclosure_control.published import held_to
from transforms.disclosure_control.twins import in_twins, twin_columns, with_twins
from transforms.disclosure_control.within import with_within

_ATTEMPTS = 3


@dataclass(frozen=True, eq=False)
class ProtectedRelease:
    """Every count of a release once, keyed by KEY, with `value` or `symbol`; and how it was protected."""

    frame: pd.DataFrame
    report: ProtectionReport


def protect_release(
    tables: Sequence[CountsToProtect],
    *,
    policy: Suppress,
    across: Sequence[Across] = (),
    within: pd.DataFrame | None = None,
    twins: Sequence[Twin] = (),
    published: Published | None = None,
    names: str,
) -> ProtectedRelease:
    """Protect tables together under a policy; what two of them count is one count, hidden or shown in both.

    `across` are the populations that are sums of others, `within` the counts whose members belong to others (as in
    `schemas.release.Block`), `published` what has been published already, `names` the
    datasets for the message of a refusal.

    Raises:
        DisclosureUnsafe: when the audit does not prove every hidden count safe; it names the datasets alone.
        ContractBroken: when a table is incomplete, does not add up, or two tables differ.
    """
    held = [_table(each, policy=policy, twins=twins) for each in tables]
    release = with_across(linked(held), across, small_group=policy.small_group)
    release = with_within(release, within, small_group=policy.small_group)
    before = held_to(release, published or Published())
    hidden, report = _together(_with_always_shown(before.release, policy), held, policy=policy, names=names)
    number = len(release.keys)
    reasons = {SMALL: release.small, GROUP: release.group, DIFFERENCE: before.difference, TO_PROTECT: hidden}
    why = np.select(list(reasons.values()), list(reasons), default="")[:number]
    tally = {reason: int((why == reason).sum()) for reason in reasons}
    values, open_to_all = release.cells.value[:number], why == ""
    columns = {
        "value": pa.array(values, mask=~open_to_all),
        "symbol": pa.array(np.where(open_to_all, "", policy.symbols.hidden).tolist(), pa.string(), mask=open_to_all),
    }
    said = {name: pd.arrays.ArrowExtensionArray(array) for name, array in columns.items()}
    told = ProtectionReport(
        policy.name,
        number,
        tally[SMALL],
        tally[GROUP],
        tally[TO_PROTECT],
        audit=report,
        difference=tally[DIFFERENCE],
    )
    return ProtectedRelease(release.keys.assign(**said), told)


def _with_always_shown(release: Linked, policy: Suppress) -> Linked:
    """Hold still what the policy never hides to protect others; what is hidden on its own account is hidden."""
    frozen = release.cells.frozen.copy()
    keys = release.keys[["geography", "breakdown_topic"]]
    for each in policy.always_shown:
        named = keys["geography"].eq(each.geography) & keys["breakdown_topic"].eq(each.topic)
        frozen[: len(keys)] |= named.to_numpy(dtype=bool)
    frozen &= ~(release.small | release.group)
    return replace(release, cells=replace(release.cells, frozen=frozen))


def _table(counts: CountsToProtect, *, policy: Suppress, twins: Sequence[Twin]) -> Table:
    """Arrange one table, decide what is hidden on its own account, and write its equations."""
    rows = counts.rows
    if counts.dimensions:
        grid = grid_of_cube(rows, dimensions=counts.dimensions)
    else:
        grid = grid_of(rows, nested=counts.nested)
    additive, whole = _split(grid, counts.overlapping)
    primary = primary_of(whole, policy=policy)
    people = np.empty(grid.counts.size, dtype=np.int64)
    people[grid.position] = rows["people"].to_numpy(dtype=np.int64)
    few = ((people > 0) & (people < policy.threshold)).reshape(grid.counts.shape)
    pairs = twin_columns(grid, twins)
    cells = with_twins(cells_of(additive, primary, policy=policy), additive, pairs)
    if counts.dimensions:
        cells = replace(cells, table=np.zeros(len(cells), dtype=np.int64))
    small = primary.small | few
    return Table(rows, grid, _overlapping(cells, whole, len(additive.sums)), small, primary.group & ~small, pairs)


def _split(grid: Grid, overlapping: Sequence[str]) -> tuple[Grid, Grid]:
    """Return the grid with the sums that add up alone, and with all, those of overlapping topics last."""
    apart = [grid.topics[each.children[0]] in overlapping for each in grid.sums]
    additive = tuple(each for each, is_apart in zip(grid.sums, apart, strict=True) if not is_apart)
    others = tuple(each for each, is_apart in zip(grid.sums, apart, strict=True) if is_apart)
    return replace(grid, sums=additive), replace(grid, sums=(*additive, *others))


def _overlapping(cells: CellTable, grid: Grid, additive: int) -> CellTable:
    """Say of overlapping topics that their items add up to the total and an unknown more, in every place."""
    own = np.arange(grid.counts.size).reshape(grid.counts.shape)
    for each in grid.sums[additive:]:
        places, first = len(own), len(cells)
        more = grid.counts[:, each.children].sum(axis=1) - grid.counts[:, each.parents].sum(axis=1)
        at = np.column_stack([own[:, each.parents], first + np.arange(places)[:, None], own[:, each.children]])
        sign = np.append(np.ones(len(each.parents) + 1, dtype=np.int64), np.full(len(each.children), -1))
        starts = np.arange(0, at.size + 1, at.shape[1])
        rows = csr_array((np.tile(sign, places), at.ravel(), starts), shape=(places, first + places))
        cells = _with_unknown(cells, more, rows, own[:, each.children].ravel())
    return cells


def _with_unknown(cells: CellTable, more: Counts, rows: csr_array, of: NDArray[np.int64]) -> CellTable:
    """Add cells that are never published and the equations they stand in; the topic is a table of its own."""
    number = len(more)
    none, number_of = np.zeros(number, dtype=bool), int(cells.table.max()) + 1
    table = np.append(cells.table, np.full(number, number_of))
    table[of] = number_of
    wider = csr_array(hstack([cells.equations, csr_array((cells.equations.shape[0], number), dtype=np.int64)]))
    return CellTable(
        value=np.append(cells.value, more),
        lower=np.append(cells.lower, np.zeros(number, dtype=np.int64)),
        upper=np.append(cells.upper, np.full(number, NO_LIMIT)),
        cost=np.append(cells.cost, np.zeros(number)),
        publishable=np.append(cells.publishable, none),
        frozen=np.append(cells.frozen, none),
        reluctant=np.append(cells.reluctant, none),
        table=table,
        equations=csr_array(vstack([wider, rows])),
    )


def _together(release: Linked, tables: Sequence[Table], *, policy: Suppress, names: str) -> tuple[Mask, AuditReport]:
    """Protect and audit; where the audit is not satisfied, hide more, then grant outsiders only what is certain."""
    for granted in _granting_less(release):
        hidden = granted.small | granted.group
        for wider in range(_ATTEMPTS):
            asked = policy.model_copy(update={"minimum_width": policy.minimum_width + wider})
            hidden = _hidden(granted, tables, hidden, policy=asked)
            report = audit(granted.cells, hidden, policy=policy)
            if report.clean:
                return hidden, report
    raise DisclosureUnsafe(
        f"{names}: the audit could not prove every hidden count safe, so nothing was written; "
        "publish fewer breakdowns or a coarser geography."
    )


def _granting_less(release: Linked) -> Iterator[Linked]:
    """Return a release as seen by outsiders who take their guesses for certain, then by those who do not.

    A guess is that a group is small since none of its parts is shown (others look so too), and, where nothing else
    helps, that a count of the authority is still what an earlier publication of other children showed.
    """
    yield release
    cells = release.cells
    upper = np.where(cells.lower == cells.upper, cells.upper, NO_LIMIT)
    certain = replace(release, cells=replace(cells, upper=upper))
    if (upper != cells.upper).any():
        yield certain
    frozen = cells.frozen.copy()
    frozen[: len(release.keys)] &= release.keys["geography"].eq(SCHOOL).to_numpy(dtype=bool)
    if (frozen != cells.frozen).any():
        yield replace(certain, cells=replace(certain.cells, frozen=frozen))


def _hidden(release: Linked, tables: Sequence[Table], primary: Mask, *, policy: Suppress) -> Mask:
    """Protect until no hidden count stands openly in its twin; each turn hides more, so this ends."""
    asked = primary | _exposed(primary, release, tables)
    while True:
        hidden = protect(release.cells, primary=asked, policy=policy)
        exposed = _exposed(hidden, release, tables)
        if not exposed.any():
            return hidden
        asked = hidden | exposed


def _exposed(hidden: Mask, release: Linked, tables: Sequence[Table]) -> Mask:
    """Mark the shown counts whose twin is hidden."""
    found = np.zeros(len(hidden), dtype=bool)
    for table, at in zip(tables, release.at, strict=True):
        if table.twins:
            found[at[: table.grid.counts.size]] |= in_twins(hidden[at], table.twins, table.grid).ravel()
    return found
