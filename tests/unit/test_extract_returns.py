"""The home education return, the copies of statistics, and what is said of every file."""

import hashlib
import io
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import AgreementRefused
from schemas.statistics import RETURN_ITEMS
from tests.clean_tables import typed_table
from tests.extract_samples import DAY, agreement, build, inputs, rows_of
from transforms.extract.manifest import manifest, release_report

COUNTS = """
part                               | item                              | category   | value
EHE termly                         | Total EHE children on census date | Total      | 3
EHE termly                         | by sex                            | Female     | 1
EHE termly                         | by sex                            | Male       | 0
EHE termly                         | by ethnicity                      | WBRI       | 2
EHE termly                         | social-care status (CIN/CPP/CLA)  | CIN        | 1
EHE annual (previous academic year) | EHE starts in year               | Total      | 4
"""


def ehe(**given):
    counts = typed_table(RETURN_ITEMS, COUNTS)
    return build(inputs(**{"ehe_counts": counts, **given}), by=agreement("dfe-ehe-return"))


def statistics(files, **given):
    return build(inputs(statistics=files, **given), by=agreement("la-statistics"))


def test_the_return_has_the_columns_that_people_script_against():
    assert ehe().files[0].name == "ehe_return.csv"
    assert ehe().files[0].data.decode().splitlines()[0] == "part,item,category,value"


def test_counts_are_unrounded_and_zeros_are_sent():
    sent = {(row["item"], row["category"]): row["value"] for row in rows_of(ehe())}
    assert sent["Total EHE children on census date", "Total"] == "3"
    assert sent["by sex", "Female"] == "1"
    assert sent["by sex", "Male"] == "0"


def test_items_that_are_not_verified_stay_off():
    data = ehe().files[0].data.decode()
    assert "ethnicity" not in data
    assert "social" not in data


@pytest.mark.parametrize(
    ("collection", "goes"), [("2026-spring", False), ("2026-summer", False), ("2025-autumn", True)]
)
def test_the_annual_part_goes_in_autumn_only(collection, goes):
    assert ("EHE starts in year" in ehe(collection=collection).files[0].data.decode()) is goes


def test_no_register_is_a_refusal_and_never_zeros():
    with pytest.raises(AgreementRefused, match="no readable register") as refused:
        ehe(ehe_counts=None)
    assert refused.value.exit_code == 11


def test_an_agreed_item_that_was_not_counted_is_absent_and_said():
    result = ehe()
    assert "by SEN provision" not in result.files[0].data.decode()
    assert any("by SEN provision" in note for note in result.notes)


def test_children_missing_education_are_no_part_of_this_return():
    assert "CME" not in ehe().files[0].data.decode()


def test_statistics_are_copied_byte_for_byte():
    data = b"time_period,value\r\n202526,c\r\n"
    (file,) = statistics({"pupils_characteristics.csv": data}).files
    assert (file.name, file.data, file.rows, file.columns) == (
        "pupils_characteristics.csv",
        data,
        1,
        ("time_period", "value"),
    )


def test_a_copy_for_programs_says_its_rows_and_columns_too():
    buffer = io.BytesIO()
    pq.write_table(pa.table({"time_period": ["202526"] * 3, "value": [1, 2, None]}), buffer)
    (file,) = statistics({"ehe_census.parquet": buffer.getvalue()}).files
    assert (file.data, file.rows, file.columns) == (buffer.getvalue(), 3, ("time_period", "value"))


def test_a_dataset_that_is_not_agreed_is_not_copied():
    files = {"pupils_characteristics.csv": b"a\n1\n", "pupils_by_name.csv": b"a\n1\n", "ehe_census.meta.csv": b"a\n1\n"}
    assert [file.name for file in statistics(files).files] == ["ehe_census.meta.csv", "pupils_characteristics.csv"]


def test_datasets_agreed_and_not_published_are_named():
    assert any("ehe_census" in note for note in statistics({"pupils_characteristics.csv": b"a\n1\n"}).notes)


@pytest.mark.parametrize("files", [{}, {"pupils_by_name.csv": b"a\n1\n"}])
def test_without_statistics_there_is_nothing_to_copy(files):
    with pytest.raises(AgreementRefused, match="no statistics"):
        statistics(files)


PUPILS = """
laestab | is_on_roll | record | upn | surname | forename | dob        | sex | enrolstatus
8561000 | yes        | 1      | A1  | Sand    | Șerban   | 2015-01-01 | M   | C
8561000 | yes        | 2      | A2  | Brook   | Bea      |            | F   | C
"""


def test_a_manifest_describes_the_files_and_names_nobody():
    made, by = inputs(pupils=PUPILS), agreement()
    result = build(made)
    described = manifest(by, result, made, on=DAY, code_version="0.1.0")
    (file,) = described.pop("files")
    assert described == {
        "agreement": "nhs-immunisation",
        "version": "1.0",
        "sample": True,
        "recipient": "immunisation_provider",
        "collection": "2026-spring",
        "la": "856",
        "day": "2026-02-02",
        "code_version": "0.1.0",
    }
    data = result.files[0].data
    assert file == {
        "name": "mavis_cohort_856_2026-spring_001.csv",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "rows": 1,
        "columns": list(by.columns),
    }


def test_what_the_recipient_must_not_see_is_in_the_report_only():
    made, by = inputs(pupils=PUPILS), agreement()
    result = build(made)
    report = release_report(by, result, made, on=DAY)
    assert report["held_back_by_reason"] == {"no date of birth": 1}
    assert report["held_back"]["no date of birth"] == [
        {"population": "pupils", "laestab": "8561000", "is_on_roll": True, "record": 2, "upn": "A2"}
    ]
    assert report["protections_supplied"] is False
    (reason,) = [name for name in report["listed"] if "transliterated" in name]
    assert report["listed"][reason][0]["received"] == "Șerban"
    assert "held_back" not in json.dumps(manifest(by, result, made, on=DAY, code_version="1"))


def test_report_and_manifest_can_be_written_as_json():
    made = inputs(pupils=PUPILS)
    assert json.loads(json.dumps(release_report(agreement(), build(made), made, on=date(2026, 2, 2))))
