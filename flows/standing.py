"""Does the last run still stand? Same inputs, settings, key and code, and every output as it was written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flows.inputs import Inputs
from flows.keys import MasterKey
from flows.storage import json_bytes
from flows.version import code_version
from flows.workspace import Workspace
from transforms.reports.run_summary import RunSummary

NAME = "run.json"


@dataclass(frozen=True)
class Kept:
    """What later commands ask of a run: how many files it quarantined, how many errors it found."""

    files_quarantined: int
    errors: int


def fingerprint(work: Workspace, inputs: Inputs, key: MasterKey) -> str:
    """Hash everything that decides a run's bytes; the day of the run is no part of it."""
    configuration = work.configuration
    decides = {
        "inputs": inputs.fingerprint(),
        "collection": str(work.options.collection),
        "la": work.options.la,
        "statistics": work.options.statistics,
        "settings": configuration.settings.model_dump(mode="json"),
        "column_map": configuration.column_map,
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
        work.store.exists(name) and work.store.sha256(name) == digest for name, digest in told["outputs"].items()
    )
    return Kept(told["files_quarantined"], told["errors"]) if whole else None


def remember(work: Workspace, inputs: Inputs, key: MasterKey, summary: RunSummary) -> Kept:
    """Write aside what this run was made of and what it wrote."""
    kept = Kept(summary.files_quarantined, summary.findings.errors)
    outputs = {
        str(staged.path): staged.sha256 for staged in work.transaction.staged if staged.path.name != "store.json"
    }
    told = {"fingerprint": fingerprint(work, inputs, key), "outputs": outputs}
    work.transaction.stage_json(
        work.reports / NAME, told | {"files_quarantined": kept.files_quarantined, "errors": kept.errors}
    )
    return kept
