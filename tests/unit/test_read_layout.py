"""Every field of the model in every collection is read from its place, or a council would lose it without a word."""

import pytest

from schemas.calendar import known_collections
from schemas.model import HEADER
from tests.returns_made import everything, text_of
from transforms.parse.school_census_xml import read_xml_return
from transforms.parse.xml_layout import layout_for
from transforms.parse.xml_quick import read_quickly
from transforms.parse.xml_repair import read_with_care

COLLECTIONS = known_collections()


@pytest.mark.parametrize("collection", COLLECTIONS, ids=str)
def test_each_field_lands_in_its_own_column(collection):
    layout = layout_for(collection)
    tables = read_quickly(everything(layout, pupils=2), layout)
    for place in layout.places.values():
        table = tables[place.key]
        assert table.num_rows == (2 if "Pupil" in "".join(place.path) else 1), place.key
        for leaf in place.leaves:
            assert set(table[leaf.column].to_pylist()) == {text_of(place, leaf)}, (place.key, leaf.column)


@pytest.mark.parametrize("collection", COLLECTIONS, ids=str)
def test_the_careful_reader_reads_what_the_quick_one_reads(collection):
    layout = layout_for(collection)
    data = everything(layout, pupils=3)
    careful, notes = read_with_care(data, layout, source_file="a.xml")
    quick = read_quickly(data, layout)
    assert notes == ()
    assert quick.keys() == careful.keys()
    assert all(quick[key].equals(careful[key]) for key in quick)


@pytest.mark.parametrize("collection", COLLECTIONS, ids=str)
def test_a_return_with_every_field_gives_no_note_but_those_on_the_other_roll(collection):
    read = read_xml_return(everything(layout_for(collection)), source_file="a.xml", collection=collection)
    assert {note.kind for note in read.notes} <= {"tag of the other roll"}
    assert read.tables[HEADER]["unknown_tags"].to_pylist() == [0]
