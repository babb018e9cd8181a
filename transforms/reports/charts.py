"""Charts for pages: small SVG drawn by matplotlib, in the page's own type and colours, with the figures beside it.

The same figures give the same bytes: fixed identifiers, no date, no font inside. matplotlib is imported when the first
chart is drawn, since that takes a second.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Drawn in these; the page's style puts its own light, dark and paper colours in their place.
INK, SOFT = "#1b2127", "#4d5863"
COLOURS: Mapping[str, str] = {"error": "#a61b1b", "query": "#7a4a00", "ready": "#17603a", "none": "#4d5863"}
_POINTS_PER_INCH = 72
_WIDTH = 330
_BAR, _TEXT = 22, 11
_LONGEST = 17  # characters of the words beside a bar; the table has them whole
_ROOM = 1.2  # the length of the axis in longest bars, so that the figure behind the longest has room
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


def bar_chart(name: str, title: str, bars: Sequence[tuple[str, int, str]], *, of: str) -> Chart | None:
    """Draw lying bars, the first on top; a bar is words, a count and its kind (a colour). None without any count."""
    if not any(count for _, count, _ in bars):
        return None

    def draw(axes: Axes) -> None:
        places = range(len(bars), 0, -1)
        longest = max(count for _, count, _ in bars)
        axes.barh(places, [count for _, count, _ in bars], height=0.62, color=[COLOURS[kind] for *_, kind in bars])
        axes.set(xlim=(0, longest * _ROOM), ylim=(0.5, len(bars) + 0.5))
        axes.set_yticks(places, [_short(words) for words, *_ in bars])
        axes.set_xticks([])
        for place, (_, count, _) in zip(places, bars, strict=True):
            axes.text(count + longest * 0.015, place, f"{count:,}", va="center", color=INK, fontsize=_TEXT)

    rows = tuple((words, f"{count:,}") for words, count, _ in bars)
    told = "; ".join(f"{words} {count}" for words, count in rows)
    svg = _drawn(name, f"{title}: {told}.", draw, height=_BAR * len(bars) + 4, left=0.38)
    return Chart(title, svg, ("", of), rows)


def line_chart(
    name: str, title: str, steps: Sequence[str], lines: Sequence[tuple[str, Sequence[int], str]], *, step: str
) -> Chart | None:
    """Draw lines over runs; a line is words, a count for each step and its kind (a colour). None for a single step."""
    if len(steps) < 2:  # noqa: PLR2004  # a line has two ends
        return None

    def draw(axes: Axes) -> None:
        most = max((*(max(counts) for _, counts, _ in lines), 1))
        axes.set(ylim=(0, most * 1.12), xlim=(-0.2, len(steps) - 0.8))
        for number, (words, counts, kind) in enumerate(lines):
            dashes = "--" if number else "-"
            axes.plot(
                range(len(steps)),
                counts,
                dashes,
                color=COLOURS[kind],
                linewidth=2,
                marker="o",
                markersize=4,
                label=words,
            )
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderpad=0, labelcolor=INK)
        axes.set_xticks([0, len(steps) - 1], [f"{step} {steps[0]}", f"{step} {steps[-1]}"])
        axes.set_yticks([0, most], ["0", f"{most:,}"])

    rows = tuple((words, *(f"{counts[place]:,}" for _, counts, _ in lines)) for place, words in enumerate(steps))
    told = "; ".join(f"{words} from {counts[0]:,} to {counts[-1]:,}" for words, counts, _ in lines)
    svg = _drawn(name, f"{title}: {told}.", draw, height=150, left=0.16)
    return Chart(title, svg, (step, *(words for words, *_ in lines)), rows)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _drawn(name: str, described: str, draw: Callable[[Axes], None], *, height: int, left: float) -> Markup:
    import matplotlib as mpl  # noqa: PLC0415  # takes a second: only where a chart is drawn
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "font.size": _TEXT}):
        figure = Figure(figsize=(_WIDTH / _POINTS_PER_INCH, height / _POINTS_PER_INCH), frameon=False)
        below = 0.16 if height > 2 * _BAR and left < 0.3 else 0.0  # noqa: PLR2004  # room for the words of the steps
        axes = figure.add_axes((left, below, 1 - left - 0.02, 1 - 2 * below), frameon=False)
        axes.tick_params(length=0, labelcolor=INK, pad=8)
        draw(axes)
        for drawn in axes.get_children():
            drawn.set_clip_on(False)
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
