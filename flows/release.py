"""Release: one extract per agreement in force → files, manifest, ledger; each agreement in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from secrets import token_hex

import pandas as pd

from flows import clock
from flows.agreements import chosen_agreements
from flows.keys import MasterKey
from flows.ledger import Entry
from flows.options import Outcome, RunOptions
from flows.progress import Progress
from flows.pseudonyms import fetch_key
from flows.releasing import Releasing, gather_stage
from flows.storage import Zone
from flows.tasks import part, stage
from flows.transaction import Transaction
from flows.version import code_version
from flows.workspace import Workspace, workspace
from schemas.agreements.model import Agreement
from schemas.agreements.permission import HOME, check_may_release
from schemas.errors import AgreementRefused
from transforms.extract.build import build_extract
from transforms.extract.manifest import manifest, release_report
from transforms.extract.results import UNMATCHED, ExtractResult
from transforms.pseudonymise import RecipientKey, derive, identities, pseudonyms
from transforms.reports.tables import report_json

MANIFEST = "manifest.json"


def release_only(options: RunOptions, progress: Progress) -> Outcome:
    """Run `termly release`."""
    with workspace(options, progress, create=False) as work:
        release(work, fetch_key(work))
    return work.outcome


@part("release")
def release(work: Workspace, key: MasterKey) -> None:
    """Write the extracts of the agreements asked for; one that refuses does not stop the others."""
    chosen, missing = chosen_agreements(work.options, told_territory(work))
    for name in missing:
        work.outcome.refuse(AgreementRefused.exit_code, f"{name}: there is no such agreement; see `termly agreements`.")
    if not chosen:
        if not missing:
            line = f"No agreement is in force on {work.options.on}; nothing was written: see `termly agreements`."
            work.outcome.refuse(AgreementRefused.exit_code, line)
        return
    releasing = gather_stage(work, key)
    for agreement in chosen:
        _one(work, agreement, releasing)


def _one(work: Workspace, agreement: Agreement, releasing: Releasing) -> None:
    try:
        _check(work, agreement)
        result = extract_stage(work, agreement, releasing)
    except AgreementRefused as refusal:
        work.outcome.refuse(refusal.exit_code, str(refusal))
        return
    for refused in result.refused:
        work.outcome.refuse(AgreementRefused.exit_code, f"{agreement.id}: {refused.what} not written: {refused.why}")
    if work.options.dry_run:
        work.outcome.say(f"{agreement.id}: would write {len(result.files)} files, {_rows(result)} rows")
        return
    write_stage(work, agreement, releasing, result)


def _check(work: Workspace, agreement: Agreement) -> None:
    allowed, told = work.options.sample_agreements, told_territory(work)
    check_may_release(agreement, on=work.options.on, sample_allowed=allowed, told_territory=told)


def told_territory(work: Workspace) -> frozenset[str]:
    """Return the territory that the council's notice tells people of."""
    notice = work.configuration.notice
    return HOME if notice is None else frozenset(notice.territory)


def _rows(result: ExtractResult) -> int:
    return sum(file.rows for file in result.files)


@stage("make extract")
def extract_stage(work: Workspace, agreement: Agreement, releasing: Releasing) -> ExtractResult:
    """Build the files of one agreement in memory."""
    with work.progress.stage(f"extract {agreement.id}"):
        own = derive(releasing.key.key, recipient=agreement.recipient, purpose=agreement.id, epoch=releasing.epoch)
        digest = partial(_digest, own, work.options.la)
        return build_extract(agreement, replace(releasing.inputs, pseudonym=digest), on=work.options.on)


def _digest(key: RecipientKey, la: str, upns: pd.Series) -> pd.Series:
    return pseudonyms(identities(upns, la=la).ids, key)


@stage("write extract", retries=1)
def write_stage(work: Workspace, agreement: Agreement, releasing: Releasing, result: ExtractResult) -> None:
    """Put files, manifest, report and ledger rows in place together; files that stand already stay unrecorded."""
    folder = work.place(Zone.RELEASED, agreement.id)
    digests = {file.name: hashlib.sha256(file.data).hexdigest() for file in result.files}
    with Transaction(work.store) as transaction:
        report = release_report(agreement, result, releasing.inputs, on=work.options.on)
        transaction.stage(work.reports / f"release_{agreement.id}.json", report_json(report))
        if not result.files:
            transaction.commit()
            _say_nothing_written(work, agreement, folder, refused=bool(result.refused))
            return
        if _stands(work, folder, agreement, digests):
            work.outcome.say(f"{agreement.id}: nothing has changed, the files released before stand")
            transaction.commit()
            return
        transaction.clear(folder)
        for file in result.files:
            transaction.stage(folder / file.name, file.data)
        told = manifest(agreement, result, releasing.inputs, on=work.options.on, code_version=code_version())
        transaction.stage_json(folder / MANIFEST, told)
        for entry in _entries(work, agreement, releasing, result, digests):
            transaction.record(entry)
        transaction.commit()
    work.outcome.say(
        f"{agreement.id}: {len(result.files)} files, {_rows(result)} rows in {work.store.locate(folder)}; "
        f"{result.people_held_back} held back, {result.people_listed} listed for a person"
    )
    _say_protections(work, agreement, releasing, result)


def _say_nothing_written(work: Workspace, agreement: Agreement, folder: PurePosixPath, *, refused: bool) -> None:
    """Say that nothing was written, and whether an earlier release is still there."""
    there = "; the files of an earlier release still stand" if work.store.exists(folder / MANIFEST) else ""
    line = f"{agreement.id}: nothing was written{there}."
    if refused:
        work.outcome.say(line)
    else:
        work.outcome.refuse(AgreementRefused.exit_code, line)


def _say_protections(work: Workspace, agreement: Agreement, releasing: Releasing, result: ExtractResult) -> None:
    if agreement.statutory or not agreement.identifies:
        return
    if not releasing.inputs.protections_supplied:
        work.outcome.say(f"{agreement.id}: no protections list was supplied (--input protections=PATH)")
    if unmatched := result.counts.get(UNMATCHED, 0):
        work.outcome.say(
            f"{agreement.id}: {unmatched} protections match no record; if they are of children of this authority, "
            "correct the list and release again."
        )


def _stands(work: Workspace, folder: PurePosixPath, agreement: Agreement, digests: dict[str, str]) -> bool:
    path = folder / MANIFEST
    if not work.store.exists(path):
        return False
    told = work.store.read_json(path)
    same = {file["name"]: file["sha256"] for file in told["files"]} == digests and told["version"] == agreement.version
    return same and all(
        work.store.exists(folder / name) and work.store.sha256(folder / name) == digest
        for name, digest in digests.items()
    )


def _entries(
    work: Workspace, agreement: Agreement, releasing: Releasing, result: ExtractResult, digests: dict[str, str]
) -> Iterable[Entry]:
    now = clock.now()
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{token_hex(4)}"
    destroy_by = work.options.on + timedelta(days=agreement.delivery.retention_days)
    for file in result.files:
        yield Entry(
            recorded_at=now.isoformat(),
            agreement=agreement.id,
            version=agreement.version,
            recipient=agreement.recipient,
            collection=str(work.options.collection),
            la=work.options.la,
            on_day=work.options.on.isoformat(),
            file=file.name,
            sha256=digests[file.name],
            bytes=len(file.data),
            rows=file.rows,
            columns=file.columns,
            code_version=code_version(),
            key_id=releasing.key.key_id,
            accepted_findings=(work.options.accept_findings.strip() or None) if agreement.needs_sign_off else None,
            run_id=run_id,
            destroy_by=destroy_by.isoformat(),
        )
