"""How figures are protected, in plain words, with counts of figures: never a figure, nor what would help to find one.

Why counts are hidden is told of a release as a whole and roughly. Told exactly, of a small table, it would help to
unpick it: of two hidden counts that add up to 7, an outsider who knows both to be below 5 has 3 and 4 left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from schemas.datasets import Dataset
from schemas.disclosure import Differences, Policy, Rounded, SmallCounts, Suppress
from schemas.statistics import HIDDEN, ROUNDS_TO_ZERO, symbol_of
from schemas.statistics_page import told_roughly
from transforms.rounding.told import Changes
from transforms.statistics_pages.values import Held

SMALL, GROUP, TO_PROTECT, DIFFERENT = "small", "in a small group", "to protect others", "against subtraction"
#: In words, in this order: why a count is hidden.
REASONS: Final = {
    SMALL: "hidden because they are small",
    GROUP: "hidden because they divide a small group",
    TO_PROTECT: "hidden so that no other hidden count follows from those shown",
    DIFFERENT: "hidden because something published before, or by DfE, could be subtracted",
}
_COUNTS: Final = "counts"
_CHANGED: Final = "changed"
NONE: Final = "none"


@dataclass(frozen=True)
class Counted:
    """The figures of one dataset over all its terms: how many, how many hidden or rounded, the most a total changed."""

    dataset: Dataset
    figures: int
    hidden: int
    to_zero: int
    rounded: str
    largest_change: str

    @property
    def share(self) -> str:
        """Return the share of the figures that is hidden, in whole per cent."""
        return f"{100 * self.hidden / self.figures:.0f}%" if self.figures else ""


def reasons_of(cells: int, *, small: int, group: int, to_protect: int, different: int = 0) -> dict[str, str]:
    """Tell roughly why the counts of a release are hidden; nothing at all where few are."""
    roughly = told_roughly()
    if small + group + to_protect + different < roughly.told_from:
        return {}
    told = {SMALL: small, GROUP: group, TO_PROTECT: to_protect, DIFFERENT: different}
    return {_COUNTS: _rough(cells)} | {reason: _rough(number) for reason, number in told.items()}


def changed_counts(changes: Sequence[Changes]) -> dict[str, dict[str, dict[str, object]]]:
    """Tell roughly, by profile, how many counts are not the true ones and how many can still be worked out."""
    told: dict[str, dict[str, object]] = {
        each.profile: {
            "claims": each.claims,
            "counts": _rough(each.counts),
            "changed": _rough(each.changed),
            "not available": _rough(each.not_available) if each.not_available else NONE,
            "small": _rough(each.small),
            "exact": _rough(each.exact) if each.exact else NONE,
            "narrow": _rough(each.narrow) if each.narrow else NONE,
            "largest change": each.largest_change,
        }
        for each in changes
    }
    return {_CHANGED: told} if told else {}


def _sentences(profile: str, told: Mapping[str, object]) -> list[str]:
    """Write what `changed_counts` tells of one profile."""
    absent = f"; of {told['not available']} nothing is told" if told["not available"] != NONE else ""
    counted = (
        f"Under {profile}, of {told['counts']} counts {told['changed']} are not the true ones{absent}. "
        f"No shown count differs from the true one by more than {told['largest change']}."
    )
    if told["claims"]:
        return [counted, f"Of {told['small']} small counts none can be worked out; the second program has proved it."]
    return [
        counted,
        f"This convention does not claim that no count follows from the others: of {told['small']} small counts the "
        f"second program can work out {told['exact']} exactly, and {told['narrow']} more closely than the rules ask.",
    ]


def _rough(number: int) -> str:
    base = told_roughly().told_to_nearest
    return f"about {(number + base // 2) // base * base:,}" if number >= base else f"fewer than {base}"


def counted(held: Held, policy: Policy) -> Counted:
    """Count the figures of a dataset, each indicator of each row being one."""
    rows = pd.concat([rows for _, rows in held.terms], ignore_index=True)
    signs = [rows[symbol_of(each.name)].astype(object) for each in held.dataset.indicator]
    hidden, to_zero = (sum(int(sign.eq(symbol).sum()) for sign in signs) for symbol in (HIDDEN, ROUNDS_TO_ZERO))
    numbers = sum(int(rows[each.name].notna().sum()) for each in held.dataset.indicator)
    return Counted(held.dataset, numbers + hidden + to_zero, hidden, to_zero, *_changed(policy))


def _changed(policy: Policy) -> tuple[str, str]:
    """Say how many shown counts are not the true ones, and by how much a total may be another."""
    if isinstance(policy, Suppress):
        return "none", "none"
    if isinstance(policy, Rounded):
        return f"every count, to the nearest {policy.base}", f"at most {policy.base // 2}"
    if isinstance(policy, SmallCounts):
        return f"those below {policy.base}, and what they add up to", "see below"
    return "see the profile", "see the profile"


def policies_told(policies: Mapping[str, Policy]) -> list[tuple[Policy, tuple[str, ...]]]:
    """Return each policy under which something is published, once, with its rules in words."""
    used = {policy.name: policy for policy in policies.values()}
    return [(policy, _rules(policy)) for _, policy in sorted(used.items())]


def _rules(policy: Policy) -> tuple[str, ...]:
    if isinstance(policy, Suppress):
        return _suppressed(policy)
    if isinstance(policy, Rounded):
        return _rounded(policy)
    return _small_counts(policy) if isinstance(policy, SmallCounts) else (policy.source,)


def _rounded(policy: Rounded) -> tuple[str, ...]:
    low, absent = policy.symbols.rounds_to_zero, policy.symbols.not_available
    claim = (
        f"Before anything is written, a second program tries to work out the counts below {policy.base}. Where "
        f"rounding alone would give one away, “{absent}” stands in its place and in those of others, until none is.",
        f"Sums such as sessions of absence are not told (“{absent}”).",
    )
    convention = (
        f"This convention does not claim that no count follows from the others. A second program counts how many "
        f"below {policy.base} do; the numbers stand below.",
        f"Sums such as sessions of absence are rounded too, and not told (“{absent}”) where fewer than {policy.base} "
        "people, as rounded, are behind them.",
    )
    return (
        f"Every count is rounded to the nearest {policy.base}, each on its own, so totals need not add up. What "
        f"rounds to 0 without being 0 is shown as “{low}”; a 0 is a true 0.",
        *(claim if policy.claims else convention),
        f"Percentages and rates are worked out from the rounded counts, so they tell nothing more; where the part is "
        f"“{low}”, so is the percentage if it is too small to tell apart from 0; else, and where the whole is “{low}”, "
        f"it is “{absent}”.",
        "Publications of other terms, or of the same term made again, are not compared with these.",
    )


def _small_counts(policy: SmallCounts) -> tuple[str, ...]:
    base = policy.base
    return (
        f"No count from 1 to {base - 1} is shown: each has become 0 or {base}. Other counts were changed as little as "
        "it takes that every total is still the sum of its parts, in all tables together. So a published count need "
        "not be the true one, and a 0 need not be a true 0.",
        "Before anything is written, a second program tries to work the small counts out. Whoever knows every "
        "published figure, and how much they may differ from the true ones, must find possible values at "
        f"least {policy.minimum_width} apart for each of them. If it cannot prove that, nothing is published.",
        "What is not claimed: that nothing could be ruled out by somebody who compares publications of other terms; "
        f"or who also knows that the program changes as little as it can, so that a lone count of 1 goes to 0 and "
        f"one of {base - 1} to {base}.",
        "Percentages and rates are worked out from the published counts. Sums such as sessions of absence are not told "
        f"(“{policy.symbols.not_available}”).",
    )


def _differences(rule: Differences | None) -> tuple[str, ...]:
    if rule is None:
        return ("Publications of other terms, or of the same term made again, are not compared with these.",)
    return (
        "Figures published before can be subtracted from these by somebody who knows which children came, left or "
        f"objected in between. Where {rule.movement} or fewer did and their characteristics could be told so, the "
        "figures of these characteristics are hidden in that place, and in others beside it, noughts too. Earlier "
        f"publications of this term and those of {rule.terms} terms before and after are compared, child by child. "
        f"What whoever knows a child knows of it anyway ({', '.join(rule.known)}) is not hidden for this.",
    )


def _suppressed(policy: Suppress) -> tuple[str, ...]:
    sign = policy.symbols.hidden
    zeros = "A 0 is shown: it says that there is nobody." if policy.zeros_shown else "A 0 is hidden like a small count."
    group = (
        f"A group of fewer than {policy.small_group} is not divided at all, so that nobody learns that all of it, or "
        "none, has some characteristic."
    )
    return (
        f"A count of 1 to {policy.threshold - 1} is not shown. In its place stands “{sign}”. {zeros}",
        *((group,) if policy.small_group else ()),
        f"If a hidden count could be worked out by taking the shown ones from their total, others are hidden too, with "
        f"the same “{sign}”. So a “{sign}” does not tell whether a count is small.",
        f"Before anything is written, a second program tries to unpick all tables together: whoever knows every shown "
        f"figure must still find, for each hidden count, possible values at least {policy.minimum_width} apart. "
        "If it cannot prove that, nothing is published.",
        *_differences(policy.differences),
        "Percentages and rates are worked out from shown counts alone, and sums such as sessions of absence are shown "
        "only where the number of people behind them is.",
        "No shown count is changed: every number is the true one.",
    )


def collections_told(
    reasons: Mapping[str, Mapping[str, Any]],
) -> list[tuple[str, str, list[tuple[str, str]], list[str]]]:
    """Return collection, how many counts it has, reasons with their numbers, and sentences on changed counts.

    Few hidden counts have no reasons.
    """
    return [
        (
            collection,
            str(told.get(_COUNTS, "")),
            [(words, str(told[reason])) for reason, words in REASONS.items() if reason in told],
            [line for name, each in sorted(told.get(_CHANGED, {}).items()) for line in _sentences(name, each)],
        )
        for collection, told in sorted(reasons.items())
    ]
