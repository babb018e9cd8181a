"""Thresholds and codes that written rules compare with (`schemas/rules/thresholds.toml`: value, source, label)."""

from __future__ import annotations

from functools import cache
from typing import Any

from schemas import _data

FILE = "rules/thresholds.toml"


@cache
def _held() -> dict[str, dict[str, Any]]:
    return {
        section: {name: entry["value"] for name, entry in entries.items()}
        for section, entries in _data.toml(FILE).items()
    }


def threshold(section: str, name: str) -> int:
    """Return a number that values are compared with."""
    number: int = _held()[section][name]
    return number


def codes(section: str, name: str) -> list[str]:
    """Return codes, or groups of codes, that a rule singles out."""
    return list(_held()[section][name])
