"""The real command line in this process, and reading what it wrote."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from flows.cli import main
from flows.parquet import frame_from
from flows.workbook import NAME as WORKBOOK
from tests.stores import contents
from tests.workbooks import without_times

#: Master keys for tests only.
KEY = "6b1f0c9d5e2a47838c19f6d0a4b7e3521d8e9fa0b3c4d5e6f708192a3b4c5d6e"
OTHER_KEY = "0123456789abcdef" * 4
LA = "856"
#: Where a key may come from: none of the developer's own places.
_PLACES = {"TERMLY_KEY_FILE": None, "TERMLY_STORE": None, "TERMLY_CONFIG": None}


@dataclass(frozen=True)
class Said:
    """What one call ended with and printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def sentences(self):
        """Return what was printed, the seconds of stages left out."""
        return [line for line in (*self.lines, *self.err.splitlines()) if not line.endswith(" s")]

    def quarantined(self):
        """Return the sentences on files that could not be read."""
        return [line.removeprefix("quarantined: ") for line in self.lines if line.startswith("quarantined: ")]


def termly(*args, key=KEY):
    """Call `termly`; a fault that is no sentence of its own is raised."""
    environment = {**_PLACES, "TERMLY_MASTER_KEY": key}
    result = CliRunner().invoke(main, [str(arg) for arg in args], env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


@dataclass(frozen=True)
class Authority:
    """A folder of `termly synth` and what its commands need to be told."""

    folder: Path
    collection: str
    on: str

    @property
    def returns(self):
        """Return the XML returns, by school."""
        return sorted((self.folder / "census").iterdir())

    def base(self, store):
        """Return the options that every command takes."""
        return ("--collection", self.collection, "--la", LA, "--store", store)

    def run(self, store, *more, form="census", ehe="ehe_register.csv", key=KEY):
        """Run everything that the folder holds, its protections list and schools included."""
        inputs = ("--census", self.folder / form, "--ehe", self.folder / "ehe" / ehe)
        lists = ("--schools", self.folder / "schools.csv", "--input", f"protections={self.folder / 'protections.csv'}")
        return termly("run", *self.base(store), *inputs, *lists, "--on", self.on, *more, key=key)

    def release(self, store, *names, samples=True, key=KEY):
        """Release under the shipped samples."""
        more = ("--sample-agreements",) if samples else ()
        return termly("release", *names, *self.base(store), "--on", self.on, *more, key=key)

    def here(self, store, zone, *names):
        """Return a zone's folder of the collection."""
        return Path(store, zone, *names, f"collection={self.collection}", f"la={LA}")

    def summary(self, store):
        return json.loads((self.here(store, "reports") / "summary.json").read_text(encoding="utf-8"))

    def report(self, store, name):
        """Read a CSV of the reports as rows of text."""
        return rows_of((self.here(store, "reports") / name).read_bytes())

    def table(self, store, *names, zone="clean"):
        """Read one Parquet table."""
        return frame_from((self.here(store, zone, *names) / "part-0.parquet").read_bytes())


def rows_of(data):
    """Read CSV bytes as rows of text by column."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def only_this(store, collection):
    """Return a store's files, those of times and seconds without what the clock put there."""
    return {name: digest for name, digest in plain(store).items() if f"collection={collection}" in name}


def plain(store):
    """Return every file of a store with its hash; what the clock wrote into them is left out."""
    held = contents(store)
    for name in list(held):
        if name.endswith((".landed.json", "summary.json", "run.json")):
            held[name] = _without_clock(json.loads((Path(store) / name).read_text(encoding="utf-8")))
        elif name.endswith(WORKBOOK):
            held[name] = without_times((Path(store) / name).read_bytes())
        elif name.endswith(RUNS):
            rows = rows_of((Path(store) / name).read_bytes())
            held[name] = json.dumps([{**row, "time": ""} for row in rows])
    return held


RUNS = "runs.csv"
_CLOCK = {"landed_at", "withdrawn_at", "seconds", "stage_seconds"}


def _without_clock(content):
    kept = {name: value for name, value in content.items() if name not in _CLOCK}
    if "outputs" in kept:
        clocked = ("summary.json", WORKBOOK, RUNS)
        kept["outputs"] = {name: digest for name, digest in kept["outputs"].items() if not name.endswith(clocked)}
    return json.dumps(kept, sort_keys=True)
