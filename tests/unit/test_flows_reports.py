"""The account of rows notices a row that was lost on the way, and a file that cannot be opened is named by its name."""

import pytest

from flows.read import CensusFile, read_census
from flows.reports import refused_file, rows_of
from flows.school_census import Census
from flows.sources import SourceRead
from schemas.calendar import calendar_for
from schemas.findings import no_findings
from schemas.tables import Tables
from tests.returns_made import SPRING, message, pupil
from transforms.clean.returns import clean_returns


def census(*, lost=0):
    """Return a census of three pupils, some of them lost between reading and the clean table."""
    data = message(*(pupil(UPN=f"A{number}") for number in range(3)))
    read = read_census([CensusFile("x.xml", 1, lambda: data)], collection=SPRING, la="823")
    frames = dict(clean_returns(read.returns, collection=SPRING))
    frames["pupils"] = frames["pupils"].iloc[lost:]
    return Census(Tables(SPRING, calendar_for(SPRING), frames), no_findings(), read)


def adds_up(rows):
    return rows.into == rows.out + rows.quarantined + rows.superseded


def test_rows_in_are_rows_out_when_nothing_was_lost():
    rows = rows_of(census(), SourceRead())
    assert (rows.into, rows.out) == (3, 3)
    assert adds_up(rows)


def test_a_row_lost_after_reading_shows_in_the_account():
    rows = rows_of(census(lost=1), SourceRead())
    assert (rows.into, rows.out) == (3, 2)
    assert not adds_up(rows)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        (
            "Spring return of ours.xml cannot be read (Permission denied); see to its rights.",
            "Spring return of ours.xml",
        ),
        ("a link.xml is a link, not a file; name the file itself.", "a link.xml"),
        ("pipe.xml is no ordinary file; move it out of the folder.", "pipe.xml"),
        ("The folder old returns cannot be opened (Permission denied); see to its rights.", "old returns"),
    ],
)
def test_a_file_that_could_not_be_opened_is_named_whole(sentence, name):
    entry = refused_file(sentence)
    assert (entry.source_file, entry.reason) == (name, sentence)
