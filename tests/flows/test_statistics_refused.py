"""An authority too small to protect: its statistics are refused, everything else of the run stands."""

import pandas as pd
import pytest

from flows import protect_statistics
from flows.options import RunOptions
from flows.progress import Progress
from flows.synth import write_synthetic
from flows.termly_run import termly_run
from schemas.collection import Collection
from schemas.errors import DisclosureUnsafe

WHEN = Collection.parse("2026-spring")


@pytest.fixture
def run(tmp_path, monkeypatch):
    write_synthetic(tmp_path / "in", schools=2, pupils=10, collection=WHEN, la="856", seed=3)
    monkeypatch.setenv("TERMLY_MASTER_KEY", "".join(f"{place:02x}" for place in range(1, 33)))

    def go():
        options = RunOptions(
            WHEN, "856", tmp_path / "store", pd.Timestamp("2026-01-30").date(), (tmp_path / "in" / "census",)
        )
        return termly_run(options, Progress(quiet=True)), tmp_path / "store"

    return go


def test_a_table_that_cannot_be_protected_is_refused_and_the_rest_of_the_run_stands(run, monkeypatch):
    def refuse(*_args, names, **_more):
        raise DisclosureUnsafe(f"{names}: the audit could not prove every hidden count safe.")

    monkeypatch.setattr(protect_statistics, "protect_release", refuse)
    outcome, store = run()
    assert outcome.codes == {12}
    assert not list((store / "statistics").rglob("*.parquet"))
    assert list((store / "clean").rglob("*.parquet"))
    assert list((store / "reports").rglob("findings.csv"))


def test_a_run_that_stands_keeps_saying_that_its_statistics_were_refused(run, monkeypatch):
    def refuse(*_args, names, **_more):
        raise DisclosureUnsafe(f"{names}: the audit could not prove every hidden count safe.")

    monkeypatch.setattr(protect_statistics, "protect_release", refuse)
    run()
    outcome, _ = run()
    assert any(line.startswith("Nothing has changed") for line in outcome.lines)
    assert outcome.codes == {12}
