"""What a change makes of a value: texts as a return or register would wrongly have them."""

from __future__ import annotations

import numpy as np

from transforms.synthetic.identifiers import LETTERS, upn

UNKNOWN_CODES = ("Q9", "ZZ9Q")  # in no code set; the second in case one ever is
UNREADABLE = {
    "integer": "12a",
    "decimal": "seven",
    "date": "2026-02-30",
    "datetime": "yesterday",
    "boolean": "perhaps",
}


def wrong_letter(value: str) -> str:
    """Give a UPN the check letter after its own."""
    return str(LETTERS[(list(LETTERS).index(value[0]) + 1) % len(LETTERS)]) + value[1:]


def renumbered(value: str) -> str:
    """Give a UPN the number of an establishment that there is not, and the letter that then is right."""
    numbers = [np.array([int(part)]) for part in (value[1:4], "9999", value[8:10], value[10:13])]
    return str(upn(numbers[0], numbers[1], numbers[2], numbers[3])[0])


def shortened(value: str) -> str:
    """Leave out the last character of a UPN."""
    return value[:-1]


def unknown_la(value: str) -> str:
    """Give a UPN the number of no local authority, and the letter that then is right."""
    numbers = [np.array([int(part)]) for part in ("000", value[4:8], value[8:10], value[10:13])]
    return str(upn(numbers[0], numbers[1], numbers[2], numbers[3])[0])


def letter_inside(value: str) -> str:
    """Put a letter among the digits of a UPN."""
    return value[:6] + "X" + value[7:]


def forbidden_last(value: str) -> str:
    """End a UPN with a letter that UPNs do not use."""
    return value[:-1] + "O"


def wrong_digit(value: str) -> str:
    """Give a ULN the check digit after its own."""
    return value[:-1] + str((int(value[-1]) + 1) % 10)


def unknown_code(codes: frozenset[str]) -> str:
    """Return a code that is in no set of codes given."""
    return next(code for code in UNKNOWN_CODES if code not in codes)
