"""The equations of one release: parts add up to their total, schools add up to their authority."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from schemas.errors import ContractBroken
from transforms.disclosure_control.grid import Grid
from transforms.disclosure_control.model import Counts

Cells = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Layout:
    """The numbers of the cells: those of the grid row by row, then those that are never published.

    `joint` lists the sums that have several parents: each has one cell per geography for their sum. `remainder` holds,
    per column, what the schools count beyond the authority (subsidiary registrations); it is empty where the grid has
    no authority or no school.
    """

    grid: Grid
    joint: tuple[int, ...]
    remainder: Counts

    @property
    def width(self) -> int:
        """Return the number of cells."""
        places, columns = self.grid.counts.shape
        return int(places * (columns + len(self.joint)) + len(self.remainder))

    @property
    def own(self) -> Cells:
        """Return the cells of the grid, a row per geography."""
        return np.arange(self.grid.counts.size).reshape(self.grid.counts.shape)

    def joint_cells(self, number: int) -> Cells:
        """Return the cells of the joint parents of one sum, one per geography."""
        places = len(self.grid.counts)
        return self.grid.counts.size + self.joint.index(number) * places + np.arange(places)

    @property
    def remainder_cells(self) -> Cells:
        """Return the cells of the remainders, one per column."""
        return np.arange(self.width - len(self.remainder), self.width)


def layout_of(grid: Grid) -> Layout:
    """Lay out the cells of a grid.

    Raises:
        ContractBroken: when the schools count fewer pupils than their authority.
    """
    joint = tuple(number for number, each in enumerate(grid.sums) if len(each.parents) > 1)
    schools, authority = grid.counts[grid.is_school], grid.counts[~grid.is_school]
    remainder = (
        schools.sum(axis=0) - authority.sum(axis=0) if len(schools) and len(authority) else np.zeros(0, np.int64)
    )
    below = int((remainder < 0).sum())
    if below:
        raise ContractBroken(f"In {below} breakdowns the schools count fewer than their authority; aggregate afresh.")
    return Layout(grid, joint, remainder)


def equations_of(layout: Layout) -> csr_array:
    """Write every sum of every geography, and the authority as its schools less the remainder; each comes to 0."""
    rows = [_rows(cells, sign, layout.width) for cells, sign in _sums(layout)]
    if len(layout.remainder):
        cells = np.column_stack([layout.own.T, layout.remainder_cells])
        rows.append(_rows(cells, np.append(np.where(layout.grid.is_school, 1, -1), -1), layout.width))
    return csr_array(vstack(rows)) if rows else csr_array((0, layout.width), dtype=np.int64)


def _sums(layout: Layout) -> Iterator[tuple[Cells, Counts]]:
    """Give per sum its cells, a row per geography, and their signs; joint parents stand between their two sides."""
    for number, each in enumerate(layout.grid.sums):
        parents, children = layout.own[:, each.parents], layout.own[:, each.children]
        if number in layout.joint:
            joint = layout.joint_cells(number)[:, None]
            yield np.hstack([joint, parents]), _less(parents)
            parents = joint
        yield np.hstack([parents, children]), _less(children)


def _less(cells: Cells) -> Counts:
    """Return the signs of one total and its parts."""
    return np.append(np.int64(1), np.full(cells.shape[1], -1))


def _rows(cells: Cells, sign: Counts, width: int) -> csr_array:
    """Write equations of the same form, one per row of cells."""
    starts = np.arange(0, cells.size + 1, cells.shape[1])
    return csr_array((np.tile(sign, len(cells)), cells.ravel(), starts), shape=(len(cells), width))
