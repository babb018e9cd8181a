"""The agreements of a council: its own folder first, the shipped samples for the rest."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path

from flows.options import RunOptions
from schemas.agreements.model import Agreement, load_agreement, shipped_agreements
from schemas.agreements.permission import may_release
from schemas.errors import UsageError

ALL = "all"


def all_agreements(folder: Path | None) -> tuple[Agreement, ...]:
    """Return the council's agreements if it has a folder of them, and the shipped samples of other ids.

    Raises:
        UsageError: when there is no such folder, or naming the file that cannot be read.
    """
    if folder is not None and not folder.is_dir():
        raise UsageError(f"There is no agreements folder {folder}; correct the path and run again.")
    own: dict[str, tuple[str, Agreement]] = {}
    for path in sorted(folder.glob("*.toml")) if folder is not None else ():
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            content = None
        if content is None:
            raise UsageError(f"{path.name} in the agreements folder is not TOML that can be read; correct it.")
        agreement = load_agreement(content, file=path.name)
        if agreement.id in own:
            raise UsageError(
                f"{own[agreement.id][0]} and {path.name} in the agreements folder are both {agreement.id}; "
                "keep the version that is signed, move the other out of the folder."
            )
        own[agreement.id] = (path.name, agreement)
    signed = (agreement for _, agreement in own.values())
    return (*signed, *(agreement for agreement in shipped_agreements() if agreement.id not in own))


def chosen_agreements(options: RunOptions, told_territory: frozenset[str]) -> tuple[list[Agreement], list[str]]:
    """Return the agreements that were asked for, and the names that none bears; `all` means those in force."""
    known = {agreement.id: agreement for agreement in all_agreements(options.agreements)}
    if ALL in options.release:
        allowed = partial(
            may_release, on=options.on, sample_allowed=options.sample_agreements, told_territory=told_territory
        )
        return [agreement for agreement in known.values() if allowed(agreement)], []
    asked = list(dict.fromkeys(options.release))
    return [known[name] for name in asked if name in known], [name for name in asked if name not in known]
