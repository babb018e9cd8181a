"""Primary suppression: which counts are hidden on their own account, and what outsiders then know of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schemas.disclosure import Suppress
from transforms.disclosure_control.grid import Grid, Sum
from transforms.disclosure_control.model import NO_LIMIT, Counts, Mask


@dataclass(frozen=True, eq=False)
class Primary:
    """Per cell of a grid: hidden because small, because of its group, always shown; and the limits outsiders know.

    `sum_lower` and `sum_upper` are the limits of the sum of each `Sum`'s parents in each geography.
    """

    small: Mask
    group: Mask
    shown: Mask
    lower: Counts
    upper: Counts
    sum_lower: Counts
    sum_upper: Counts


def primary_of(grid: Grid, *, policy: Suppress) -> Primary:
    """Apply a policy's threshold and its rule for small groups to every cell."""
    counts = grid.counts
    small = (counts < policy.threshold) & ((counts > 0) | (not policy.zeros_shown))
    open_columns = _open_columns(grid, policy=policy)
    in_small_group = _in_small_group(grid, open_columns, policy=policy)
    shown = (counts == 0) & ~in_small_group & policy.zeros_shown
    least = np.where(in_small_group | shown | (not policy.zeros_shown), 0, 1)
    lower, upper, sum_lower, sum_upper = _limits(grid, open_columns, policy=policy)
    return Primary(
        small=small,
        group=in_small_group & ~small,
        shown=shown,
        lower=np.maximum(lower, least),
        upper=upper,
        sum_lower=sum_lower,
        sum_upper=sum_upper,
    )


def _open_columns(grid: Grid, *, policy: Suppress) -> Mask:
    """Mark the breakdowns but those that are 0 in every school, which the authority's own 0 tells everybody."""
    is_open = np.ones(grid.counts.shape[1], dtype=bool)
    if policy.zeros_shown and 0 < grid.is_school.sum() < len(grid.counts):
        hidden_above = _in_small_group(grid, is_open, policy=policy)[~grid.is_school].any(axis=0)
        is_open = hidden_above | (grid.counts != 0).any(axis=0)
    return is_open


def _in_small_group(grid: Grid, open_columns: Mask, *, policy: Suppress) -> Mask:
    """Mark the cells that divide a small group: none of them is shown, so nobody sees that one holds all or none.

    A group is what a sum's parents count in one geography: all its pupils, or those of one major ethnic group.
    Parts of a part belong to the small group too, else a 0 among them would tell of the hidden 0 above.
    """
    within = np.zeros(grid.counts.shape, dtype=bool)
    for each in grid.sums:
        children = each.children[open_columns[each.children]]
        size = _size(grid, each)
        small = ((size > 0) & (size < policy.small_group) & (len(children) > 1))[:, None]
        within[:, children] |= small | within[:, each.parents].any(axis=1, keepdims=True)
    return within


def _limits(grid: Grid, open_columns: Mask, *, policy: Suppress) -> tuple[Counts, Counts, Counts, Counts]:
    """Return what the pattern of shown parts tells of each parent: its group is small, or it is not.

    The parts of a small group are all hidden, those of others are not, so whoever sees a part knows a hidden parent to
    be at least `small_group`, and whoever sees none may guess that it is less. The audit grants outsiders both.
    """
    shape = grid.counts.shape
    lower, upper = np.zeros(shape, dtype=np.int64), np.full(shape, NO_LIMIT)
    sum_lower = np.zeros((shape[0], len(grid.sums)), dtype=np.int64)
    sum_upper = np.full_like(sum_lower, NO_LIMIT)
    for number, each in enumerate(grid.sums):
        if open_columns[each.children].sum() <= 1:
            continue
        is_small = _size(grid, each) < policy.small_group
        sum_lower[:, number] = np.where(is_small, 0, policy.small_group)
        sum_upper[:, number] = np.where(is_small, policy.small_group - 1, NO_LIMIT)
        if len(each.parents) == 1:
            parent = each.parents[0]
            lower[:, parent] = np.maximum(lower[:, parent], sum_lower[:, number])
            upper[:, parent] = np.minimum(upper[:, parent], sum_upper[:, number])
    return lower, upper, sum_lower, sum_upper


def _size(grid: Grid, each: Sum) -> Counts:
    size: Counts = grid.counts[:, each.parents].sum(axis=1)
    return size
