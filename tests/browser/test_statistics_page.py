"""The pages of the statistics in a real browser: nothing is fetched, every width and paper will do, the keyboard too."""

import pytest

from schemas.la_geography import geography_of
from tests.unit.test_statistics_pages import CENSUS, YEAR, protection
from transforms.parse.published_figures import packaged_figures
from transforms.statistics_pages.pages import statistics_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("statistics")
    text = statistics_page([CENSUS, YEAR], packaged_figures(), geography=geography_of("856"))
    for name, content in (("statistics", text), ("protection", protection())):
        (folder / f"{name}.html").write_text(content, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module", params=["statistics", "protection"])
def page(request, pages):
    return pages / f"{request.param}.html"


def test_the_page_fetches_nothing_and_its_own_policy_lets_its_style_through(browser, page):
    browser.open(page)
    assert browser.requests() == []
    assert browser.complaints() == []
    assert browser.js("getComputedStyle(document.body).maxWidth") != "none"


@pytest.mark.parametrize("width", [320, 480, 768, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_no_width_needs_scrolling_sideways(browser, page, width, dark):
    browser.open(page, width=width, dark=dark)
    browser.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert browser.js("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_table_too_wide_for_a_telephone_is_scrolled_by_keyboard(browser, pages):
    browser.open(pages / "statistics.html", width=320)
    assert browser.js("Array.from(document.querySelectorAll('.wide')).every((one) => one.tabIndex === 0)")


def test_the_first_tab_stop_skips_to_the_figures(browser, page):
    browser.open(page)
    browser.press("Tab")
    assert browser.js("document.activeElement.className") == "skip"
    browser.press("Enter")
    assert browser.js("location.hash") == "#main"


WORDS_INSIDE = """
Array.from(document.querySelectorAll('.chart svg')).flatMap((drawing) => {
  const frame = drawing.getBoundingClientRect();
  return Array.from(drawing.querySelectorAll('text')).filter((word) => {
    const box = word.getBoundingClientRect();
    return box.left < frame.left - 12 || box.right > frame.right + 12;
  }).map((word) => word.textContent);
})
"""


@pytest.mark.parametrize("width", [320, 1280])
def test_no_word_of_a_chart_stands_outside_it(browser, pages, width):
    browser.open(pages / "statistics.html", width=width)
    assert browser.js("document.querySelectorAll('.chart svg').length") >= 5
    assert browser.js(WORDS_INSIDE) == []


CONTRAST = """
(() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const ratio = (colour) => {
    const ink = light(colour);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  const words = Array.from(document.querySelectorAll('p, td, th, a, dt, dd, summary, caption, h1, h2, h3'))
    .filter((one) => !one.closest('.break')).map((one) => ratio(getComputedStyle(one).color));
  const drawn = Array.from(document.querySelectorAll('.chart path[fill^="#"], .chart text[fill]'))
    .map((one) => ratio(getComputedStyle(one).fill)).filter((one) => one > 1);
  return [Math.min(...words), Math.min(...drawn)];
})()
"""


@pytest.mark.parametrize("dark", [False, True])
def test_words_and_bars_stand_out_from_the_paper(browser, pages, dark):
    browser.open(pages / "statistics.html", dark=dark)
    words, drawn = browser.js(CONTRAST)
    assert words >= 4.5
    assert drawn >= 3


def test_on_paper_the_figures_behind_the_charts_are_there(browser, pages):
    browser.open(pages / "statistics.html", width=720)
    assert browser.pdf().startswith(b"%PDF")
    browser.call("Emulation.setEmulatedMedia", media="print")
    # The figures of a line over the terms stand in the table below it, and are not printed twice.
    figures = "Array.from(document.querySelectorAll('.charts:not(.trend) figure table, section > .wide table'))"
    assert browser.js(f"{figures}.length") > 0
    assert browser.js(f"{figures}.filter((one) => !one.offsetHeight).length") == 0
    wide = (
        "Array.from(document.querySelectorAll('table, svg')).filter((one) => one.getBoundingClientRect().right > 722)"
    )
    assert browser.js(f"{wide}.length") == 0
    browser.call("Emulation.setEmulatedMedia", media="")
