"""Packaged data files of `schemas`: the one place where they are read."""

import csv
import tomllib
from functools import cache
from importlib import resources
from typing import Any

_ROOT = resources.files("schemas")


def text(path: str) -> str:
    """Return a packaged file as text; `path` is relative to `schemas`, with forward slashes."""
    return _ROOT.joinpath(*path.split("/")).read_text(encoding="utf-8")


@cache
def rows(path: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a packaged CSV, every cell as text (`NA` stays `NA`); cached, so do not change them."""
    return tuple(csv.DictReader(text(path).splitlines()))


def toml(path: str) -> dict[str, Any]:
    """Return a packaged TOML file as a dictionary."""
    return tomllib.loads(text(path))


@cache
def names(folder: str, suffix: str) -> tuple[str, ...]:
    """Return the names (with suffix) of the packaged files of one folder, sorted."""
    found = (entry.name for entry in _ROOT.joinpath(*folder.split("/")).iterdir())
    return tuple(sorted(name for name in found if name.endswith(suffix)))
