"""Values that occur nowhere else, planted in returns and registers where they are well formed and where they break."""

import re
import sqlite3
from pathlib import Path

import pandas as pd

from schemas.identifiers import upn_check_letter
from tests.bad_files import zipped

#: Every planted text holds one of these; a UPN is looked for by itself, since findings and lists may name it.
WORD = "ZZCANARY"
POSTCODE = "QX98ZQ"
#: Stands in a UPN that is none: findings name the UPN as it was received.
BAD_UPN = "QQNOUPNQQ"
_BODY = "856200077013"


def canary_upn():
    """Return a well-formed UPN that no other child has."""
    return str(upn_check_letter(pd.Series([f"?{_BODY}"], dtype="string[pyarrow]")).iloc[0]) + _BODY


#: What is planted in one pupil each: the leaf and its new text. Some are right and telling, some break a format.
PLANTED = (
    {"Surname": f"{WORD}SURNAME", "Forename": f"{WORD}FORENAME", "PreferredSurname": f"{WORD}PREFERRED"},
    {"PostCode": POSTCODE, "AddressLine1": f"1 {WORD} House", "AddressLine2": f"{WORD} Lane"},
    {"DOB": f"{WORD}-31-02"},
    {"DOB": f"2013-02-30 {WORD}"},
    {"Sex": f"{WORD}SEX", "Ethnicity": f"{WORD}ETHNICITY", "Language": f"{WORD}LANGUAGE"},
    {"Surname": f"{WORD}{'x' * 6000}"},
    {"UPN": BAD_UPN},
    {"EntryDate": f"{WORD}", "EnrolStatus": f"{WORD}", "NCyearActual": f"{WORD}", "SENprovision": f"{WORD}"},
    {"Boarder": f"={WORD}", "UniquePropertyReferenceNumber": f"{WORD}", "PostCode": f"{WORD} {WORD}"},
    {"Surname": f"=cmd|' /C {WORD}'!A0", "Forename": f"<script>{WORD}</script>".replace("<", "&lt;")},
)


def planted_return(good):
    """Return a school's return with a canary pupil for each of `PLANTED`, well formed, and one with the canary UPN."""
    parts = re.split(r"(?<=</PupilOnRoll>)", good.decode("utf-8"))
    assert len(parts) > len(PLANTED) + 4
    for place, changes in enumerate(PLANTED):
        for tag, text in changes.items():
            parts[place], found = re.subn(rf"<{tag}>[^<]*</{tag}>", f"<{tag}>{text}</{tag}>", parts[place], count=1)
            assert found, tag
    at = len(PLANTED)
    parts[at] = re.sub(r"<UPN>[^<]*</UPN>", f"<UPN>{canary_upn()}</UPN>", parts[at], count=1)
    # An unknown tag, an attribute, text between tags, a comment.
    parts[at + 2] = parts[at + 2].replace("</Surname>", f"</Surname><ShoeSize>{WORD}</ShoeSize>", 1)
    parts[at + 3] = parts[at + 3].replace("<Surname>", f'<Surname note="{WORD}">', 1)
    parts[at + 3] = parts[at + 3].replace("<PupilStatus>", f"{WORD} between<!-- {WORD} --><PupilStatus>", 1)
    return "".join(parts).encode("utf-8")


def broken_returns(good):
    """Return returns that cannot be read, by name, each with canaries where it breaks."""
    text = good.decode("utf-8")
    surname = f"<Surname>{WORD}</Surname>"
    planted = re.sub(r"<Surname>[^<]*</Surname>", surname, text)
    cut = planted.index(surname, len(planted) // 2)
    latin = planted.replace(WORD, f"{WORD}\u00e9").encode("latin-1", "replace")
    table = f"schoolcensustableid,{WORD},NativeId\n1,{WORD},8562000\n"
    return {
        "cut.xml": planted[: cut + len(surname) - 12].encode(),
        "twice.xml": planted.replace(surname, surname * 2, 1).encode(),
        "not_closed.xml": planted.replace("</Surname>", "</Surnam>", 1).encode(),
        "odd_bytes.xml": latin,
        "entity.xml": planted.replace(surname, f"<Surname>&{WORD};</Surname>", 1).encode(),
        "declared.xml": planted.replace("<Message>", f'<!DOCTYPE x [<!ENTITY {WORD} "{WORD}">]><Message>', 1).encode(),
        "authority.xml": re.sub(r"<LEA>[^<]*</LEA>", f"<LEA>{WORD}</LEA>", text).encode(),
        "year.xml": re.sub(r"<Year>[^<]*</Year>", f"<Year>{WORD}</Year>", text).encode(),
        "term.xml": re.sub(r"<Term>[^<]*</Term>", f"<Term>{WORD}</Term>", text).encode(),
        "collection.xml": re.sub(r"<Collection>[^<]*</Collection>", f"<Collection>{WORD}</Collection>", text).encode(),
        "root.xml": f"<Surname>{WORD}</Surname>".encode(),
        "letter.xml": f"Dear council, {WORD} has left us.".encode(),
        "letter.csv": f"Dear council,{WORD},has left\n{WORD},us,today\n".encode(),
        "quote.csv": f'upn,surname\n1,"{WORD}\n'.encode(),
        "table.csv": table.encode(),
        "damaged.zip": zipped({"x.xml": planted.encode()})[:-30],
    }


def planted_register(good):
    """Return a register with canaries in cells that are right and cells that break."""
    lines = good.decode("utf-8").splitlines()
    head = lines[0].split(",")
    cells = [dict(zip(head, line.split(","), strict=True)) for line in lines[1:]]
    cells[0] |= {"Forename": f"{WORD}CHILD", "Surname": f"{WORD}HOME", "Postcode": POSTCODE}
    cells[1] |= {"Date of Birth": f"31/02/{WORD}", "Gender": WORD, "EHE Start Date": WORD, "Suitability": WORD}
    cells[2] |= {"Local Reason": f"{WORD} told us why", "Primary Reason": WORD, "UPN": BAD_UPN, "UPRN": WORD}
    rows = [",".join(head), *(",".join(row.values()) for row in cells), f"{WORD},too few"]
    return ("\n".join(rows) + "\n").encode("utf-8")


def broken_registers(good):
    """Return registers that cannot be read, by name."""
    text = good.decode("utf-8").replace("\r\n", "\n")
    head, _, body = text.partition("\n")
    first = f"{WORD}," * head.count(",") + WORD
    return {
        "no_header.csv": f"{first}\n{body}".encode(),
        "title.csv": f"Register of {WORD}\n{text}".encode(),
        "twice.csv": f"{head},Surname\n".encode() + "".join(f"{line},{WORD}\n" for line in body.splitlines()).encode(),
        "quote.csv": f'{head}\n"{WORD}{body}'.encode(),
        "odd_bytes.csv": f"{head}\n{WORD}".encode() + b"\x81\x8d\x8f" + body.encode(),
    }


def texts_of(path):
    """Return everything that a file says, packed or not, as one text; postcodes are found whatever their spacing."""
    path = Path(path)
    if path.suffix == ".parquet" or path.read_bytes()[:4] == b"PAR1":
        table = pd.read_parquet(path, partitioning=None)
        said = "\n".join([*map(str, table.columns), *(table[name].astype("str").str.cat(sep="\n") for name in table)])
        return said + path.read_bytes()[-4096:].decode("latin-1")
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as link:
            said = "\n".join(link.iterdump())
        link.close()
        return said
    return path.read_bytes().decode("latin-1")


def held(text, words):
    """Return the planted texts that a text holds."""
    close = re.sub(r"[\s+]", "", text).upper()
    return {word for word in words if word.upper() in close}
