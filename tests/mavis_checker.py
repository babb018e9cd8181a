"""What NHS England's Mavis takes in a child records file: written from its rules, sharing nothing with the product.

Rule numbers are those of the recipient's notes: A for the file, B for a cell.
"""

import re
import unicodedata
from datetime import date

ROWS_AT_MOST = 10_000
REQUIRED = ("CHILD_SCHOOL_URN", "CHILD_FIRST_NAME", "CHILD_LAST_NAME", "CHILD_DATE_OF_BIRTH", "CHILD_POSTCODE")
TEMPLATE = [
    "CHILD_SCHOOL_URN",
    "CHILD_FIRST_NAME",
    "CHILD_LAST_NAME",
    "CHILD_PREFERRED_FIRST_NAME",
    "CHILD_PREFERRED_LAST_NAME",
    "CHILD_DATE_OF_BIRTH",
    "CHILD_YEAR_GROUP",
    "CHILD_REGISTRATION",
    "CHILD_GENDER",
    "CHILD_ADDRESS_LINE_1",
    "CHILD_ADDRESS_LINE_2",
    "CHILD_TOWN",
    "CHILD_POSTCODE",
    "CHILD_NHS_NUMBER",
    "PARENT_1_NAME",
    "PARENT_1_RELATIONSHIP",
    "PARENT_1_PHONE",
    "PARENT_1_EMAIL",
    "PARENT_2_NAME",
    "PARENT_2_RELATIONSHIP",
    "PARENT_2_PHONE",
    "PARENT_2_EMAIL",
]
HOME_EDUCATED = "999999"
HOME_EDUCATED_HOLDS = {
    "CHILD_SCHOOL_URN", "CHILD_FIRST_NAME", "CHILD_LAST_NAME", "CHILD_DATE_OF_BIRTH", "CHILD_GENDER",
    "CHILD_ADDRESS_LINE_1", "CHILD_ADDRESS_LINE_2", "CHILD_TOWN", "CHILD_POSTCODE",
}  # fmt: skip
_NAME_SIGNS = set(" '`\u2019\u02bc.-_")
_POSTCODE = re.compile(r"[A-PR-UWYZ01][A-HJ-Z0]?[0-9IO][0-9A-HJKMNPR-YIO]? *[0-9IO][ABD-HJLNPQ-Z]{2}", re.IGNORECASE)
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")


def strict_csv(text):
    """Parse comma CSV as Ruby's strict parser does; None where it gives up (A2)."""
    ends = {
        "\r\n" if match == "\r\n" else match for match in re.findall(r"\r\n|\r|\n", re.sub(r'"(?:[^"]|"")*"', "", text))
    }
    if len(ends) > 1:
        return None
    rows, row, place = [], [], 0
    while place <= len(text):
        if text[place : place + 1] == '"':
            match = re.compile(r'"((?:[^"]|"")*)"').match(text, place)
            if match is None:
                return None
            cell, place = match[1].replace('""', '"'), match.end()
        else:
            match = re.compile(r"[^,\r\n]*").match(text, place)
            cell, place = match[0], match.end()
            if '"' in cell:
                return None
        row.append(cell)
        after = text[place : place + 1]
        if after == ",":
            place += 1
            continue
        if after not in ("", "\r", "\n"):
            return None
        rows.append(row)
        row = []
        place += 2 if text[place : place + 2] == "\r\n" else 1
        if place >= len(text):
            break
    return rows


def read_rows(data):
    """Return header and rows of a file as dictionaries of what the importer sees (A10)."""
    rows = strict_csv(data.decode("utf-8-sig"))
    header = rows[0]
    return header, [dict(zip(header, (_value(cell) for cell in row), strict=True)) for row in rows[1:]]


def _value(cell):
    return " ".join(cell.replace("\u200d", "").replace("\u00a0", " ").split())


def faults(data, *, urns):
    """Give every reason for which the importer would refuse the file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ["A5 not UTF-8"]
    rows = strict_csv(text)
    if rows is None:
        return ["A2 not strict CSV"]
    if len({len(row) for row in rows}) > 1:
        return ["A2 rows of different widths"]
    if not 2 <= len(rows) <= ROWS_AT_MOST + 1:
        return ["A3, A4 number of rows"]
    header, records = read_rows(data)
    found = _header_faults(header)
    for number, record in enumerate(records, start=2):
        found += [f"row {number}: {fault}" for fault in _row_faults(record, urns)]
    return found


def _header_faults(header):
    found = [f"{name} is not of the template" for name in header if name not in TEMPLATE]
    found += [f"{name} is required" for name in REQUIRED if name not in header]
    return found + (["order"] if header != [name for name in TEMPLATE if name in header] else [])


def _row_faults(record, urns):
    for name in ("CHILD_FIRST_NAME", "CHILD_LAST_NAME"):
        if not record[name] or not _is_name(record[name]):
            yield f"B1 {name}"
    if not _is_date(record["CHILD_DATE_OF_BIRTH"]):
        yield "B2 date of birth"
    if "CHILD_YEAR_GROUP" in record and not _is_year_group(record["CHILD_YEAR_GROUP"]):
        yield "B3 year group"
    if record.get("CHILD_GENDER", "").lower().replace("_", " ") not in (
        "",
        "female",
        "male",
        "not known",
        "not specified",
    ):
        yield "gender"
    if not (_POSTCODE.fullmatch(record["CHILD_POSTCODE"]) or record["CHILD_POSTCODE"] in ("ZZ99 3CZ", "GIR 0AA")):
        yield "B4 postcode"
    if record["CHILD_SCHOOL_URN"] not in {*urns, "888888", HOME_EDUCATED}:
        yield "B6 URN"
    if any(_UPN.fullmatch(value) for value in record.values()):
        yield "a UPN"
    if (
        record["CHILD_SCHOOL_URN"] == HOME_EDUCATED
        and {name for name, value in record.items() if value} - HOME_EDUCATED_HOLDS
    ):
        yield "more of a home educated child than the notice names"


def _is_name(value):
    def takes(character):
        point = ord(character)
        latin = 0xC0 <= point <= 0x17F and point not in (0xD7, 0xF7)
        return latin or character in _NAME_SIGNS or (character.isascii() and character.isalnum())

    return len(value) <= 300 and all(takes(character) for character in value)


def _is_date(value):
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", value)
    return bool(match) and date(*(int(part) for part in match.groups())) >= date(2000, 1, 1)


def _is_year_group(value):
    return value == "" or (re.fullmatch(r"0|[1-9][0-9]?", value) is not None and 0 <= int(value) <= 11)


def mavis_year_group(born, on):
    """Derive the year group by date of birth; from 1 August it is that of the coming year."""
    academic_year = on.year if on.month >= 8 else on.year - 1
    birth_year = born.year if born.month >= 9 else born.year - 1
    return academic_year - birth_year - 5


def is_composed(value):
    """Say whether accents are composed with their letters."""
    return unicodedata.is_normalized("NFC", value)
