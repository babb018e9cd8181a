"""Spoilt cells: right values wrongly written, and texts too long."""

from __future__ import annotations


def repeated(value: str, length: int) -> str:
    """Repeat a text until it has a length, no blank at its end."""
    return "-".join([value or "Long"] * length)[:length].rstrip().ljust(length, "-")


def widened(value: str, length: int) -> str:
    """Put so many blanks into the gap of a text that it has a length."""
    first, _, rest = value.partition(" ")
    return first.ljust(length - len(rest)) + rest


def written_otherwise(value: str, codes: frozenset[str], others: frozenset[str]) -> str:
    """Write a code in the other case, else with a nought more or less, else between blanks; only as no other code.

    Where there is no code, one of the set is written so.
    """
    code = value if value in codes else max(codes)
    taken = codes | others
    alike = [held for held in codes if folded(held) == folded(code)]
    ways = [code.swapcase()] if code.swapcase() != code else []
    ways += ["0" + code, code.removeprefix("0")] if code.isdigit() else []
    usable = [way for way in ways if way and way not in taken] if len(alike) == 1 else []
    return usable[0] if usable else f" {code} "


def folded(code: str) -> str:
    """Return a code as it is when neither case nor leading noughts count."""
    plain = code.casefold()
    return plain.lstrip("0") or plain
