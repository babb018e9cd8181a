"""A crash report helps a developer and holds nothing of any pupil."""

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from flows import crash
from flows.storage import Store
from schemas.collection import Collection

AT = datetime(2026, 1, 20, 12, 0, 5, tzinfo=UTC)


def fault():
    try:
        try:
            Collection.at("ZZCANARY")
        except TypeError as error:
            raise KeyError("ZZCANARY Smith") from error
    except KeyError as error:
        error.add_note("ZZCANARY")
        return ExceptionGroup("ZZCANARY", [error, ValueError("ZZCANARY")])


def test_a_report_names_kinds_and_lines_of_our_code_and_nothing_else(tmp_path):
    path = crash.write(fault(), folder=tmp_path, version="9.9.9", at=AT)
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^  schemas\.collection:\d+$", text, re.MULTILINE)
    assert all(kind in text for kind in ("ExceptionGroup", "KeyError", "TypeError", "ValueError"))
    assert "termly 9.9.9" in text
    assert "2026-01-20 12:00:05 UTC" in text
    assert "ZZCANARY" not in text
    assert "Smith" not in text
    assert str(Path(__file__).parent) not in text


def test_reports_do_not_overwrite_each_other_and_have_names_for_every_system(tmp_path):
    paths = {crash.write(fault(), folder=tmp_path, version="1", at=AT) for _ in range(3)}
    assert len(paths) == 3
    assert all(re.fullmatch(r"termly-crash-20260120T120005-\w+\.txt", path.name) for path in paths)


def test_the_user_is_told_where_the_report_is(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = crash.report(fault())
    (path,) = tmp_path.iterdir()
    assert str(path) in said
    assert "ZZCANARY" not in said


def test_an_error_that_is_its_own_cause_ends(tmp_path):
    error = ValueError("ZZCANARY")
    error.__cause__ = error
    assert crash.describe(error, version="1", at=AT).count("ValueError") == 1


def test_foreign_frames_are_left_out(tmp_path):
    try:
        Store.open(tmp_path).locked(wait="ZZCANARY").__enter__()
    except TypeError as error:
        text = crash.describe(error, version="1", at=AT)
    assert "flows.storage:" in text
    assert "filelock" not in text
    assert "ZZCANARY" not in text
