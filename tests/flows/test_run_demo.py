"""The demo is what a new user sees first: it ends well, every place it names is there, and it can be repeated."""

import os
from pathlib import Path

import pytest

from tests.termly_calls import termly


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Return the folder of a demo and what it said; the key file that it set is forgotten again."""
    out = tmp_path_factory.mktemp("demo") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TERMLY_MASTER_KEY", raising=False)
        patch.setenv("TERMLY_KEY_FILE", "")
        return out, termly("demo", "--out", out, "--no-prefect", key=None)


def test_the_demo_ends_well_and_shows_a_bad_file_and_a_refused_school(demo):
    _, said = demo
    assert said.code == 0, said.sentences
    assert len(said.quarantined()) == 1
    assert any("not written: " in line for line in said.lines)


def test_every_place_that_the_demo_names_is_there(demo):
    out, said = demo
    places = [Path(line.rpartition(": ")[2]) for line in said.lines if line.startswith("  ")]
    assert len(places) >= 8
    assert all(place.exists() and place.is_relative_to(out) for place in places)


def test_the_demos_key_is_its_owners_alone(demo):
    out, _ = demo
    assert len((out / "demo.key").read_text(encoding="ascii").strip()) == 64
    assert os.name != "posix" or (out / "demo.key").stat().st_mode & 0o077 == 0


def test_the_demo_can_be_repeated_and_then_changes_nothing(demo):
    out, _ = demo
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERMLY_KEY_FILE", "")
        again = termly("demo", "--out", out, "--no-prefect", key=None)
    assert again.code == 0
    assert any(line.startswith("Nothing has changed") for line in again.lines)
