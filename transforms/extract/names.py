"""Names in the letters that a recipient's importer takes: NFC first, then transliteration of what it still refuses."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii


def written_name(name: str, allowed: re.Pattern[str]) -> str:
    """Write a name in allowed characters only.

    A letter that is not allowed is transliterated (Ș to S); a mark or sign becomes the allowed sign that looks like it
    (an en dash a hyphen), else a space; a sign without width vanishes.
    """
    composed = unicodedata.normalize("NFC", name)
    return " ".join("".join(_written(character, allowed) for character in composed).split())


def _written(character: str, allowed: re.Pattern[str]) -> str:
    if allowed.fullmatch(character):
        return character
    kind = unicodedata.category(character)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    if kind[0] == "S":
        return " "
    return "".join(each if allowed.fullmatch(each) else " " for each in anyascii(character))


def says_something(name: str) -> bool:
    """Say whether a written name has a letter or digit left."""
    return any(character.isalnum() for character in name)
