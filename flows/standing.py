"""Does the last run still stand? Same inputs, settings, key and code, and every output as it was written."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from flows.earlier import around
from flows.explanations import explanations_in_force
from flows.inputs import Inputs
from flows.keys import MasterKey
from flows.protections import objections_in_force
from flows.storage import STATE, json_bytes
from flows.version import code_version
from flows.workspace import Workspace

NAME = "run.json"


@dataclass(frozen=True)
class Kept:
    """What later commands ask of a run: how many files it quarantined, errors it found, tables it refused."""

    files_quarantined: int
    errors: int
    unsafe: int = 0


def fingerprint(work: Workspace, inputs: Inputs, key: MasterKey) -> str:
    """Hash everything that decides a run's bytes; the day of the run only by the objections that it puts in force."""
    configuration = work.configuration
    decides = {
        "inputs": inputs.fingerprint(),
        "around": around(work),
        "objections": objections_in_force(work, inputs),
        "explanations": explanations_in_force(work, inputs),
        "collection": str(work.options.collection),
        "la": work.options.la,
        "statistics": work.options.statistics,
        "settings": configuration.settings.model_dump(mode="json"),
        "column_map": configuration.column_map,
        "cme_column_map": configuration.cme_column_map,
        "disclosure": configuration.disclosure,
        "key": key.key_id,
        "epoch": work.store.state().epoch,
        "code": code_version(),
    }
    return hashlib.sha256(json_bytes(_plain(decides))).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def standing(work: Workspace, inputs: Inputs, key: MasterKey) -> Kept | None:
    """Return what the last run found if it still stands, else None."""
    path = work.reports / NAME
    if not work.store.exists(path):
        return None
    told = work.store.read_json(path)
    if told["fingerprint"] != fingerprint(work, inputs, key):
        return None
    whole = all(
        work.store.exists(name) and digest in ("", work.store.sha256(name)) for name, digest in told["outputs"].items()
    )
    return Kept(told["files_quarantined"], told["errors"], told["unsafe"]) if whole else None


def remember(work: Workspace, inputs: Inputs, key: MasterKey, kept: Kept) -> None:
    """Write aside what this run was made of and what it wrote."""
    outputs = {
        str(staged.path): "" if _is_shared(staged.path) else staged.sha256
        for staged in work.transaction.staged
        if staged.path != STATE
    }
    read = sorted({file.sha256 for file in (*inputs.census, *inputs.sources.values())})
    told = {"fingerprint": fingerprint(work, inputs, key), "outputs": outputs, "read": read}
    work.transaction.stage_json(work.reports / NAME, told | asdict(kept))


def files_read(work: Workspace) -> set[str]:
    """Return the hashes of the landed files that the last whole run read."""
    path = work.reports / NAME
    return set(work.store.read_json(path)["read"]) if work.store.exists(path) else set()


def _is_shared(path: PurePosixPath) -> bool:
    """Say whether the runs of other collections write this file too (DfE's CSV holds all terms)."""
    return not any(part.startswith("collection=") for part in path.parts)
