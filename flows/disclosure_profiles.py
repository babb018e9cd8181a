"""Under which disclosure profile each dataset stands: its own, or the one that the council chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flows.workspace import Workspace
from schemas.datasets import Dataset, datasets
from schemas.disclosure import Policy, Suppress, Unprotected, policy
from schemas.errors import UsageError

#: The profile for which the council's own choice stands in.
DEFAULT_PROFILE: Final = "suppress"


def profile_of(work: Workspace, dataset: Dataset) -> str:
    """Return the profile of a dataset: the council's for it, or its choice for all in place of the default one."""
    chosen = work.settings.disclosure
    everywhere = chosen.profile if dataset.profile == DEFAULT_PROFILE else dataset.profile
    return chosen.datasets.get(dataset.id, everywhere)


def policy_of(work: Workspace, names: Sequence[str]) -> Policy:
    """Return the policy of datasets that share counts.

    Raises:
        UsageError: when the council chose different profiles for them.
    """
    chosen = {profile_of(work, datasets()[name]) for name in names}
    if len(chosen) != 1:
        raise UsageError(
            f"termly.toml: disclosure.datasets: {', '.join(sorted(names))} share counts, so they need one profile."
        )
    return policy(chosen.pop(), declared=work.configuration.disclosure)


def suppresses(work: Workspace, names: Sequence[str]) -> Suppress | None:
    """Return the policy of datasets whose small counts are hidden and whose others are published as they are."""
    found = policy_of(work, names)
    return found if isinstance(found, Suppress) else None


def is_unprotected(work: Workspace, dataset: Dataset) -> bool:
    """Say whether a dataset is for the authority's own eyes: it goes nowhere near `statistics/`."""
    return isinstance(policy_of(work, [dataset.id]), Unprotected)


def published_policy(work: Workspace, dataset: Dataset) -> Policy:
    """Return the policy of what stands published of a dataset; of one that is published no more, the default one."""
    name = DEFAULT_PROFILE if is_unprotected(work, dataset) else profile_of(work, dataset)
    return policy(name, declared=work.configuration.disclosure)
