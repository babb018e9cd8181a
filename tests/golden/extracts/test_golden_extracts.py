"""One small file of every kind of extract, byte for byte: a change in what leaves is seen and agreed to.

`return_as_received.xml` is the input of the first; the other files are what must come out.
"""

from pathlib import Path

import pytest

from schemas.statistics import RETURN_ITEMS
from tests.clean_tables import census, typed_table
from tests.extract_samples import agreement, build, inputs, links
from tests.mavis_checker import faults
from transforms.extract.results import ExtractInputs

HERE = Path(__file__).parent
SCHOOLS = """
laestab | lea | estab | urn    | serialno | form | records_on | records_off | unknown_tags
8561000 | 856 | 1000  | 100001 | 7        | xml  | 2          | 1           | 0
"""
PUPILS = """
laestab | is_on_roll | record | upn | surname   | forename | dob        | sex | enrolstatus
8561000 | yes        | 1      | A1  | Sand      | Zoë      | 2015-01-02 | F   | M
8561000 | yes        | 2      | A2  | O'Brook   | Șerban   | 2010-09-01 | M   | C
8561000 | yes        | 3      | A3  | =1+1      | Held     | 2014-01-01 | M   | C
8561000 | yes        | 4      | A4  | Objection | Ann      | 2014-01-01 | F   | C
8561000 | yes        | 5      | A5  | Withheld  | Bob      | 2013-01-01 | M   | C
8561000 | no         | 1      | A6  | Gone      | Cat      | 2013-01-01 | F   |
8561001 | yes        | 1      | A1  | Sand      | Zoe      | 2015-01-02 | F   | S
"""
ADDRESSES = """
laestab | is_on_roll | record | sub_record | postcode | saon   | paon | street      | locality | town | addressline1
8561000 | yes        | 1      | 1          | sw1a1aa  | Flat 2 | 14   | High Street | Lea      | Town |
8561000 | yes        | 2      | 1          |          |        |      |             |          |      | 1 "The" Lane, North
8561000 | yes        | 5      | 1          | SW1A 2AA |        | 3    | Hidden Road |          | Town |
"""
REGISTER = """
child_id | upn | surname | forename | date_of_birth | sex     | address_line_1 | town | postcode | ehe_start_date | ehe_end_date
1        |     | Lane    | Eve      | 2012-05-06    | Female  | 9 Lane         | Lea  | ZZ993CZ  | 2025-01-01     |
2        |     | Brook   | Ned      | 2012-05-06    | Unknown |                |      |          | 2025-01-01     |
3        |     | Ended   | Ida      | 2012-05-06    | Female  | 9 Lane         | Lea  | SW1A 1AA | 2025-01-01     | 2025-12-01
4        |     | O'Brook | Serban   | 2010-09-01    | Male    | 1 Lane         | Lea  | SW1A 1AA | 2025-01-01     |
"""
LINKS = "child_id|laestab|is_on_roll|record\n4|8561000|yes|2"
PROTECTIONS = """
upn | protection       | purpose      | recorded_by | recorded_on
A4  | objection        | immunisation | M. Clerk    | 2025-01-01
A5  | address_withheld |              | M. Clerk    | 2025-01-01
"""
COUNTS = """
part                                | item                              | category | value
EHE termly                          | Total EHE children on census date | Total    | 3
EHE termly                          | by sex                            | Female   | 1
EHE termly                          | by sex                            | Male     | 1
EHE termly                          | by sex                            | Unknown  | 1
EHE annual (previous academic year) | EHE starts in year                | Total    | 4
"""
FROM_TABLES = {
    "schoolcensus": "laestab|collection|term|year|referencedate|sourcelevel|lea|estab|serialno|form|records_on|records_off|unknown_tags\n"
    "8561000|SC|SPR|2026|2026-01-15|L|856|1000|3|collect_csv|1|0|0",
    "school": "laestab|schoolname|phase\n8561000|St. A & B|PS",
    "pupils": "laestab|is_on_roll|record|upn|surname|dob_raw|parttime|missingaddress\n8561000|yes|1|A1|Sand|31/02/2014|no|True",
    "fsmperiods": "laestab|is_on_roll|record|sub_record|fsmstartdate|ukcountry\n8561000|yes|1|1|2025-01-01|ENG",
}


def immunisation():
    return build(
        inputs(
            schools=SCHOOLS,
            pupils=PUPILS,
            addresses=ADDRESSES,
            register=REGISTER,
            links=links(LINKS),
            protections=PROTECTIONS,
        )
    )


def home_education():
    counts = typed_table(RETURN_ITEMS, COUNTS)
    return build(inputs(ehe_counts=counts, collection="2025-autumn"), by=agreement("dfe-ehe-return"))


def own_document():
    document = (HERE / "return_as_received.xml").read_bytes()
    return build(inputs(schools=SCHOOLS, documents={"8561000": lambda: document}), by=agreement("dfe-school-census"))


def from_tables():
    made = inputs()
    frames = census("2026-spring", **FROM_TABLES).frames
    return build(ExtractInputs(made.collection, made.la, made.calendar, frames), by=agreement("dfe-school-census"))


@pytest.mark.parametrize(
    ("made", "golden"),
    [
        (immunisation, "mavis_cohort_856_2026-spring_001.csv"),
        (home_education, "ehe_return.csv"),
        (own_document, "8561000_SC1_856LL26_007.XML"),
        (from_tables, "8561000_SC1_856LL26_003.XML"),
    ],
)
def test_the_file_is_byte_for_byte_the_one_that_was_agreed_to(made, golden):
    (file,) = made().files
    assert file.name == golden
    assert file.data == (HERE / golden).read_bytes()


def test_the_golden_file_for_the_importer_is_one_it_takes():
    assert faults((HERE / "mavis_cohort_856_2026-spring_001.csv").read_bytes(), urns={"100001"}) == []
