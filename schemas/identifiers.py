"""Arithmetic of identifiers and ages, on whole columns: UPN, ULN, NHS number, postcode, age, compulsory school age.

Every function takes a text or date column, keeps its index, and answers null where it cannot say. Alphabets, weights
and the local authority numbers of UPNs are data: `schemas/identifiers.toml` and `schemas/upn_la_numbers.csv`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas import _data
from schemas.ages import compulsory_school_age, whole_years

__all__ = [
    "compulsory_school_age",
    "nhs_number_valid",
    "postcode_normalised",
    "postcode_plausible",
    "uln_valid",
    "upn_check_letter",
    "upn_la_known",
    "upn_la_numbers",
    "upn_last_known",
    "upn_length_right",
    "upn_letter_right",
    "upn_middle_numeric",
    "upn_temporary",
    "upn_valid",
    "whole_years",
]

Flags = NDArray[np.bool_]
Codes = NDArray[np.int16]

_LETTER = 100  # codes of letters begin here, so that no digit is taken for a letter of the same value


@cache
def _settings(section: str) -> dict[str, Any]:
    settings: dict[str, Any] = _data.toml("identifiers.toml")[section]
    return settings


# --- columns in and out ------------------------------------------------------------------------------------------


def _arrow(column: pd.Series, kind: pa.DataType) -> pa.Array:
    values = pa.array(column.array, from_pandas=True)
    flat = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return flat.cast(kind)


def _series(values: pa.Array, like: pd.Series) -> pd.Series:
    return pd.Series(values, index=like.index, dtype=pd.ArrowDtype(values.type))


def _flags(values: Flags, known: Flags, like: pd.Series) -> pd.Series:
    return _series(pa.array(values, pa.bool_(), mask=~known), like)


def _characters(text: pa.Array, length: int, alphabet: str = "") -> tuple[Codes, Flags]:
    """Return each character's code (a digit's own value, `_LETTER` + place in the alphabet, -1 for any other).

    Also which texts have exactly the length; the others' codes are all -1.
    """
    lookup = np.full(256, -1, dtype=np.int16)
    lookup[np.frombuffer(b"0123456789", np.uint8)] = np.arange(10)
    lookup[np.frombuffer(alphabet.encode("ascii"), np.uint8)] = _LETTER + np.arange(len(alphabet))
    sized = pc.and_(pc.equal(pc.binary_length(text), length), pc.equal(pc.utf8_length(text), length))
    fits = pc.fill_null(sized, False)
    chosen = text.filter(fits)
    fits_here: Flags = fits.to_numpy(zero_copy_only=False)
    codes = np.full((len(text), length), -1, dtype=np.int16)
    if len(chosen):
        letters = np.frombuffer(chosen.buffers()[2], np.uint8, len(chosen) * length)
        codes[fits_here] = lookup[letters].reshape(-1, length)
    return codes, fits_here


# --- UPN ---------------------------------------------------------------------------------------------------------


def _upn_codes(upn: pd.Series) -> tuple[Codes, Codes, Flags]:
    """Return the characters' codes, the code of the letter that should stand first, and where it is computable."""
    rule = _settings("upn")
    codes, fits = _characters(_arrow(upn, pa.string()), rule["length"], rule["alphabet"])
    middle, last = codes[:, 1:-1], codes[:, -1]
    computable = fits & ((middle >= 0) & (middle < _LETTER)).all(axis=1) & (last >= 0)
    remainder = (codes[:, 1:] % _LETTER) @ np.asarray(rule["weights"], dtype=np.int16) % len(rule["alphabet"])
    return codes, _LETTER + remainder, computable


def upn_check_letter(upn: pd.Series) -> pd.Series:
    """Return the letter that should stand first; null where characters 2-13 do not let it be computed."""
    _, first, computable = _upn_codes(upn)
    places = pa.array(np.where(computable, first - _LETTER, 0), pa.int32(), mask=~computable)
    letters = pa.DictionaryArray.from_arrays(places, pa.array(list(_settings("upn")["alphabet"])))
    return _series(letters.cast(pa.string()), upn)


def upn_letter_right(upn: pd.Series) -> pd.Series:
    """Say whether the first character is the check letter; null where it cannot be computed."""
    codes, first, computable = _upn_codes(upn)
    return _flags(codes[:, 0] == first, computable, upn)


@cache
def upn_la_numbers() -> frozenset[str]:
    """Return the numbers that may stand at characters 2-4: local authorities since April 1999 and pseudo ones."""
    return frozenset(
        f"{number:03d}"
        for row in _data.rows("upn_la_numbers.csv")
        for number in range(int(row["from"]), int(row["to"]) + 1)
    )


def upn_la_known(upn: pd.Series) -> pd.Series:
    """Say whether characters 2-4 are a local authority's number; null where the text has fewer characters."""
    number = pc.utf8_slice_codeunits(_arrow(upn, pa.string()), 1, 4)
    known = pc.is_in(number, value_set=pa.array(sorted(upn_la_numbers())))
    return _series(pc.if_else(pc.equal(pc.utf8_length(number), 3), known, None), upn)


def upn_middle_numeric(upn: pd.Series) -> pd.Series:
    """Say whether characters 5-12, as far as the text has them, are digits; null if missing."""
    middle = pc.utf8_slice_codeunits(_arrow(upn, pa.string()), 4, 12)
    return _series(pc.match_substring_regex(middle, "^[0-9]*$"), upn)


def upn_last_known(upn: pd.Series) -> pd.Series:
    """Say whether character 13 is a digit or a letter of the alphabet; null where the text has no character 13."""
    last = pc.utf8_slice_codeunits(_arrow(upn, pa.string()), 12, 13)
    known = pc.match_substring_regex(last, f"^[0-9{_settings('upn')['alphabet']}]$")
    return _series(pc.if_else(pc.equal(pc.utf8_length(last), 1), known, None), upn)


def upn_length_right(upn: pd.Series) -> pd.Series:
    """Say whether the text has as many characters as a UPN; null if missing."""
    return _series(pc.equal(pc.utf8_length(_arrow(upn, pa.string())), _settings("upn")["length"]), upn)


def upn_valid(upn: pd.Series) -> pd.Series:
    """Say whether a UPN, permanent or temporary, has the right letter and a known local authority; null if missing."""
    right = upn_letter_right(upn).fillna(value=False) & upn_la_known(upn).fillna(value=False)
    return right.mask(upn.isna(), pd.NA)


def upn_temporary(upn: pd.Series) -> pd.Series:
    """Say whether a UPN is temporary (a letter at character 13); null where it has not the form of a UPN."""
    codes, _, computable = _upn_codes(upn)
    return _flags(codes[:, -1] >= _LETTER, computable, upn)


# --- numbers with a modulus 11 check digit -----------------------------------------------------------------------


def _weighted(text: pa.Array, rule: dict[str, Any]) -> tuple[Codes, Codes, Flags]:
    """Return digits, the remainder of the weighted sum of all but the last, and which texts are all digits."""
    digits, fits = _characters(text, rule["length"])
    remainder = digits[:, :-1] @ np.asarray(rule["weights"], dtype=np.int16) % rule["modulus"]
    return digits, remainder, fits & (digits >= 0).all(axis=1)


def uln_valid(uln: pd.Series) -> pd.Series:
    """Say whether a ULN has ten digits, the first not nought, and its check digit; null if missing."""
    text = _arrow(uln, pa.string())
    digits, remainder, numeric = _weighted(text, _settings("uln"))
    right = numeric & (digits[:, 0] != 0) & (remainder != 0) & (digits[:, -1] == 10 - remainder)
    return _flags(right, pc.is_valid(text).to_numpy(zero_copy_only=False), uln)


def nhs_number_valid(nhs_number: pd.Series) -> pd.Series:
    """Say whether an NHS number has ten digits and its check digit; null if missing."""
    rule = _settings("nhs_number")
    text = _arrow(nhs_number, pa.string())
    digits, remainder, numeric = _weighted(text, rule)
    right = numeric & (digits[:, -1] == (rule["modulus"] - remainder) % rule["modulus"])
    return _flags(right, pc.is_valid(text).to_numpy(zero_copy_only=False), nhs_number)


# --- postcodes ---------------------------------------------------------------------------------------------------


def postcode_normalised(postcode: pd.Series) -> pd.Series:
    """Return postcodes in capitals with one space before the inward part, its first letter O read as 0.

    A text of another shape keeps its words, in capitals and parted by single spaces.
    """
    words = pc.utf8_trim_whitespace(pc.utf8_upper(_arrow(postcode, pa.string())))
    words = pc.replace_substring_regex(words, r"\s+", " ")
    joined = pc.replace_substring(words, " ", "")
    forces = pc.match_substring_regex(joined, "^BFPO[0-9]{1,3}$")
    shaped = pc.match_substring_regex(joined, "^[A-Z0-9]{5,7}$")
    # CBDS: the letter O at the start of the inward part is read as nought.
    parted = pc.replace_substring_regex(joined, "^(.*)(...)$", r"\1 \2")
    parted = pc.replace_substring_regex(parted, "^(.*) O(..)$", r"\1 0\2")
    formed = pc.if_else(shaped, parted, words)
    return _series(pc.if_else(forces, pc.replace_substring_regex(joined, "^BFPO", "BFPO "), formed), postcode)


def postcode_plausible(postcode: pd.Series) -> pd.Series:
    """Say whether a postcode has one of CBDS's shapes (after `postcode_normalised`); null if missing."""
    text = _arrow(postcode, pa.string())
    return _series(pc.match_substring_regex(text, _settings("postcode")["shape"]), postcode)
