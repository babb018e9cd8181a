"""What has been published already: counts that stay as they are, and counts that could be subtracted from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from schemas.release import Published
from transforms.disclosure_control.linked import KEY, Linked
from transforms.disclosure_control.model import NO_LIMIT, CellTable, Mask


@dataclass(frozen=True, eq=False)
class Held:
    """A release held to what was published: with its cells and primary counts changed.

    `difference` are the counts hidden because earlier ones could be subtracted; `known` those that the policy hides and
    an earlier publication has shown: they are not shown again, and nothing is protected by them.
    """

    release: Linked
    difference: Mask
    known: Mask


def held_to(release: Linked, published: Published) -> Held:
    """Hide what could be subtracted, and keep every count that is still what it was as it was published."""
    apart = _apart(release, published)
    shown, hidden = _before(release, published)
    shown, hidden = shown & ~apart, hidden & ~apart
    small, group = release.small, release.group
    known = shown & (small | group)
    primary = replace(
        release,
        cells=_cells(release.cells, apart=apart, known=known, frozen=shown & ~known),
        small=small & ~known,
        group=(group | apart | hidden) & ~small & ~known,
    )
    return Held(primary, apart & ~small & ~group, known)


def _cells(cells: CellTable, *, apart: Mask, known: Mask, frozen: Mask) -> CellTable:
    """Say that nothing is known of the counts kept apart, and all of what is known."""
    lower, upper = np.where(apart, 0, cells.lower), np.where(apart, NO_LIMIT, cells.upper)
    return replace(
        cells,
        lower=np.where(known, cells.value, lower),
        upper=np.where(known, cells.value, upper),
        publishable=cells.publishable & ~known,
        frozen=cells.frozen | frozen,
        reluctant=cells.reluctant & ~apart,
    )


def _apart(release: Linked, published: Published) -> Mask:
    """Mark the counts that could be subtracted from what was published."""
    keys = release.keys
    found = np.zeros(len(release.cells), dtype=bool)
    if published.apart is not None:
        places = pd.MultiIndex.from_frame(published.apart[KEY])
        found[: len(keys)] = pd.MultiIndex.from_frame(keys[KEY]).isin(places)
    return found


def _before(release: Linked, published: Published) -> tuple[Mask, Mask]:
    """Mark the counts that are what they were when they were shown, and those that are what they were when hidden."""
    shown, hidden = np.zeros((2, len(release.cells)), dtype=bool)
    if published.counts is None:
        return shown, hidden
    number = len(release.keys)
    now = release.keys.assign(value=release.cells.value[:number])
    kept = published.counts.groupby([*KEY, "value"], sort=False)["shown"].any().reset_index()
    found = now.merge(kept, how="left", on=[*KEY, "value"], validate="1:1")["shown"]
    shown[:number] = found.eq(True).to_numpy(dtype=bool)  # null is neither
    hidden[:number] = found.eq(False).to_numpy(dtype=bool)
    return shown, hidden
