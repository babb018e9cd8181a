"""Charts of the report pages: lying bars, and lines over runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from transforms.pages.drawing import INK, TEXT, Chart, Frame, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Mapping[str, str] = {"error": "#a61b1b", "query": "#7a4a00", "ready": "#17603a", "none": "#4d5863"}
_BAR = 22
_LONGEST = 17  # characters of the words beside a bar; the table has them whole
_ROOM = 1.2  # the length of the axis in longest bars, so that the figure behind the longest has room


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
            axes.text(count + longest * 0.015, place, f"{count:,}", va="center", color=INK, fontsize=TEXT)

    rows = tuple((words, f"{count:,}") for words, count, _ in bars)
    told = "; ".join(f"{words} {count}" for words, count in rows)
    svg = drawn(name, f"{title}: {told}.", draw, Frame(_BAR * len(bars) + 4, left=0.38))
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
    svg = drawn(name, f"{title}: {told}.", draw, Frame(150, left=0.16, below=0.16, above=0.16))
    return Chart(title, svg, (step, *(words for words, *_ in lines)), rows)


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
