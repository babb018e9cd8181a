"""A reader of the statistics finds what every column, symbol and break means, on a page that stands alone."""

import re

import pytest
from lxml import html

from schemas.breaks import breaks_known, breaks_of
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.datasets import dataset, datasets
from schemas.la_geography import geography_of
from tests.unit.test_csvw import DATASETS, described
from transforms.statistics_files.dictionary_page import dictionary_page


@pytest.fixture(scope="module")
def text():
    return dictionary_page([described(name) for name in DATASETS], geography=geography_of("856"))


@pytest.fixture(scope="module")
def page(text):
    return html.document_fromstring(text)


def section(page, dataset_id):
    (found,) = page.xpath(f"//section[@aria-labelledby='{dataset_id}']")
    return found


@pytest.mark.parametrize("dataset_id", DATASETS)
def test_every_column_of_every_file_is_told(page, dataset_id):
    rows = section(page, dataset_id).xpath(".//table//tbody//th")
    assert [row.text_content() for row in rows] == list(described(dataset_id).data_columns)
    kinds = {row.getnext().text_content() for row in rows}
    assert kinds <= {"time", "place", "group of a filter", "filter", "indicator"}
    assert all(row.xpath("following-sibling::td[2]")[0].text_content() for row in rows)


def test_symbols_are_told_with_their_meaning(page):
    (table,) = page.xpath("//h2[@id='symbols']/following-sibling::table[1]")
    told = dict(row.xpath("th|td") for row in table.xpath(".//tbody/tr"))
    assert {key.text_content(): value.text_content() for key, value in told.items()}[
        "low"
    ] == "rounds to 0 but is not 0"


def test_population_unit_and_items_are_told(page):
    words = section(page, "pupils_characteristics").text_content()
    assert "each child once" in words
    assert "Current main (dual registration)" in words
    assert "Known or believed to be English" in words
    percent = section(page, "pupils_characteristics").xpath(".//th[code='pupil_percent']/following-sibling::td")
    assert [cell.text_content() for cell in percent][2:] == ["%", "1 decimal place"]


def test_a_break_in_series_says_from_when_and_what_changed(page):
    (found,) = section(page, "ehe_census").xpath(".//div[@class='break']")
    assert "Reason, from Autumn term 2025/26" in found.text_content()
    assert "New: Offered school place but not yet accepted" in found.text_content()
    assert "None in the collections" in section(page, "pupils_characteristics").text_content()


def test_the_page_stands_alone_and_can_be_used_without_a_mouse(text, page):
    assert not re.search(r"<script|<link|<img|https?://", text)
    assert page.get("lang") == "en-GB"
    assert page.xpath("//a[@class='skip']/@href") == ["#main"]
    assert all(table.xpath("caption") for table in page.xpath("//table"))
    assert all(cell.get("scope") for cell in page.xpath("//th"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href")} <= set(ids)
    assert "@media print" in text


def test_the_same_datasets_give_the_same_page(text):
    assert text == dictionary_page([described(name) for name in DATASETS], geography=geography_of("856"))


# --- breaks in series ------------------------------------------------------------------------------------------------


def test_a_topic_of_one_term_only_is_compared_between_those_terms():
    for each in datasets().values():
        for found in breaks_of(each, known_collections()):
            assert found.began or found.ended or found.changed
    assert (
        breaks_of(dataset("pupils_characteristics"), [Collection.parse("2025-autumn"), Collection.parse("2026-spring")])
        == ()
    )


def test_a_break_is_told_at_the_first_collection_held_after_it():
    (found,) = breaks_of(dataset("ehe_census"), [Collection.parse("2026-spring"), Collection.parse("2025-spring")])
    assert (str(found.first), found.topic, len(found.began)) == ("2026-spring", "Reason", 2)


def test_a_break_in_the_codes_of_absence_is_one_of_every_figure_of_absence_by_reason_or_not():
    for name in ("absence", "absence_establishments"):
        (found,) = breaks_known(dataset(name), Collection.parse("2025-spring"))
        assert (str(found.first), found.topic, found.whole) == ("2025-spring", "Reason for authorised absence", True)
        assert found.text.endswith("No longer: Agreed family holiday.")
    (reason,) = breaks_known(dataset("ehe_census"), Collection.parse("2025-autumn"))
    assert not reason.whole
