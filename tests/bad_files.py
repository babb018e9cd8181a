"""Damaged, hostile and misplaced files as a council receives them, each made from a good one. All invented."""

import io
import struct
import zipfile
import zlib

#: A password-protected workbook is an OLE container that names its encrypted part.
PROTECTED_WORKBOOK = (
    bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
)
OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048)
ENTITY_BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE bomb [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<Message><Header>&d;</Header></Message>"""
EXTERNAL_ENTITY = b"""<?xml version="1.0"?>
<!DOCTYPE Message [<!ENTITY out SYSTEM "file:///etc/passwd">]>
<Message><Header>&out;</Header></Message>"""


def zipped(members, *, method=zipfile.ZIP_DEFLATED):
    """Pack files by name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 20, 12, 0, 0)), data, method)
    return target.getvalue()


def protected(packed):
    """Set the mark of a password on every file of a zip."""
    data = bytearray(packed)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", data, at + offset)[0]
            struct.pack_into("<H", data, at + offset, flags | 1)
            at = data.find(signature, at + 4)
    return bytes(data)


def zip_bomb(name="return.xml"):
    """Pack forty megabytes of nothing into forty kilobytes."""
    return zipped({name: bytes(40 << 20)})


def corrupt(packed, member=""):
    """Change bytes in the middle of one file of a zip."""
    data = bytearray(packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        held = next(each for each in archive.infolist() if each.filename.endswith(member))
    begin = held.header_offset + 30 + len(held.filename) + held.compress_size // 2
    data[begin : begin + 8] = bytes(255 - byte for byte in data[begin : begin + 8])
    return bytes(data)


def other_message(good, **changed):
    """Change leaves of a return's header: `other_message(xml, Term="AUT")`."""
    text = good.decode("utf-8")
    for tag, value in changed.items():
        begin = text.index(f"<{tag}>") + len(tag) + 2
        text = text[:begin] + value + text[text.index(f"</{tag}>", begin) :]
    return text.encode("utf-8")


def utf_16(good):
    """Write a return in UTF-16, declared as such."""
    text = good.decode("utf-8")
    return ('<?xml version="1.0" encoding="UTF-16"?>' + text[text.index("?>") + 2 :]).encode("utf-16")


def bad_returns(good):
    """Return bad census files by the name that says what is the matter, made from one good return."""
    packed = zipped({"return.xml": good})
    return {
        "zero_bytes.xml": b"",
        "truncated.xml": good[: len(good) // 2],
        "not_xml.xml": b"Dear colleague, please find our return attached.\n",
        "wrong_root.xml": good.replace(b"<Message>", b"<Envelope>").replace(b"</Message>", b"</Envelope>"),
        "other_collection.xml": other_message(good, Term="AUT", Year="2025"),
        "other_authority.xml": other_message(good, LEA="823"),
        "entity_bomb.xml": ENTITY_BOMB,
        "external_entity.xml": EXTERNAL_ENTITY,
        "utf_16.xml": utf_16(good),
        "corrupt.zip": corrupt(packed),
        "wrong_checksum.zip": crc_wrong(packed),
        "cut_short.zip": packed[: len(packed) // 2],
        "protected.zip": protected(packed),
        "bomb.zip": zip_bomb(),
        "leads_out.zip": zipped({"../return.xml": good}),
        "unknown_columns.csv": b"pupil,colour,size\n1,blue,7\n",
        "empty_table.csv": b"",
    }


def bad_registers(csv, workbook):
    """Return bad registers by the name that says what is the matter, made from a good CSV and workbook."""
    lines = csv.splitlines(keepends=True)
    return {
        "zero_bytes.csv": b"",
        "zero_bytes.xlsx": b"",
        "corrupt.xlsx": corrupt(workbook, "sheet1.xml"),
        "cut_short.xlsx": workbook[: len(workbook) // 2],
        "protected.xlsx": PROTECTED_WORKBOOK,
        "old.xls": OLD_WORKBOOK,
        "not_a_workbook.xlsx": b"Child ID,UPN\n",
        "no_header_row.csv": b"".join(lines[1:]),
        "title_row_first.csv": b"Elective home education register\n" + csv,
        "unknown_columns.csv": lines[0].replace(b"Surname", b"Favourite Colour") + b"".join(lines[1:]),
        "key_column_missing.csv": csv.replace(b"Child ID", b"Case Number Of Somebody", 1),
        "utf_16.csv": csv.decode("utf-8").encode("utf-16"),
        "corrupt.zip": corrupt(zipped({"register.csv": csv})),
        "two_registers.zip": zipped({"a.csv": csv, "b.csv": csv + b"\n"}),
    }


def crc_wrong(packed):
    """Return a zip whose first file does not have the checksum that it states."""
    at = packed.index(b"PK\x01\x02") + 16
    return packed[:at] + struct.pack("<I", zlib.crc32(b"another")) + packed[at + 4 :]
