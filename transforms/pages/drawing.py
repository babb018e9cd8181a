"""Drawings for pages: small SVG made by matplotlib, in the page's own type and colours, with the figures beside it.

The same figures give the same bytes: fixed identifiers, no date, no font inside. matplotlib is imported when the first
chart is drawn, since that takes a second.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Drawn in these; the page's style puts its own light, dark and paper colours in their place.
INK, SOFT = "#1b2127", "#4d5863"
WIDTH = 330
TEXT = 11
_POINTS_PER_INCH = 72
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@dataclass(frozen=True)
class Chart:
    """One chart: what it shows, the drawing, and the figures behind it as a table."""

    title: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Frame:
    """The size of a drawing in points, and the shares of it left free of bars and lines: to the left, below, above."""

    height: int
    left: float
    below: float = 0.0
    above: float = 0.0


def drawn(name: str, described: str, draw: Callable[[Axes], None], frame: Frame) -> Markup:
    """Draw one chart; `described` is its title, a colon, and what it shows in words."""
    import matplotlib as mpl  # noqa: PLC0415  # takes a second: only where a chart is drawn
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.size": TEXT}):
        figure = Figure(figsize=(WIDTH / _POINTS_PER_INCH, frame.height / _POINTS_PER_INCH), frameon=False)
        free = frame.below + frame.above
        axes = figure.add_axes((frame.left, frame.below, 1 - frame.left - 0.02, 1 - free), frameon=False)
        axes.tick_params(length=0, labelcolor=INK, pad=8)
        draw(axes)
        for part in axes.get_children():
            part.set_clip_on(False)
        written = io.BytesIO()
        figure.savefig(written, format="svg", metadata=_NO_METADATA)
    return _for_the_page(name, described, written.getvalue())


def _for_the_page(name: str, described: str, written: bytes) -> Markup:
    """Make the drawing part of a page: no style of its own (the page's policy), described, in the page's size."""
    root = etree.fromstring(written)
    for held in root.findall(f"{_SVG}metadata") + [part for part in root if part.find(f"{_SVG}style") is not None]:
        root.remove(held)
    for part in root.iter(etree.Element):
        _plain(part)
    title, words = etree.Element(f"{_SVG}title", id=f"{name}-title"), etree.Element(f"{_SVG}desc", id=f"{name}-desc")
    title.text, _, words.text = described.partition(": ")
    root[0:0] = [title, words]
    root.attrib.pop("width")
    root.attrib.pop("height")
    root.attrib.update({"role": "img", "aria-labelledby": f"{name}-title {name}-desc"})
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704  # drawn above; lxml escapes its texts


def _plain(part: etree._Element) -> None:
    """Turn a style into attributes, which the page's policy lets pass; type and size of words are the page's."""
    style = str(part.attrib.pop("style", ""))
    told = [entry.split(":", 1) for entry in style.split(";") if ":" in entry]
    part.attrib.update({key.strip(): value.strip() for key, value in told if not key.strip().startswith("font")})
    if part.tag == f"{_SVG}g":
        part.attrib.pop("id", "")
    if _LINK in part.attrib:
        part.set("href", part.attrib.pop(_LINK))
    if str(part.get("transform")).startswith("rotate(-0 "):
        part.attrib.pop("transform")
    part.tail = None
    part.text = part.text if part.tag == f"{_SVG}text" else None
