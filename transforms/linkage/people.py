"""What of a record is compared: names, date of birth, postcode and sex, written alike on both sides.

Names lose case, accents, spaces, hyphens and apostrophes; a postcode its space; a day becomes eight digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.contract import STRING
from schemas.identifiers import postcode_normalised, upn_valid
from schemas.names import joined, name_key

PUPIL = ["laestab", "is_on_roll", "record"]
COMPARED = ["forename", "surname", "middle_names", "other_surnames", "date_of_birth", "postcode", "sex"]
KEYS = ["name_pair", "birth_year"]
_JOINING = r"[\p{Z}\s\p{Pd}'`\x{2018}\x{2019}\x{02BC}\x{00B4}]+"
_ACCENTS = r"\p{Mn}+"


def children_compared(register: pd.DataFrame, sexes: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per child and way in which the register writes it. Columns: child_id, upn, compared, keys."""
    rows = pd.DataFrame(
        {
            "child_id": register["child_id"],
            "upn": valid_upn(register["upn"]),
            "forename": name(register["forename"]),
            "surname": name(register["surname"]),
            "middle_names": parts(register["middle_names"]),
            "other_surnames": pd.Series(pd.NA, index=register.index, dtype=STRING),
            "date_of_birth": _day(register["date_of_birth"]),
            "postcode": postcode(register["postcode"]),
            "sex": _sex(register["sex"], sexes),
        }
    )
    return _keyed(rows.dropna(subset=["child_id"]))


def pupils_compared(pupils: pd.DataFrame, addresses: pd.DataFrame, sexes: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per pupil record and postcode. Columns: key of the record, upn, upn_held, compared, keys."""
    held = trimmed(pupils["upn"])
    rows = pupils[PUPIL].assign(
        upn=valid_upn(pupils["upn"]),
        upn_held=held,
        formerupn=trimmed(pupils["formerupn"]),
        forename=name(pupils["forename"]),
        surname=name(pupils["surname"]),
        middle_names=parts(pupils["middlenames"]),
        other_surnames=both(name(pupils["preferredsurname"]), name(pupils["formersurname"])),
        date_of_birth=_day(pupils["dob"]),
        sex=_sex(pupils["sex"], sexes),
        as_written=joined(name_key(pupils["forename"]), name_key(pupils["surname"])),
    )
    living = addresses[PUPIL].assign(postcode=postcode(addresses["postcode"])).dropna().drop_duplicates()
    return _keyed(rows.merge(living, on=PUPIL, how="left", validate="1:m"))


def valid_upn(values: pd.Series) -> pd.Series:
    """Return UPNs in capitals, null where one is not valid."""
    upper = trimmed(values)
    return upper.where(upn_valid(upper).fillna(value=False))


def _keyed(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the keys that candidates share: both names in the order of the alphabet, and the year of birth."""
    one, other = _text(rows["forename"]), _text(rows["surname"])
    first = pc.binary_join_element_wise(one, other, "|")
    second = pc.binary_join_element_wise(other, one, "|")
    pair = pc.if_else(pc.less_equal(one, other), first, second)
    year = pc.utf8_slice_codeunits(_text(rows["date_of_birth"]), 0, 4)
    return rows.assign(name_pair=_series(pair, rows["surname"]), birth_year=_series(year, rows["surname"]))


def name(values: pd.Series) -> pd.Series:
    """Write a name without case, accents and what joins its parts."""
    return _filled(pc.replace_substring_regex(_plain(values), _JOINING, ""), values)


def parts(values: pd.Series) -> pd.Series:
    """Write several names with one space between each two."""
    return _filled(pc.utf8_trim_whitespace(pc.replace_substring_regex(_plain(values), _JOINING, " ")), values)


def both(one: pd.Series, other: pd.Series) -> pd.Series:
    """Write two names with a space between, or the one there is."""
    text = pc.binary_join_element_wise(pc.fill_null(_text(one), ""), pc.fill_null(_text(other), ""), " ")
    return _filled(pc.utf8_trim_whitespace(text), one)


def postcode(values: pd.Series) -> pd.Series:
    """Write a postcode in capitals without its space."""
    return _filled(pc.replace_substring(_text(postcode_normalised(values)), " ", ""), values)


def _plain(values: pd.Series) -> pa.Array:
    apart = pc.utf8_normalize(_text(values), form="NFKD")
    return pc.utf8_lower(pc.replace_substring_regex(apart, _ACCENTS, ""))


def _day(values: pd.Series) -> pd.Series:
    dates = pa.array(values.array, from_pandas=True)
    flat = dates.combine_chunks() if isinstance(dates, pa.ChunkedArray) else dates
    return _series(pc.strftime(flat.cast(pa.date32()), format="%Y%m%d"), values)


def _sex(values: pd.Series, sexes: Mapping[str, str]) -> pd.Series:
    return values.astype("object").map(dict(sexes)).astype(STRING)


def trimmed(values: pd.Series) -> pd.Series:
    """Write a number in capitals without outer spaces; null where nothing is left."""
    return _filled(pc.utf8_upper(pc.utf8_trim_whitespace(_text(values))), values)


def _filled(text: pa.Array, like: pd.Series) -> pd.Series:
    return _series(pc.if_else(pc.equal(text, ""), None, text), like)


def _series(text: pa.Array, like: pd.Series) -> pd.Series:
    return pd.Series(text, index=like.index, dtype=STRING)


def _text(values: pd.Series) -> pa.Array:
    array = pa.array(values.array, from_pandas=True)
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return flat.cast(pa.string())


def key_values(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Return the key of each row by which candidates meet; null where a part is missing."""
    return joined(*(rows[column] for column in columns))
