"""The tables of a release as cells and equations: what is published, and what outsiders can reckon beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.sparse import csr_array, vstack

from schemas.breakdowns import Twin
from schemas.populations import Across
from schemas.release import CountsToProtect
from transforms.disclosure_control.across import with_across
from transforms.disclosure_control.cube import grid_of_cube
from transforms.disclosure_control.equations import equations_of, layout_of
from transforms.disclosure_control.grid import Grid, Sum, grid_of
from transforms.disclosure_control.linked import Linked, Table, linked
from transforms.disclosure_control.model import NO_LIMIT, CellTable, Counts
from transforms.disclosure_control.twins import twin_columns, with_twins

#: What changing a cell by one costs: a published count; one of people that follows from published ones; no people.
PUBLISHED: Final = 1.0
RECKONED: Final = 0.1
NOBODY: Final = 0.0


def cells_to_round(
    tables: Sequence[CountsToProtect], *, across: Sequence[Across] = (), twins: Sequence[Twin] = ()
) -> Linked:
    """Put the tables of a release together; the first cells are the published ones, a row of `keys` each.

    The others count people too (pupils on two rolls, pupils without a reason) and follow from published counts, but for
    those that cost nothing to change: by how much the items of an overlapping topic add up to more than the total.

    Raises:
        ContractBroken: when a table is incomplete, does not add up, or two tables differ.
    """
    return with_across(linked([_table(each, twins) for each in tables]), across, small_group=0)


def _table(counts: CountsToProtect, twins: Sequence[Twin]) -> Table:
    rows = counts.rows
    if counts.dimensions:
        grid = grid_of_cube(rows, dimensions=counts.dimensions)
    else:
        grid = grid_of(rows, nested=counts.nested)
    apart = [grid.topics[each.children[0]] in counts.overlapping for each in grid.sums]
    additive = replace(grid, sums=tuple(each for each, is_apart in zip(grid.sums, apart, strict=True) if not is_apart))
    cells = with_twins(_additive(additive), additive, twin_columns(grid, twins))
    for each in (each for each, is_apart in zip(grid.sums, apart, strict=True) if is_apart):
        cells = _with_overlapping(cells, grid, each)
    none = np.zeros(grid.counts.shape, dtype=bool)
    return Table(rows, grid, cells, none, none)


def _additive(grid: Grid) -> CellTable:
    """Return the cells of a grid whose topics add up; nobody is taken to know how many pupils are on several rolls."""
    layout = layout_of(grid)
    joint = [grid.counts[:, grid.sums[number].parents].sum(axis=1) for number in layout.joint]
    value: Counts = np.concatenate([grid.counts.ravel(), *joint, layout.remainder])
    own = np.arange(layout.width) < grid.counts.size
    return CellTable(
        value=value,
        lower=np.zeros(layout.width, dtype=np.int64),
        upper=np.full(layout.width, NO_LIMIT),
        cost=np.where(own, PUBLISHED, RECKONED),
        publishable=own,
        frozen=np.zeros(layout.width, dtype=bool),
        reluctant=np.zeros(layout.width, dtype=bool),
        table=np.zeros(layout.width, dtype=np.int64),
        equations=equations_of(layout),
    )


def _with_overlapping(cells: CellTable, grid: Grid, topic: Sum) -> CellTable:
    """Add, in every place: the items add up to the total and more; each item and those without it are the total."""
    own = np.arange(grid.counts.size).reshape(grid.counts.shape)
    (total,) = topic.parents
    places, items = len(own), len(topic.children)
    without = grid.counts[:, [total]] - grid.counts[:, topic.children]
    more = grid.counts[:, topic.children].sum(axis=1) - grid.counts[:, total]
    first = len(cells)
    of_more = first + np.arange(places)
    of_without = first + places + np.arange(places * items)
    wholes = np.column_stack([own[:, total], of_more, own[:, topic.children]])
    parts = np.column_stack([np.repeat(own[:, total], items), own[:, topic.children].ravel(), of_without])
    width = first + places + places * items
    sums = _rows(wholes, np.append([1, 1], np.full(items, -1)), width)
    return _wider(cells, more, without.ravel(), (sums, _rows(parts, np.array([1, -1, -1]), width)))


def _rows(at: Counts, sign: Counts, width: int) -> csr_array:
    starts = np.arange(0, at.size + 1, at.shape[1])
    return csr_array((np.tile(sign, len(at)), at.ravel(), starts), shape=(len(at), width))


def _wider(cells: CellTable, more: Counts, without: Counts, rows: Sequence[csr_array]) -> CellTable:
    """Add cells that are not published and the equations they stand in."""
    number = len(more) + len(without)
    none = np.zeros(number, dtype=bool)
    held = csr_array(
        (cells.equations.data, cells.equations.indices, cells.equations.indptr),
        shape=(cells.equations.shape[0], len(cells) + number),
    )
    return CellTable(
        value=np.concatenate([cells.value, more, without]),
        lower=np.append(cells.lower, np.zeros(number, dtype=np.int64)),
        upper=np.append(cells.upper, np.full(number, NO_LIMIT)),
        cost=np.concatenate([cells.cost, np.full(len(more), NOBODY), np.full(len(without), RECKONED)]),
        publishable=np.append(cells.publishable, none),
        frozen=np.append(cells.frozen, none),
        reluctant=np.append(cells.reluctant, none),
        table=np.append(cells.table, np.zeros(number, dtype=np.int64)),
        equations=csr_array(vstack([held, *rows])),
    )
