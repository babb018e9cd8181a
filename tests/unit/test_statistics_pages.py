"""The public sees the published figures in charts, and in no chart what is hidden; how they are protected, in words."""

import re

import pytest
from lxml import html

from schemas.disclosure import policy
from schemas.la_geography import geography_of
from schemas.statistics import HIDDEN
from tests.page_read import Read
from tests.published_rows import held
from transforms.parse.published_figures import packaged_figures
from transforms.statistics_pages.charts import Asked, Series, bars, lines
from transforms.statistics_pages.pages import protection_page, statistics_page
from transforms.statistics_pages.protection import reasons_of
from transforms.statistics_pages.values import NOT_TOLD, Shown

GEOGRAPHY = geography_of("856")
SETTINGS = ("Academy", "Special", "Elsewhere/Unknown")


def home(total, female, male, **reasons):
    """Return figures of children on census day: count, percentage, rate."""
    told = {("Total", "Total"): (total, 100.0, "x"), ("Sex", "Female"): female, ("Sex", "Male"): male}
    told[("Sex", "Unknown")] = (0, 0.0, "x")
    told |= {("Reason", name.replace("_", " ")): figures for name, figures in reasons.items()}
    return told


HIDDEN_ROW = (HIDDEN, HIDDEN, "x")
CENSUS = held(
    "ehe_census",
    spring_2025=home(600, (300, 50.0, "x"), (300, 50.0, "x"), Unknown=(500, 83.0, "x")),
    autumn_2025=home(640, HIDDEN_ROW, HIDDEN_ROW, Mental_health=(160, 25.0, "x"), Lifestyle=HIDDEN_ROW),
    spring_2026=home(HIDDEN, HIDDEN_ROW, (330, 52.0, "x"), Mental_health=(150, 23.0, "x"), Lifestyle=HIDDEN_ROW),
)
YEAR = held(
    "ehe_academic_year",
    autumn_2025={
        ("EHE status", "In EHE at any point during the year"): (1333, "z"),
        ("EHE status", "Started EHE during the year"): (555, "z"),
        ("EHE status", "Returned to school during the year"): (HIDDEN, "z"),
    }
    | {("Setting prior to EHE", item): (200, 36.0) for item in SETTINGS[:1]}
    | {("Setting prior to EHE", item): (HIDDEN, HIDDEN) for item in SETTINGS[1:]},
)


@pytest.fixture(scope="module")
def figures():
    return packaged_figures()


@pytest.fixture(scope="module")
def text(figures):
    return statistics_page([CENSUS, YEAR], figures, geography=GEOGRAPHY)


@pytest.fixture(scope="module")
def page(text):
    return html.document_fromstring(text)


def section(page, dataset_id):
    (found,) = page.xpath(f"//section[@aria-labelledby='{dataset_id}']")
    return found


def table_of(place, caption):
    """Return row heading → cells of the one table with such a caption."""
    found = [table for table in place.xpath(".//table") if caption in table.xpath("caption")[0].text_content()]
    assert len(found) == 1, caption
    rows = (row.xpath("th|td") for row in found[0].xpath(".//tbody/tr"))
    return {cells[0].text_content(): [cell.text_content() for cell in cells[1:]] for cells in rows}


# --- what is hidden stays so ------------------------------------------------------------------------------------------


def lengths(svg):
    """Return the length of every bar of a drawing."""
    paths = re.findall(r'<path d="M ([\d.]+) [\d.]+ \s*L ([\d.]+)', svg.replace("\n", " "))
    return [round(float(end) - float(start), 2) for start, end in paths if float(end) > float(start)]


def test_a_hidden_figure_has_no_bar_and_says_c():
    items = ("Female", "Male", "Unknown")
    told = Series("Children", (Shown(None, HIDDEN), Shown(30.0), Shown(0.0)))
    chart = bars(Asked("sex", "Children by sex", "Sex"), items, [told])
    assert len([length for length in lengths(chart.svg) if length]) == 1
    assert chart.rows == (("Female", "c"), ("Male", "30"), ("Unknown", "0"))
    drawn = html.fromstring(str(chart.svg)).xpath("//text")
    assert [each.text_content().strip() for each in drawn][-3:] == ["c", "30", "0"]


def test_what_rounds_to_nought_is_not_drawn_as_nought():
    chart = bars(Asked("a", "A", "A"), ("A", "B"), [Series("n", (Shown(10.0), Shown(None, "low")))])
    words = [each.text_content().strip() for each in html.fromstring(str(chart.svg)).xpath("//text")]
    assert words[-2:] == ["10", "low"]
    assert len([length for length in lengths(chart.svg) if length]) == 1


def test_with_everything_hidden_there_is_a_table_and_no_chart():
    assert bars(Asked("a", "A", "A"), ("A",), [Series("n", (Shown(None, HIDDEN),))]) is None


def test_a_hidden_term_breaks_the_line(page):
    place = section(page, "ehe_census")
    rows = table_of(place, "Over the terms")
    assert rows["Number of EHE children on census date"] == ["600", "640", "c"]
    (drawing,) = [svg for svg in place.xpath(".//svg") if svg.get("aria-labelledby").startswith("ehe_census-trend-0-")]
    words = [each.text_content().strip() for each in drawing.xpath(".//text")]
    assert "c" in words
    assert "Spring term 2025/26 c" in drawing.xpath("desc")[0].text


def test_how_many_are_hidden_stands_below_the_chart(page):
    assert "Hidden (c): 1;" in section(page, "ehe_census").text_content()


# --- trend and breaks -------------------------------------------------------------------------------------------------


def test_a_break_in_series_is_marked_in_the_chart_and_told(page):
    place = section(page, "ehe_census")
    (told,) = place.xpath(".//div[@class='break']")
    assert "Reason, from Autumn term 2025/26" in told.text_content()
    assert "New: Offered school place but not yet accepted" in told.text_content()
    (drawing,) = [svg for svg in place.xpath(".//svg") if svg.get("aria-labelledby").startswith("ehe_census-trend-0-")]
    assert "break: Reason" in [each.text_content().strip() for each in drawing.xpath(".//text")]
    assert "Break in series before Autumn term 2025/26: Reason." in drawing.xpath("desc")[0].text


def test_one_term_is_no_line():
    assert lines(Asked("t", "T", "Time"), ["Autumn term 2025/26"], [Series("n", (Shown(1.0),))]) is None


# --- beside DfE's figures ---------------------------------------------------------------------------------------------


def test_the_academic_year_stands_beside_the_authority_the_region_and_england(page):
    rows = table_of(section(page, "ehe_academic_year"), "Counts, and DfE")
    assert rows["In EHE at any point during the year"] == ["1,333", "1,320", "15,510", "175,900"]
    assert rows["Returned to school during the year"] == ["c", "250", "2,540", "28,100"]
    beside = table_of(section(page, "ehe_academic_year"), "Percentage of children who started EHE")
    assert beside["Academy"] == ["36%", "57%", "49%"]
    assert beside["Special"] == ["c", "1%", "low"]


def test_the_time_that_both_have_is_compared(page):
    words = " ".join(section(page, "ehe_census").text_content().split())
    assert "Ours are of Autumn term 2025/26, DfE's of Autumn term 2025/26." in words
    rows = table_of(section(page, "ehe_census"), "Counts, and DfE")
    assert rows["Total"] == ["640", NOT_TOLD, NOT_TOLD, "126,000"]
    assert rows["Total, rate per 100 aged 5 to 16"] == ["x", NOT_TOLD, NOT_TOLD, "1.5"]
    assert table_of(section(page, "ehe_census"), "by Reason, beside")["Mental health"] == ["25%", NOT_TOLD, "16%"]


def test_where_dfe_has_not_that_time_its_latest_is_named(figures):
    alone = held("ehe_census", spring_2026=home(600, (300, 50.0, "x"), (300, 50.0, "x")))
    words = " ".join(
        html.document_fromstring(statistics_page([alone], figures, geography=GEOGRAPHY)).text_content().split()
    )
    assert "Ours are of Spring term 2025/26, DfE's of Autumn term 2025/26, the latest that this page has." in words


def test_the_licence_of_dfes_figures_is_named(page):
    assert "Open Government Licence v3.0" in section(page, "ehe_census").text_content()


# --- the page itself --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["statistics", "protection"])
def test_a_page_stands_alone_and_can_be_used_without_a_mouse_or_eyes(text, which):
    told = text if which == "statistics" else protection()
    page = html.document_fromstring(told)
    Read(told)
    assert not re.search(r"<script|<link|<img|https?://(?!www\.w3\.org/)", told)
    assert page.get("lang") == "en-GB"
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    assert all(table.xpath("caption") for table in page.xpath("//table"))
    assert all(cell.get("scope") for cell in page.xpath("//th"))
    assert all(svg.get("role") == "img" and svg.xpath("title") and svg.xpath("desc") for svg in page.xpath("//svg"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")} <= set(ids)
    assert "@media print" in told
    assert " style=" not in told


def test_every_chart_has_its_figures_as_a_table(page):
    assert all(figure.xpath(".//table//tbody/tr") for figure in page.xpath("//figure"))
    assert len(page.xpath("//figure")) >= 5


def test_no_table_is_without_rows(page):
    assert all(table.xpath(".//tbody/tr") for table in page.xpath("//table"))


def test_the_same_figures_give_the_same_page(text, figures):
    assert text == statistics_page([CENSUS, YEAR], figures, geography=GEOGRAPHY)


def test_invented_data_is_called_so(figures, text):
    assert "Invented data." in statistics_page([YEAR], figures, geography=GEOGRAPHY, invented=True)
    assert "Invented data." not in text


def test_a_dataset_without_an_entry_gets_its_count_and_first_topics(figures):
    told = held(
        "leavers",
        autumn_2025={("Total", "Total"): (90,), ("Sex", "Female"): (40,), ("Sex", "Male"): (50,)},
        spring_2026={("Total", "Total"): (80,), ("Sex", "Female"): (45,), ("Sex", "Male"): (35,)},
    )
    page = html.document_fromstring(statistics_page([told], figures, geography=GEOGRAPHY))
    assert table_of(page, "Over the terms")["Number of pupils who left a school"] == ["90", "80"]


# --- how the figures are protected ------------------------------------------------------------------------------------


def protection(reasons=None):
    policies = {"ehe_census": policy("suppress"), "ehe_academic_year": policy("suppress")}
    told = {"2025-autumn": reasons_of(512, small=43, group=21, to_protect=7) if reasons is None else reasons}
    return protection_page([CENSUS, YEAR], told, policies, geography=GEOGRAPHY)


def test_the_rules_are_told_in_words_with_the_profiles_numbers():
    words = " ".join(html.document_fromstring(protection()).text_content().split())
    assert "A count of 1 to 4 is not shown." in words
    assert "A group of fewer than 10 is not divided" in words
    assert "possible values at least 3 apart" in words
    assert "No shown count is changed" in words


def test_the_counts_are_told_by_dataset():
    rows = table_of(html.document_fromstring(protection()), "Figures by dataset")
    assert rows["Elective home education during the previous academic year"] == ["9", "5", "56%", "0", "none", "none"]


def test_why_counts_are_hidden_is_told_roughly():
    words = " ".join(html.document_fromstring(protection()).text_content().split())
    assert "Of about 510 counts" in words
    assert "about 40 hidden because they are small" in words
    assert "fewer than 10 hidden so that no other" in words
    assert not re.search(r"\b(43|21|512)\b", words.partition("Why counts are hidden")[2])


def test_of_few_hidden_counts_no_reason_is_told():
    assert reasons_of(80, small=2, group=0, to_protect=0) == {}
    words = " ".join(html.document_fromstring(protection({})).text_content().split())
    assert "Too few are hidden to say why." in words


def test_the_page_on_protection_shows_no_figure():
    (main,) = html.document_fromstring(protection()).xpath("//main")
    words = main.text_content()
    assert not re.search(r"\b(640|600|330|1,?333|555)\b", words)
