"""Who is one of so few that a difference between two publications is of them alone.

Schools are the nodes of a graph, and so is everywhere else; a child that moved is an edge. What is published of a set
of schools before and after tells of the children whose edges leave the set. So a school's movement is small unless more
edges than the policy's number tie it, directly or by schools that are tied themselves, to everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from transforms.differences.sums import Layer, Sort
from transforms.differences.units import NOWHERE, Mask, Units, Whole


def is_few(number: int, movement: int) -> bool:
    """Say whether so many children are too few for a difference to be told of them."""
    return 0 < number <= movement


def small_movements(units: Units, layers: Sequence[Layer], movement: int) -> dict[Sort, Mask]:
    """Mark, by sort of place, the groups that moved between two publications with so few others that it tells of them.

    Of children of the same sex or year group those count who came or left alike.
    """
    found: dict[Sort, Mask] = {}
    for one, other in combinations(layers, 2):
        if one.view == other.view or one.sort != other.sort:
            continue
        judge = _came_or_left if one.fixed else _barely_tied
        few = judge(one.place, other.place, units.size, movement)
        found[one.sort] = found.get(one.sort, np.zeros(len(few), dtype=bool)) | few
    return found


def _came_or_left(one: Whole, other: Whole, size: Whole, movement: int) -> Mask:
    """Mark those who came to, or left, a place with so few others."""
    found: Mask = np.zeros(len(one), dtype=bool)
    for here, there in ((one, other), (other, one)):
        alone = (here != NOWHERE) & (there == NOWHERE)
        number = np.bincount(here[alone], weights=size[alone], minlength=int(here.max(initial=0)) + 1)
        found |= alone & (number[here] <= movement)
    return found


def _barely_tied(one: Whole, other: Whole, size: Whole, movement: int) -> Mask:
    """Mark those who moved to or from a place that too few edges tie to everywhere else."""
    moved = one != other
    number = int(max(one.max(initial=0), other.max(initial=0))) + 1
    ends = np.where(one[moved] == NOWHERE, number, one[moved]), np.where(other[moved] == NOWHERE, number, other[moved])
    weight = np.zeros((number + 1, number + 1), dtype=np.int64)
    np.add.at(weight, ends, size[moved])
    weight = weight + weight.T
    tied: Mask = np.zeros(number + 1, dtype=bool)
    tied[number] = True
    while True:
        more: Mask = weight[:, tied].sum(axis=1) > movement
        if not (more & ~tied).any():
            break
        tied = tied | more
    small = ~tied
    found: Mask = np.zeros(len(one), dtype=bool)
    found[moved] = small[ends[0]] | small[ends[1]]
    return found
