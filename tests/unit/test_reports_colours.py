"""The colours of every page: text, figures and steps of colour can be read by weak eyes in light, dark and on paper."""

import re
from importlib import resources

import pytest

STYLE = resources.files("transforms.reports").joinpath("templates/page.css").read_text(encoding="utf-8")
STEPS = [f"{kind}{number}" for kind in "eq" for number in range(1, 5)]


def palettes():
    found = re.findall(r":root \{([^}]*)\}", STYLE)
    return [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", part)) for part in found]


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_ON = [
    ("ink", "paper"), ("ink", "panel"), ("soft", "paper"), ("soft", "panel"), ("link", "paper"), ("error", "paper"),
    ("error", "error-panel"), ("query", "paper"), ("query", "query-panel"), ("warn", "warn-panel"),
    ("ready", "paper"), ("ready", "panel"), ("ready", "ready-panel"), ("query", "panel"), ("error", "panel"),
    *(("ink", step) for step in STEPS),
]  # fmt: skip


@pytest.mark.parametrize("number", [0, 1, 2], ids=["light", "dark", "paper"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read_by_weak_eyes_in_light_dark_and_on_paper(number, text, ground):
    colours = palettes()[0] | palettes()[number]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("number", [0, 1])
def test_the_edges_of_controls_and_the_focus_can_be_seen(number):
    colours = palettes()[0] | palettes()[number]
    assert contrast(colours["line"], colours["paper"]) >= 3
    assert contrast(colours["focus"], colours["paper"]) >= 3


@pytest.mark.parametrize("number", [0, 1, 2], ids=["light", "dark", "paper"])
def test_the_steps_of_colour_grow_from_the_ground(number):
    colours = palettes()[0] | palettes()[number]
    for kind in "eq":
        apart = [contrast(colours[f"{kind}{step}"], colours["paper"]) for step in range(1, 5)]
        assert apart == sorted(apart)
        assert len(set(apart)) == len(apart)


def test_no_colour_stands_outside_the_palettes_but_those_that_charts_are_drawn_in():
    ours = re.sub(r":root \{[^}]*\}", "", STYLE)
    drawn = re.sub(r"\[(?:fill|stroke)=\"#[0-9a-f]{6}\"\]", "", ours)
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", drawn)) <= {"#000000"}
