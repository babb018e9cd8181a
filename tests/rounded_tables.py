"""Counts for the tests of rounding, and every table that fits what is published of a small one."""

import itertools

import numpy as np

from schemas.disclosure import policy
from schemas.release import CountsToProtect
from transforms.rounding.cells import cells_to_round
from transforms.rounding.release import protect_rounded

EHE, TO_FIVE, SMALL = (policy(name) for name in ("round-ehe", "round-n", "small-count-rounding"))


def to_protect(counts, *, figure="pupils", **more):
    """A table of counts of people as it goes to disclosure control."""
    return CountsToProtect(counts.assign(figure=figure, people=counts["value"]), **more)


def release(*tables, profile=EHE, across=()):
    """Publish tables together under a profile."""
    return protect_rounded(tables, policy=profile, across=across, names="test")


def said(published):
    """What is published by (figure, school or blank, topic and item): a number or a symbol."""
    frame = published.frame
    keys = zip(frame["figure"], frame["laestab"], frame["breakdown_topic"], frame["breakdown"], strict=True)
    symbol = frame["symbol"].astype(object)
    told = frame["value"].astype(object).where(symbol.isna(), symbol)
    return dict(zip(keys, told, strict=True))


def adds_up(published, *tables, across=()):
    """Say whether the published numbers keep every equation of their tables, what follows from them included."""
    held = cells_to_round(tables, across=across)
    number = len(held.keys)
    order = published.frame.merge(held.keys.reset_index(), how="left", on=list(held.keys.columns), validate="1:1")
    change = np.zeros(len(held.cells))
    change[order["index"]] = published.frame["value"].to_numpy(dtype=np.int64) - held.cells.value[order["index"]]
    ours = held.cells.equations[:, :number]
    free = held.cells.equations[:, number:]
    # What is not published may change too: the rest must be something that it can take up.
    rest = -(ours @ change[:number])
    if free.shape[1] == 0:
        return not rest.any()
    took, *_ = np.linalg.lstsq(free.toarray(), rest, rcond=None)
    return bool(np.allclose(free @ took, rest))


def possible_widths(cells, lower, upper):
    """Return per cell how many apart its values are over every table in whole numbers that fits the limits."""
    free = np.flatnonzero(lower < upper)
    tables = []
    for values in itertools.product(*(range(lower[cell], upper[cell] + 1) for cell in free)):
        table = cells.value.copy()
        table[free] = values
        if not (cells.equations @ table).any():
            tables.append(table)
    held = np.array(tables)
    return held.max(axis=0) - held.min(axis=0)
