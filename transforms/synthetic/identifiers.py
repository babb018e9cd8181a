"""Identifiers made, not checked: UPN, ULN, URN, UPRN and what else a return carries (docs/sources.md S1-S3)."""

from __future__ import annotations

from math import gcd

import numpy as np

from transforms.synthetic.draw import Ints, Texts

LETTERS = np.array(list("ABCDEFGHJKLMNPQRTUVWXYZ"), dtype=object)  # 23 letters: no I, O, S
_WEIGHTS = np.arange(2, 14)
SERIALS = 999  # a school's serial numbers of one year
_TEMPORARY_SERIALS = 99
_ULN_SPACE = 90_000_000


def _digits(numbers: Ints, width: int) -> Ints:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return numbers[:, None] // powers % 10


def _text(digits: Ints) -> Texts:
    width = digits.shape[1]
    raw = np.ascontiguousarray((digits + ord("0")).astype(np.uint8)).view(f"S{width}").ravel()
    return np.asarray(np.char.decode(raw, "ascii").astype(object))


def upn(la: Ints, estab: Ints, year: Ints, serial: Ints) -> Texts:
    """Make permanent UPNs: check letter, LA, establishment, year, serial of three digits."""
    body = np.hstack([_digits(la, 3), _digits(estab, 4), _digits(year % 100, 2), _digits(serial, 3)])
    letter = LETTERS[(body * _WEIGHTS).sum(axis=1) % len(LETTERS)]
    return np.asarray(letter + _text(body))


def temporary_upn(la: Ints, estab: Ints, year: Ints, serial: Ints) -> Texts:
    """Make temporary UPNs: the serial has two digits and a letter, which counts with its place in the alphabet."""
    last = serial // _TEMPORARY_SERIALS % len(LETTERS)
    number = serial % _TEMPORARY_SERIALS + 1
    body = np.hstack([_digits(la, 3), _digits(estab, 4), _digits(year % 100, 2), _digits(number, 2)])
    total = (body * _WEIGHTS[:-1]).sum(axis=1) + last * _WEIGHTS[-1]
    return np.asarray(LETTERS[total % len(LETTERS)] + _text(body) + LETTERS[last])


def upn_block(serial: Ints) -> tuple[Ints, Ints]:
    """Split running numbers into a block (0 for the school's own number) and a serial of 1 to 999."""
    return serial // SERIALS, serial % SERIALS + 1


def uln(number: Ints) -> Texts:
    """Make unique learner numbers: ten digits, first not zero, check digit 10 - (weighted sum mod 11), sum not 0."""
    step = next(n for n in range(55_637_821, _ULN_SPACE) if gcd(n, _ULN_SPACE) == 1)
    eight = _digits(10_000_000 + number * step % _ULN_SPACE, 8)
    partial = (eight * np.arange(10, 2, -1)).sum(axis=1)
    ninth = number % 10
    ninth = np.where((partial + 2 * ninth) % 11 == 0, (ninth + 1) % 10, ninth)
    check = 10 - (partial + 2 * ninth) % 11
    return _text(np.hstack([eight, ninth[:, None], check[:, None]]))


def numbered(numbers: Ints, width: int) -> Texts:
    """Write numbers with leading zeros to a width (URN, UPRN, UKPRN, eligibility code)."""
    return _text(_digits(numbers.astype(np.int64), width))
