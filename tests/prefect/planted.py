"""Invented returns and a register in which every identifying value is one that occurs nowhere else, and those values."""

import csv
import io
import itertools
import re

from flows.synth import write_synthetic
from schemas.collection import Collection

LA = "856"
COLLECTION = "2026-spring"
ON = "2026-01-30"
#: What names and streets become; every third carries letters that JSON and UTF-16 write in other ways.
_WORDS = {
    "Surname": ("Zqvornax", "Zqțornăx"),
    "PreferredSurname": ("Zqpreferax", "Zqpréferăx"),
    "FormerSurname": ("Zqformerax", "Zqfôrmerax"),
    "Forename": ("Qxmirabel", "Qxmirăbel"),
    "MiddleNames": ("Qxmedius", "Qxmédius"),
    "Street": ("Zqlindenway", "Zqlïndenway"),
}
#: Values that break rules: of the wrong form, of no code set, of no date.
BROKEN = {
    "UPN": "ZQUPN0000001X",
    "DOB": "zqdob-3113",
    "Sex": "Zqsexvalue",
    "PostCode": "ZQ99 9ZQQ",
    "Ethnicity": "ZQETHNIC",
}
_IDENTIFYING = ("UPN", "FormerUPN", "UniqueLearnerNumber", "PostCode", "DOB", "Sex", "Ethnicity")
_COLUMNS = ("Child ID", "UPN", "ULN", "Date of Birth", "Postcode")
#: Days of the census year are also those of returns and of runs; the number is an example in Prefect's own documents.
_CHANCE = ("2026", "1234567890")
_FEWEST = 6  # letters and digits; shorter texts occur by chance


def plant(folder):
    """Write the files and return the planted values."""
    write_synthetic(folder, schools=3, pupils=20, collection=Collection.parse(COLLECTION), la=LA, seed=4, faults=True)
    numbers = itertools.count(1)
    returns = sorted((folder / "census").iterdir())
    for path in returns:
        path.write_text(_renamed(path.read_text("utf-8"), numbers), encoding="utf-8", newline="\n")
    for (tag, value), path in zip(BROKEN.items(), itertools.cycle(returns), strict=False):
        text = path.read_text("utf-8")
        path.write_text(
            re.sub(f"<{tag}>[^<]*</{tag}>", f"<{tag}>{value}</{tag}>", text, count=1), encoding="utf-8", newline="\n"
        )
    broken = folder / "broken"
    broken.mkdir()
    largest = max((path.read_bytes() for path in returns), key=len)
    (broken / "truncated.xml").write_bytes(largest[: len(largest) // 2])
    _rename_register(folder / "ehe" / "ehe_register.csv", numbers)
    return _values(folder, returns)


def _renamed(text, numbers):
    for tag, words in _WORDS.items():
        text = re.sub(
            f"<{tag}>[^<]*</{tag}>", lambda found, tag=tag, words=words: _word(tag, words, next(numbers)), text
        )
    return text


def _word(tag, words, number):
    return f"<{tag}>{words[number % 3 == 0]}{number}</{tag}>"


def _rename_register(path, numbers):
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    for row in rows:
        row |= {"Surname": f"Zqvornax{next(numbers)}", "Forename": f"Qxmirăbel{next(numbers)}", "Middle Names": ""}
        row |= {"Address Line 1": f"{next(numbers)} Zqlindenway"}
    rows[0] |= {"Date of Birth": "zqdob-0000", "Postcode": "ZQ88 8ZQQ", "Gender": "Zqsexvalue"}
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def _values(folder, returns):
    texts = "".join(path.read_text("utf-8") for path in returns)
    held = {value for tag in _IDENTIFYING for value in re.findall(f"<{tag}>([^<]+)</{tag}>", texts)}
    rows = csv.DictReader(io.StringIO((folder / "ehe" / "ehe_register.csv").read_text("utf-8"), newline=""))
    for row in rows:
        held |= {row[column] for column in _COLUMNS} | {_iso(row["Date of Birth"])}
    held = {value for value in held if not value.startswith(_CHANCE)}
    held |= {value.replace(" ", "") for value in held} | {_british(value) for value in held}
    return {value for value in held if len(value) >= _FEWEST} | {word for words in _WORDS.values() for word in words}


def _iso(day):
    return "-".join(reversed(day.split("/")))


def _british(day):
    return "/".join(reversed(day.split("-"))) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else day
