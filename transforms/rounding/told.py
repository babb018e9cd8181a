"""What is told of a release whose counts were rounded or changed: counts of counts, never a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.disclosure_control.counts import ProtectionReport


@dataclass(frozen=True)
class Changes:
    """The counts of a release under one profile.

    `changed` are not the true ones, `not_available` not told at all; of the `small` ones (below the base) `exact` can
    be worked out from what is published, and `narrow` to within less than the profile's width, or no wider was proved;
    no published count differs from the true one by more than `largest_change`.
    """

    profile: str
    claims: bool
    counts: int
    changed: int
    not_available: int
    small: int
    exact: int
    narrow: int
    largest_change: int


def changes_of(reports: Sequence[ProtectionReport]) -> tuple[Changes, ...]:
    """Sum up by profile the reports of tables whose counts were rounded or changed."""
    profiles = sorted({each.profile for each in reports if each.claims is not None})
    return tuple(_changes(name, [each for each in reports if each.profile == name]) for name in profiles)


def _changes(profile: str, reports: Sequence[ProtectionReport]) -> Changes:
    audits = [each.audit for each in reports if each.audit is not None]
    return Changes(
        profile=profile,
        claims=all(bool(each.claims) for each in reports),
        counts=sum(each.cells for each in reports),
        changed=sum(each.rounded for each in reports),
        not_available=sum(each.not_available for each in reports),
        small=sum(each.hidden for each in audits),
        exact=sum(each.exact for each in audits),
        narrow=sum(each.narrow + each.unproved for each in audits),
        largest_change=max(each.largest_change for each in reports),
    )
