"""What earlier publications ask of one made now: counts to be hidden, counts that stay as they were, or a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from schemas.datasets import LOCAL_AUTHORITY, SCHOOL
from schemas.disclosure import Differences, Suppress
from schemas.release import Published
from transforms.differences.counts import KEY, barely_changed, parts_of
from transforms.differences.exposed import is_few
from transforms.differences.families import Family, families
from transforms.differences.hiding import places_to_hide
from transforms.differences.people import differing_in_authority, known_again
from transforms.differences.sums import Layer, layers_of
from transforms.differences.units import Mask, Stack, View

#: The population of the census whose members are compared child by child.
PUPILS: Final = "pupils"


@dataclass(frozen=True, eq=False)
class Publication:
    """One publication on record: who was counted (PEOPLE), what was shown (KEPT), and a hash of the policy."""

    people: pd.DataFrame
    counts: pd.DataFrame
    policy: str


@dataclass(frozen=True, eq=False)
class Now:
    """What is about to be published: everybody who could be counted (objectors marked), all counts, and the policy."""

    people: pd.DataFrame
    counts: pd.DataFrame
    policy: str

    @property
    def ours(self) -> pd.DataFrame:
        """Return those who are counted: the objectors left out."""
        return self.people.loc[~self.people["objects"].to_numpy(dtype=bool)].reset_index(drop=True)

    def kept(self, counts: pd.DataFrame, published: Published) -> Publication:
        """Return what goes on record: who was counted, what was shown of `counts`, and what was hidden as different."""
        apart = np.zeros(len(counts), dtype=bool)
        if published.apart is not None:
            apart = pd.MultiIndex.from_frame(counts[KEY]).isin(pd.MultiIndex.from_frame(published.apart[KEY]))
        return Publication(self.ours, counts.assign(apart=apart), self.policy)

    def view(self, policy: Suppress) -> View:
        """Return what this publication may show: every count of pupils but the small ones."""
        counts = self.counts.loc[self.counts["figure"].eq(PUPILS)]
        value = counts["value"].to_numpy(dtype=np.int64)
        shown = (value >= policy.threshold) | ((value == 0) & policy.zeros_shown)
        return View(self.ours, counts.assign(shown=shown))


@dataclass(frozen=True, eq=False)
class Comparison:
    """What earlier publications ask of this one; `refused` where no choice of hidden counts is enough."""

    published: Published = field(default_factory=Published)
    refused: bool = False


@dataclass(frozen=True, eq=False)
class Earlier:
    """The publications on record: of the same term, the first first, and of the terms around it."""

    same: Sequence[Publication] = ()
    around: Sequence[Publication] = ()

    def few_differ(self, ours: pd.DataFrame, rule: Differences) -> bool:
        """Say whether the authority's own figures of an earlier publication differ from ours by too few children."""
        pairs = [*((each, True) for each in self.same), *((each, False) for each in self.around)]
        found = (differing_in_authority(each.people, ours, corrections=same, known=rule.known) for each, same in pairs)
        return any(is_few(number, rule.movement) for each in found for number in each)

    def views(self, ours: pd.DataFrame) -> list[View]:
        """Return what each tells, of children by the identity that they have now."""
        pairs = [*((each, True) for each in self.same), *((each, False) for each in self.around)]
        return [
            View(known_again(each.people, ours), each.counts.loc[each.counts["figure"].eq(PUPILS)], same)
            for each, same in pairs
        ]


def compared_pupils(now: Now, earlier: Earlier, policy: Suppress) -> Comparison:
    """Compare the census: what would tell of one or two children is hidden; where that is not enough, refused."""
    rule = policy.differences
    if rule is None:
        return Comparison()
    ours = now.ours
    objecting = _schools_of_objectors(now.people, ours, rule)
    if earlier.few_differ(ours, rule) or objecting is None or _objectors_told(now.people, rule):
        return Comparison(refused=True)
    views = [*earlier.views(ours), now.view(policy)]
    stack, held = Stack(views), [_barely_changed(now, earlier, rule)]
    held += [_hidden_of(family, stack, views, objecting, rule) for family in families(views, rule.known)]
    apart = pd.concat(held, ignore_index=True).drop_duplicates(KEY)
    return Comparison(Published(apart, _counts_before(now, earlier)))


def _hidden_of(
    family: Family, stack: Stack, views: Sequence[View], objecting: frozenset[str], rule: Differences
) -> pd.DataFrame:
    """Return the counts of a family of topics to be hidden now."""
    units = stack.units(family.topics, family.fixed)
    layers = [each for at, view in enumerate(views) for each in layers_of(units, view.counts, at, rule.known)]
    now = len(views) - 1
    begin = [_of_schools(each, objecting if each.view == now else frozenset()) for each in layers]
    both = zip(layers, places_to_hide(units, layers, begin, now=now, movement=rule.movement), strict=True)
    hidden = [(each, mask) for each, mask in both if each.view == now]
    # What nobody in the authority is, its own nought tells of every place, unless that is hidden too.
    nobody = [each.nobody() for each, mask in hidden if each.sort == (LOCAL_AUTHORITY, ()) and not mask.any()]
    held = [each.counts_at(mask, frozenset().union(*nobody))[KEY] for each, mask in hidden]
    return pd.concat([views[now].counts[KEY].iloc[:0], *held], ignore_index=True)


def _of_schools(layer: Layer, schools: frozenset[str]) -> Mask:
    if layer.level != SCHOOL:
        return np.zeros(len(layer.names), dtype=bool)
    found: Mask = layer.names["laestab"].isin(schools).to_numpy(dtype=bool)
    return found


def compared_children(now: Now, earlier: Earlier, policy: Suppress) -> Comparison:
    """Compare the register, which knows no schools: where one or two children differ, totals alone are shown."""
    rule = policy.differences
    if rule is None:
        return Comparison()
    held = [_barely_changed(now, earlier, rule)]
    if earlier.few_differ(now.ours, rule):
        parts = parts_of(now.counts)
        held.append(parts.loc[~parts["breakdown_topic"].isin(rule.known), KEY])
    apart = pd.concat(held, ignore_index=True).drop_duplicates(KEY)
    return Comparison(Published(apart, _counts_before(now, earlier)))


def _schools_of_objectors(people: pd.DataFrame, ours: pd.DataFrame, rule: Differences) -> frozenset[str] | None:
    """Return the schools of so few objectors that DfE's table of the school would give them away, never one alone."""
    if rule.beside_dfe == "nothing":
        return frozenset()
    sizes = {str(name): int(number) for name, number in ours.groupby("laestab").size().items()}
    objecting = people.loc[people["objects"].to_numpy(dtype=bool)].groupby("laestab").size()
    few = {str(name) for name, number in objecting.items() if is_few(int(number), rule.movement)}
    if len(few) == 1:
        others = sorted((size, name) for name, size in sizes.items() if name not in few)
        few |= {others[0][1]} if others else set()
    return frozenset(few) if len(few) != 1 else None


def _objectors_told(people: pd.DataFrame, rule: Differences) -> bool:
    """Say whether so few object in all that DfE's tables of the authority would give them away."""
    objecting = people["objects"].to_numpy(dtype=bool) & people["counted"].to_numpy(dtype=bool)
    return rule.beside_dfe == "authority" and is_few(int(objecting.sum()), rule.movement)


def _barely_changed(now: Now, earlier: Earlier, rule: Differences) -> pd.DataFrame:
    """Return the counts that earlier publications of this term counted almost alike; pupils are compared one by one."""
    found: Iterable[pd.DataFrame] = (
        barely_changed(now.counts, each.counts, movement=rule.movement, apart=(PUPILS,)) for each in earlier.same
    )
    return pd.concat([now.counts.loc[:, KEY].iloc[:0], *found], ignore_index=True)


def _counts_before(now: Now, earlier: Earlier) -> pd.DataFrame | None:
    """Return every count that publications of this term showed, and those that the last hid under the same policy."""
    if not earlier.same:
        return None
    last = earlier.same[-1]
    is_same = np.full(len(last.counts), last.policy == now.policy)
    hidden = last.counts.loc[is_same & ~last.counts["shown"].to_numpy(dtype=bool)]
    shown = [each.counts.loc[each.counts["shown"].to_numpy(dtype=bool)] for each in earlier.same]
    held: pd.DataFrame = pd.concat([*shown, hidden], ignore_index=True)
    return held
