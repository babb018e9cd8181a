"""Charts of published figures: lying bars, bars side by side, lines over the terms.

A figure without a number has no bar and no point: its symbol stands there in words. Nothing is stacked and no remainder
is drawn, so that no length shows what a hidden figure is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from transforms.pages.drawing import INK, SOFT, TEXT, Chart, Frame, drawn
from transforms.statistics_pages.values import Shown, short_time

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colours in which series are drawn, in their order; the page's style has its own for the dark and for paper.
COLOURS: Final = ("#0b4f9c", "#8a4b00", "#17603a")
_DASHES: Final = ("-", "--", ":")
_MARKS: Final = ("o", "s", "^")
_LETTERS: Final = 22
_LEGEND_LETTERS: Final = 44
_AXIS: Final = 0.18
_LINE: Final = 13
_LEFT: Final = 0.42
_GAP: Final = 0.04  # between an item's name and its bar, in widths of the drawing without the names
_ROOM: Final = 1.24  # the axis in longest bars: room for the figure behind the longest
_MOST_TICKS: Final = 4
_NO_BREAKS: Final[Mapping[int, str]] = {}


@dataclass(frozen=True)
class Series:
    """One series of figures under a name: an item each, or a term each."""

    words: str
    figures: tuple[Shown, ...]

    @property
    def has_numbers(self) -> bool:
        """Say whether there is anything to draw."""
        return any(each.number is not None for each in self.figures)

    @property
    def is_told(self) -> bool:
        """Say whether there is anything to write: a number, or a symbol in its place."""
        return any(each.number is not None or each.symbol for each in self.figures)


@dataclass(frozen=True)
class Asked:
    """What a chart is of: its identifier in the page, its title, and what its items or steps are called."""

    name: str
    title: str
    of: str


def bars(asked: Asked, items: Sequence[str], series: Sequence[Series]) -> Chart | None:
    """Draw a lying bar for each item and series, the first on top; None without any number."""
    held = [each for each in series if each.is_told]
    if not any(each.has_numbers for each in held):
        return None
    words = [textwrap.wrap(item, _LETTERS) or [""] for item in items]
    thick = _LINE if len(held) == 1 else _LINE - 1
    rooms = [max(len(lines) * _LINE, len(held) * thick) + 8 for lines in words]
    names = _wrapped(held) if len(held) > 1 else []
    legend = 15 * sum(name.count("\n") + 1 for name in names) + 4 * bool(names)
    height = sum(rooms) + legend

    def draw(axes: Axes) -> None:
        longest = max(each.number or 0 for one in held for each in one.figures) or 1
        axes.set(xlim=(0, longest * _ROOM), ylim=(sum(rooms), 0))
        axes.set_xticks([])
        axes.set_yticks([])
        middles = [sum(rooms[:place]) + room / 2 for place, room in enumerate(rooms)]
        _names(axes, middles, words)
        for number, one in enumerate(held):
            offset = (number - (len(held) - 1) / 2) * thick
            places = [middle + offset for middle in middles]
            lengths = [each.number or 0 for each in one.figures]
            axes.barh(places, lengths, height=thick - 2, color=COLOURS[series.index(one)], label=one.words)
            for place, each in zip(places, one.figures, strict=True):
                axes.text((each.number or 0) + longest * 0.015, place, each.text, va="center", color=INK, fontsize=TEXT)
        if legend:
            _legend(axes, names, _LEFT)

    svg = drawn(asked.name, _described(asked, items, held), draw, Frame(height, left=_LEFT, above=legend / height))
    rows = tuple((item, *(one.figures[place].text for one in series)) for place, item in enumerate(items))
    return Chart(asked.title, svg, (asked.of, *(one.words for one in series)), rows)


def _names(axes: Axes, middles: Sequence[float], words: Sequence[Sequence[str]]) -> None:
    """Write the items left of their bars, line by line: each ends at the axis in whatever type the page has."""
    for middle, told in zip(middles, words, strict=True):
        for number, text in enumerate(told):
            height = middle + (number - (len(told) - 1) / 2) * _LINE
            place = axes.get_yaxis_transform()
            axes.text(-_GAP, height, text, ha="right", va="center", color=INK, fontsize=TEXT, transform=place)


def lines(
    asked: Asked, steps: Sequence[str], series: Sequence[Series], breaks: Mapping[int, str] = _NO_BREAKS
) -> Chart | None:
    """Draw a line over the steps for each series; a step without a number breaks it. None for a single step.

    `breaks` has the places of the steps before which the series is broken, and the topics of which it is.
    """
    held = [each for each in series if each.is_told]
    if not any(each.has_numbers for each in held) or len(steps) < 2:  # noqa: PLR2004  # a line has two ends
        return None
    names = _wrapped(held) if len(held) > 1 else []
    legend = 15 * sum(name.count("\n") + 1 for name in names)
    height = 150 + legend

    def draw(axes: Axes) -> None:
        most = max(each.number or 0 for one in held for each in one.figures) or 1
        axes.set(ylim=(0, most * 1.15), xlim=(-0.25, len(steps) - 0.75))
        for number, one in enumerate(held):
            _line(axes, one, number, most)
        for place, words in breaks.items():
            axes.axvline(place - 0.5, color=SOFT, linewidth=1, linestyle="--")
            told = f"break: {words}" if len(breaks) == 1 and len(words) <= _LETTERS else "break"
            axes.text(place - 0.5, most * 1.17, told, ha="center", va="bottom", color=SOFT, fontsize=TEXT)
        _steps(axes, steps)
        top = next(
            each for one in held for each in one.figures if (each.number or 0) == most or each.number is not None
        )
        axes.set_yticks([0, most], ["0", Shown(most, "", top.dp, top.unit).text])
        if legend:
            _legend(axes, names, _AXIS)

    frame = Frame(height, left=_AXIS, below=34 / height, above=(legend + 16) / height)
    told = "".join(f" Break in series before {steps[place]}: {words}." for place, words in breaks.items())
    svg = drawn(asked.name, _described(asked, steps, held) + told, draw, frame)
    rows = tuple((step, *(one.figures[place].text for one in series)) for place, step in enumerate(steps))
    return Chart(asked.title, svg, (asked.of, *(one.words for one in series)), rows)


def _line(axes: Axes, one: Series, number: int, most: float) -> None:
    values = [float("nan") if each.number is None else each.number for each in one.figures]
    axes.plot(
        range(len(values)),
        values,
        _DASHES[number],
        color=COLOURS[number],
        linewidth=2,
        marker=_MARKS[number],
        markersize=5,
        label=one.words,
    )
    for place, each in enumerate(one.figures):
        if each.number is None and each.symbol:  # in words, on no height that could be read as a figure
            axes.text(place, -most * (0.27 + 0.1 * number), each.symbol, ha="center", va="top", color=COLOURS[number])


def _steps(axes: Axes, steps: Sequence[str]) -> None:
    last = len(steps) - 1
    places = list(range(len(steps))) if len(steps) <= _MOST_TICKS else [0, last]
    axes.set_xticks(places, [short_time(steps[place]) for place in places])


def _wrapped(series: Sequence[Series]) -> list[str]:
    return ["\n".join(textwrap.wrap(one.words, _LEGEND_LETTERS)) for one in series]


def _legend(axes: Axes, names: Sequence[str], left: float) -> None:
    """Name the series above the drawing, from its left edge, one below the other."""
    handles, _ = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(-left / (1 - left), 1),
        frameon=False,
        borderpad=0,
        labelspacing=0.25,
        labelcolor=INK,
        handlelength=1.8,
    )


def _described(asked: Asked, items: Sequence[str], series: Sequence[Series]) -> str:
    """Say in words what is drawn, for those who do not see it; the table has the same figures."""
    told = [
        f"{one.words}: " + ", ".join(f"{item} {each.text}" for item, each in zip(items, one.figures, strict=True))
        for one in series
    ]
    return f"{asked.title}: {'; '.join(told)}."
