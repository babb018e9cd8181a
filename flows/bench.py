"""`termly bench`: every stage on synthetic returns, against a yardstick of the same machine."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
import time
from pathlib import Path

from flows import keys
from flows.options import Outcome, RunOptions
from flows.printing import show_listing
from flows.progress import Progress
from flows.school_census import stored_census
from flows.synth import CENSUS, EHE, REGISTER_CSV, write_synthetic
from flows.termly_run import termly_run
from flows.workspace import workspace
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.rules.register import Rule, rules_in_force
from schemas.tables import Tables
from transforms.reports.listing import Cell, Listing

COLLECTION = Collection.parse("2026-spring")
LA = "856"
PUPILS_A_SCHOOL = 1000
_MB = 1_000_000
SLOWEST = 10


def benchmark(pupils: int) -> Outcome:
    """Run `termly bench`: seconds, pupils a second, and the ratio to hashing the same bytes."""
    outcome = Outcome()
    os.environ[keys.KEY_VARIABLE] = secrets.token_hex(keys.KEY_BYTES)
    with tempfile.TemporaryDirectory(prefix="termly-bench-") as folder:
        root = Path(folder)
        size = min(PUPILS_A_SCHOOL, pupils)
        made = time.perf_counter()
        write_synthetic(root / "in", schools=max(1, pupils // size), pupils=size, collection=COLLECTION, la=LA, seed=1)
        made = time.perf_counter() - made
        files = sorted((root / "in" / CENSUS).iterdir())
        yardstick, total = _hash(files)
        progress = Progress(quiet=True)
        options = RunOptions(
            collection=COLLECTION,
            la=LA,
            store=root / "store",
            on=calendar_for(COLLECTION).census_day,
            census=(root / "in" / CENSUS,),
            ehe=root / "in" / EHE / REGISTER_CSV,
        )
        began = time.perf_counter()
        termly_run(options, progress)
        whole = time.perf_counter() - began
        began = time.perf_counter()
        termly_run(options, Progress(quiet=True))
        again = time.perf_counter() - began
        listing = _slowest_rules(options)
    seconds = {**progress.seconds, "whole run": whole, "the same again (no-op)": again, "synthetic data (apart)": made}
    rows = tuple(_row(name, taken, pupils, total, yardstick) for name, taken in seconds.items())
    title = f"{pupils} pupils, {total / _MB:.0f} MB of XML; yardstick: SHA-256 of it in {yardstick:.2f} s"
    columns = ("stage", "seconds", "pupils a second", "MB a second", "times the yardstick")
    show_listing(outcome, Listing(title, columns, rows), as_json=False)
    show_listing(outcome, listing, as_json=False)
    return outcome


def _slowest_rules(options: RunOptions) -> Listing:
    """Time every census rule in force on the clean tables of the run; the ten slowest, and all together."""
    with workspace(options, Progress(quiet=True), create=False) as work:
        tables = stored_census(work).tables
    rules = rules_in_force(options.collection)
    seconds = {rule.id: _seconds(rule, tables) for rule in rules}
    slowest = sorted(seconds, key=lambda name: -seconds[name])[:SLOWEST]
    rows: list[dict[str, Cell]] = [{"rule": name, "seconds": f"{seconds[name]:.3f}"} for name in slowest]
    rows.append({"rule": f"all {len(rules)}", "seconds": f"{sum(seconds.values()):.3f}"})
    return Listing(f"The {SLOWEST} slowest rules", ("rule", "seconds"), tuple(rows))


def _seconds(rule: Rule, tables: Tables) -> float:
    began = time.perf_counter()
    for _, mask in rule.masks(tables):
        mask.any()
    return time.perf_counter() - began


def _hash(files: list[Path]) -> tuple[float, int]:
    contents = [path.read_bytes() for path in files]
    began = time.perf_counter()
    for content in contents:
        hashlib.sha256(content).hexdigest()
    return time.perf_counter() - began, sum(len(content) for content in contents)


def _row(name: str, taken: float, pupils: int, total: int, yardstick: float) -> dict[str, Cell]:
    return {
        "stage": name,
        "seconds": f"{taken:.2f}",
        "pupils a second": f"{pupils / taken:,.0f}" if taken else "",
        "MB a second": f"{total / _MB / taken:,.0f}" if taken else "",
        "times the yardstick": f"{taken / yardstick:.1f}",
    }
