"""Findings depend on the data alone: not on the order of rows or files, nor on how many files are read at once."""

import numpy as np
import pandas as pd
import pytest

from flows.synth import write_synthetic
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.rules.catalogue import catalogue
from schemas.rules.register import rules_in_force
from schemas.tables import Tables
from tests.synthetic_checked import gathered, read_returns
from transforms.clean.returns import clean_returns
from transforms.parse.school_census_xml import read_xml_return
from transforms.validate import findings_of

TOGETHER = {entry.id for entry in catalogue() if entry.scope in ("returns of the authority", "two collections")}


@pytest.fixture(scope="module", params=["2026-spring", pytest.param("2026-autumn", marks=pytest.mark.long)])
def faulty(request, tmp_path_factory):
    folder, collection = tmp_path_factory.mktemp("faulty") / "la", Collection.parse(request.param)
    write_synthetic(folder, schools=8, pupils=60, collection=collection, la="823", seed=11, faults=True)
    return folder, collection


def found(frames, collection):
    tables = Tables(collection, calendar_for(collection), frames)
    header = tables["schoolcensus"]
    files = pd.Series(header["source_file"].to_numpy(), index=header["laestab"].to_numpy())
    return findings_of(tables, rules_in_force(collection), source_files=files)


def test_order_of_rows_changes_nothing(faulty):
    folder, collection = faulty
    frames = clean_returns(read_returns(folder, collection), collection=collection)
    random = np.random.default_rng(3)
    shuffled = {
        name: frame.iloc[random.permutation(len(frame))].reset_index(drop=True) for name, frame in frames.items()
    }
    whole = found(frames, collection)
    assert len(whole) > 100
    pd.testing.assert_frame_equal(found(shuffled, collection), whole)


def test_order_of_files_changes_nothing(faulty):
    folder, collection = faulty
    paths = sorted((folder / "census").iterdir(), reverse=True)
    turned = gathered(
        read_xml_return(path.read_bytes(), source_file=path.name, collection=collection) for path in paths
    )
    frames = clean_returns(read_returns(folder, collection), collection=collection)
    pd.testing.assert_frame_equal(
        found(clean_returns(turned, collection=collection), collection), found(frames, collection)
    )


def test_each_file_alone_gives_its_part_of_what_all_together_give(faulty):
    folder, collection = faulty
    parts = []
    for path in sorted((folder / "census").iterdir()):
        raw = gathered([read_xml_return(path.read_bytes(), source_file=path.name, collection=collection)])
        parts.append(found(clean_returns(raw, collection=collection), collection))
    alone = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    whole = found(clean_returns(read_returns(folder, collection), collection=collection), collection).astype(object)
    whole = whole.loc[~whole["rule"].isin(TOGETHER)].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.loc[~alone["rule"].isin(TOGETHER)].reset_index(drop=True), whole)
