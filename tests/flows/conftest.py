"""Small invented authorities and stores of finished runs, made once; a test that changes a store takes a copy."""

import shutil

import pytest

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
def authority(tmp_path_factory):
    """Return a maker of authorities: the same one is made once."""
    made = {}

    def make(collection="2026-spring", *, faults=False, schools=6, pupils=25, seed=1):
        asked = (collection, faults, schools, pupils, seed)
        if asked not in made:
            folder = tmp_path_factory.mktemp("authority")
            write_synthetic(
                folder,
                schools=schools,
                pupils=pupils,
                collection=Collection.parse(collection),
                la=LA,
                seed=seed,
                faults=faults,
            )
            made[asked] = Authority(folder, collection, DAYS[collection])
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
def finished(tmp_path_factory, spring):
    """Return the store of a run and all releases; nobody changes it."""
    store = tmp_path_factory.mktemp("finished") / "store"
    said = spring.run(store, "--release", "all", "--sample-agreements")
    assert said.code == 0, said.sentences
    return store


@pytest.fixture
def store(finished, tmp_path):
    """Return a copy of the finished store, to be changed."""
    return shutil.copytree(finished, tmp_path / "store")
