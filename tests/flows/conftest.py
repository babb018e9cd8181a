"""Small invented authorities and stores of finished runs, made once; a test that changes a store takes a copy."""

import os
import shutil

import pytest
from filelock import FileLock

from flows.synth import write_synthetic
from schemas.collection import Collection
from tests.termly_calls import LA, Authority

#: A day in each term on which the samples are in force and the returns are in.
DAYS = {
    "2026-spring": "2026-01-30",
    "2026-summer": "2026-06-05",
    "2026-autumn": "2026-10-16",
    "2025-autumn": "2025-10-17",
    "2025-summer": "2025-05-30",
}


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    """Keep the developer's own keyring out."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Return a maker of folders that are made once, whichever of the test processes asks first."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def make(name, filled):
        folder = root / name
        with FileLock(f"{folder}.lock"):
            if not (folder / "made").exists():
                folder.mkdir()
                filled(folder)
                (folder / "made").touch()
        return folder

    return make


@pytest.fixture(scope="session")
def authority(once):
    """Return a maker of authorities: the same one is made once."""
    made = {}

    def make(collection="2026-spring", *, faults=False, schools=6, pupils=25, seed=1):
        asked = (collection, faults, schools, pupils, seed)
        if asked not in made:
            size = {"schools": schools, "pupils": pupils, "seed": seed, "faults": faults}
            when = Collection.parse(collection)
            name = "-".join(str(each) for each in ("authority", *asked))
            folder = once(name, lambda folder: write_synthetic(folder / "in", collection=when, la=LA, **size))
            made[asked] = Authority(folder / "in", collection, DAYS[collection])
        return made[asked]

    return make


@pytest.fixture(scope="session")
def spring(authority):
    """Return an authority whose returns are without fault."""
    return authority()


@pytest.fixture(scope="session")
def faulty(authority):
    """Return an authority with planted faults."""
    return authority(faults=True)


@pytest.fixture(scope="session")
def finished(once, spring):
    """Return the store of a run and all releases; nobody changes it."""

    def run(folder):
        said = spring.run(folder / "store", "--release", "all", "--sample-agreements")
        assert said.code == 0, said.sentences
        (folder / "said.txt").write_text(said.out, encoding="utf-8")

    return once("finished", run) / "store"


@pytest.fixture(scope="session")
def two_terms(once, authority, spring):
    """Return the store of autumn and spring, run in that order; nobody changes it."""

    def run(folder):
        for of in (authority("2025-autumn"), spring):
            assert of.run(folder / "store").code == 0

    return once("two-terms", run) / "store"


@pytest.fixture
def store(finished, tmp_path):
    """Return a copy of the finished store, to be changed."""
    return shutil.copytree(finished, tmp_path / "store")
