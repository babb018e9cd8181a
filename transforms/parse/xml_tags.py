"""Counting the elements that hold text, in the bytes themselves: by whole columns of positions, else by an expression.

The count is the check on the quick reader, so it shares nothing with it. Positions of `<` and `>` as columns take a
third of the expression's time; they serve where `<` and `>` alternate: unless a text holds a bare `>`, CDATA
or tags within a comment.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.parse.xml_guard import local_name

#: Under this name stands text after a closed element, an empty one or a comment, where none belongs.
STRAY = "/"
# A tag and, after it, text that is not blank. Possessive throughout: with backtracking it is thirty times slower.
_TAG_WITH_TEXT = re.compile(rb"<([^<>]++)>(?:[^<\s]|\s++(?:[^<\s]|<!\[CDATA\[)|<!\[CDATA\[)")
_CDATA = b"<![CDATA["
_BLANK = 32
_BLOCK = 1 << 22


def tags_with_text(text: bytes) -> Counter[str]:
    """Count, by tag, the elements whose first content is text that is not blank."""
    written = _by_positions(text)
    if written is None:
        written = Counter(_TAG_WITH_TEXT.findall(text))
    found: Counter[str] = Counter()
    for tag, count in written.items():
        found[_element(tag.decode("utf-8"))] += count
    return found


def _element(tag: str) -> str:
    follows = tag.startswith(("/", "!", "?")) or tag.endswith("/")
    return STRAY if follows else local_name(tag.split(maxsplit=1)[0])


def _by_positions(text: bytes) -> Counter[bytes] | None:
    """Count in blocks that begin with a tag, so that columns stay small; None where `<` and `>` do not alternate."""
    if _CDATA in text:
        return None
    found: Counter[bytes] = Counter()
    begin = max(text.find(b"<"), 0)
    while begin < len(text):
        end = text.find(b"<", begin + _BLOCK)
        end = len(text) if end < 0 else end
        counted = _in_block(text[begin:end])
        if counted is None:
            return None
        found.update(counted)
        begin = end
    return found


def _in_block(block: bytes) -> dict[bytes, int] | None:
    signs = np.frombuffer(block, np.uint8)
    opens, closes = np.flatnonzero(signs == ord("<")), np.flatnonzero(signs == ord(">"))
    if len(opens) != len(closes):
        return None
    next_opens = np.append(opens[1:], len(block))
    if not ((closes > opens) & (closes < next_opens)).all():
        return None
    holds_text = np.flatnonzero(_not_blank(signs, closes + 1, next_opens))
    offsets = np.empty(2 * len(opens) + 1, np.int32)
    offsets[:-1:2], offsets[1::2], offsets[-1] = opens + 1, closes, len(block)
    # Every other slice of the text between those offsets is the inside of a tag; nothing is copied but the tags taken.
    slices = pa.Array.from_buffers(pa.binary(), 2 * len(opens), [None, pa.py_buffer(offsets), pa.py_buffer(block)])
    counted = pc.value_counts(slices.take(pa.array(2 * holds_text)))
    return dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))


def _not_blank(signs: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Mark the stretches that hold more than white space; most show it by their first byte."""
    marked = np.zeros(len(begins), bool)
    filled = np.flatnonzero(begins < ends)
    marked[filled] = signs[begins[filled]] > _BLANK
    unsure = filled[~marked[filled]]
    if len(unsure):
        marked[unsure] = _highest(signs, begins[unsure], ends[unsure]) > _BLANK
    return marked


def _highest(signs: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    edges = np.stack([begins, ends], axis=1).ravel()
    last = len(signs) if edges[-1] == len(signs) else None  # reduceat takes no edge at the very end
    highest: np.ndarray = np.maximum.reduceat(signs, edges[:-1] if last else edges)[::2]
    return highest
