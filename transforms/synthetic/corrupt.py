"""Errors as people make them when they write a child down a second time; each is drawn from a seed and says its kind.

Kinds and how often each comes are data (`schemas/synthetic/corruptions.csv`); a kind is one or several edits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from schemas import _data
from transforms.synthetic.draw import Texts, by_weight, stream, table

#: What an edit changes and needs; all text, `dob` as days. `kind` is added.
PEOPLE = ["forename", "middlenames", "surname", "formersurname", "dob", "postcode", "sex"]
_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
_ENGLISH_DAYS = 12  # a day of the month up to here could be a month
_SHORT = 4
_ACCENTS = str.maketrans("eaoiu", "éáöïü")
_FAR = "ZE1 "  # no invented authority lies there
_OTHER_SEX = {"M": "F", "F": "M"}

Rng = np.random.Generator
Edit = Callable[[pd.DataFrame, Rng], dict[str, object]]


def corrupted(people: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return people as somebody else wrote them: one kind of error each, in the column `kind`."""
    kinds = table("corruptions")
    drawn = by_weight(stream(seed, "kinds"), kinds["weight"].astype(float).to_numpy(), len(people))
    parts = [people.iloc[:0].assign(kind="")]
    for place, row in enumerate(_data.rows("synthetic/corruptions.csv")):
        part = people.loc[drawn == place].copy()
        for edit in row["edits"].split():
            part = part.assign(**_EDITS[edit](part, stream(seed, "edit", row["kind"], edit)))
        parts.append(part.assign(kind=row["kind"]))
    return pd.concat(parts).loc[people.index]


# --- slips of the hand -------------------------------------------------------------------------------------------


def _slipped(words: pd.Series, rng: Rng) -> Texts:
    """Change one character of each word but the first: another in its place, two swapped, or one left out."""
    text = np.array(words.fillna("").astype(str).to_list(), dtype="U40")
    width, length = 40, np.char.str_len(text)
    letters = text.view("U1").reshape(len(text), width)
    place = np.minimum(1 + rng.integers(0, width, len(text)) % np.maximum(length - 1, 1), np.maximum(length - 1, 0))
    column, at = np.arange(width)[None, :], place[:, None]
    fresh = _LETTERS[rng.integers(0, len(_LETTERS), len(text))][:, None]
    swapped = np.where(
        (column == at) & (at > 1), column - 1, np.where((column == at - 1) & (at > 1), column + 1, column)
    )
    left_out = np.minimum(column + (column >= at), width - 1)
    ways = [
        np.where(column == at, fresh, letters),
        np.take_along_axis(letters, swapped, axis=1),
        np.take_along_axis(letters, left_out, axis=1),
    ]
    how = rng.integers(0, len(ways), len(text))[:, None]
    chosen = np.select([how == way for way in range(len(ways))], ways, default="")
    return np.asarray(np.ascontiguousarray(chosen).view(text.dtype).reshape(-1).astype(object))


def _letter(column: str) -> Edit:
    return lambda people, rng: {column: _slipped(people[column], rng)}


def _heard(column: str) -> Edit:
    """Spell a name as heard: the first spelling that occurs after its first letter."""

    def edit(people: pd.DataFrame, _: Rng) -> dict[str, object]:
        names = people[column].astype("str")
        done = pd.Series(data=False, index=names.index)
        for row in _data.rows("synthetic/spellings.csv"):
            found = names.str.slice(1).str.contains(row["written"], regex=False) & ~done
            tail = names.str.slice(1).str.replace(row["written"], row["heard"], n=1, regex=False)
            names, done = names.where(~found, names.str.slice(0, 1) + tail), done | found
        return {column: names}

    return edit


# --- names -------------------------------------------------------------------------------------------------------


def _names_swapped(people: pd.DataFrame, _: Rng) -> dict[str, object]:
    return {"forename": people["surname"], "surname": people["forename"]}


def _middle_used(people: pd.DataFrame, _: Rng) -> dict[str, object]:
    first = people["middlenames"].str.split(" ").str[0]
    return {"forename": first.fillna(people["forename"]), "middlenames": None}


def _forename_short(people: pd.DataFrame, _: Rng) -> dict[str, object]:
    return {"forename": people["forename"].str.slice(0, _SHORT)}


def _accents(people: pd.DataFrame, _: Rng) -> dict[str, object]:
    return {name: people[name].str.translate(_ACCENTS) for name in ("forename", "surname")}


def _another(people: pd.DataFrame, rng: Rng) -> Texts:
    names = table("surnames")["surname"].to_numpy(dtype=object)
    return np.asarray(names[rng.integers(0, len(names), len(people))])


def _surname_changed(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    return {"surname": _another(people, rng)}


def _surname_former(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    return {"surname": _another(people, rng), "formersurname": people["surname"]}


def _surname_double(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    return {"surname": people["surname"] + "-" + _another(people, rng)}


# --- birthday, address, sex --------------------------------------------------------------------------------------


def _birth_swapped(people: pd.DataFrame, _: Rng) -> dict[str, object]:
    day, month = people["dob"].dt.day, people["dob"].dt.month
    able = (day <= _ENGLISH_DAYS) & (day != month)
    swapped = pd.DataFrame({"year": people["dob"].dt.year, "month": day.where(able, 1), "day": month.where(able, 1)})
    elsewhere = people["dob"] + pd.Timedelta(days=1)
    return {"dob": pd.to_datetime(swapped).where(able, elsewhere)}


def _birth_digit(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    """Put another month, day or year within a digit: a year, ten days or one day away."""
    steps = np.array([1, 10, 365, -365])
    moved = people["dob"] + pd.to_timedelta(steps[rng.integers(0, len(steps), len(people))], unit="D")
    return {"dob": moved}


def _inward(people: pd.DataFrame, rng: Rng) -> Texts:
    inward = [f"{digit}{one}{two}" for digit in range(1, 10) for one in "ABD" for two in "EFG"]
    return np.asarray(np.array(inward, dtype=object)[rng.integers(0, len(inward), len(people))])


def _moved_near(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    return {"postcode": people["postcode"].str.split(" ").str[0] + " " + _inward(people, rng)}


def _moved_away(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    return {"postcode": _FAR + _inward(people, rng)}


def _postcode_letter(people: pd.DataFrame, rng: Rng) -> dict[str, object]:
    outward, inward = people["postcode"].str.slice(0, -2), people["postcode"].str.slice(-2)
    capitals = np.char.upper(_LETTERS)
    fresh = capitals[rng.integers(0, len(capitals), len(people))].astype(object)
    return {"postcode": outward + inward.str.slice(0, 1) + fresh}


def _missing(column: str) -> Edit:
    return lambda people, _: {column: pd.Series(None, index=people.index, dtype=people[column].dtype)}


def _sex_wrong(people: pd.DataFrame, _: Rng) -> dict[str, object]:
    return {"sex": people["sex"].map(_OTHER_SEX)}


_EDITS: Mapping[str, Edit] = {
    "forename_letter": _letter("forename"),
    "surname_letter": _letter("surname"),
    "forename_heard": _heard("forename"),
    "surname_heard": _heard("surname"),
    "names_swapped": _names_swapped,
    "middle_used": _middle_used,
    "forename_short": _forename_short,
    "accents": _accents,
    "surname_changed": _surname_changed,
    "surname_former": _surname_former,
    "surname_double": _surname_double,
    "birth_swapped": _birth_swapped,
    "birth_digit": _birth_digit,
    "no_birth": _missing("dob"),
    "moved_near": _moved_near,
    "moved_away": _moved_away,
    "postcode_letter": _postcode_letter,
    "no_postcode": _missing("postcode"),
    "sex_wrong": _sex_wrong,
}
