"""Nothing about a pupil is said outside the places made for it, also where what is said is that something broke."""

import tempfile

import pytest

from tests.canaries import (
    BAD_UPN,
    POSTCODE,
    WORD,
    broken_registers,
    broken_returns,
    canary_upn,
    held,
    planted_register,
    planted_return,
    texts_of,
)
from tests.termly_calls import termly

WORDS = (WORD, POSTCODE)
EVERY = (*WORDS, BAD_UPN, canary_upn())
SCHOOL = 4
#: Zones for named people, which may hold everything that was received.
OPEN = ("landing/", "clean/", "quarantine/school_census/", "quarantine/elective_home_education/")
#: The authority's own lists of what a release changed or held back show a person the value in question.
LISTS = "/release_"
#: Where a UPN may stand, and no name or postcode.
BY_UPN = ("findings/", "reports/")
#: Released files hold what was agreed; their manifests do not.
RELEASED = "released/"


@pytest.fixture(scope="module")
def planted(spring, tmp_path_factory):
    """Return the folder of an authority whose returns and register are full of canaries."""
    root = tmp_path_factory.mktemp("canaries")
    (root / "census").mkdir()
    for path in spring.returns:
        (root / "census" / path.name).write_bytes(path.read_bytes())
    target = spring.returns[SCHOOL]
    good = target.read_bytes()
    (root / "census" / target.name).write_bytes(planted_return(good))
    for name, data in broken_returns(good).items():
        (root / "census" / name).write_bytes(data)
    register = (spring.folder / "ehe" / "ehe_register.csv").read_bytes()
    (root / "register.csv").write_bytes(planted_register(register))
    for name, data in broken_registers(register).items():
        (root / name).write_bytes(data)
    listed = (spring.folder / "protections.csv").read_text(encoding="utf-8")
    listed += f"{canary_upn()},,objection,research_and_statistics,{WORD} the officer,01/09/2024,\n"
    (root / "protections.csv").write_text(listed, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def ran(planted, spring, tmp_path_factory):
    """Return the store of a run with all releases, and everything that was printed."""
    store = tmp_path_factory.mktemp("canaries") / "store"
    said = [
        termly(
            "run",
            *spring.base(store),
            *("--census", planted / "census", "--ehe", planted / "register.csv"),
            *("--schools", spring.folder / "schools.csv", "--input", f"protections={planted / 'protections.csv'}"),
            *("--on", spring.on, "--release", "all", "--sample-agreements", "--strict"),
        )
    ]
    accepted = ("--accept-findings", "Agreed for the test", "--accept-tag", "ShoeSize")
    said.append(termly("release", *spring.base(store), "--on", spring.on, "--sample-agreements", *accepted))
    said.append(termly("release", *spring.base(store), "--on", spring.on, "--sample-agreements", "--dry-run"))
    said.append(termly("statistics", *spring.base(store), "--on", spring.on))
    said += [termly("ledger", "--store", store, "--json"), termly("ledger", "--store", store, "--verify")]
    said += [termly("validate", planted / "census", "--collection", spring.collection)]
    said += [termly("withdraw", "cut.xml", "--store", store), termly("withdraw", "cut.xml", "--undo", "--store", store)]
    return store, said


def files_of(store):
    return {path.relative_to(store).as_posix(): path for path in sorted(store.rglob("*")) if path.is_file()}


def test_the_run_met_every_canary(ran, spring):
    store, (first, *_) = ran
    summary = spring.summary(store)
    assert first.code == 11
    assert summary["files_quarantined"] >= 15
    assert summary["errors"] > 10
    assert summary["rows_quarantined"] == 1
    assert {"unknown tag", "attribute not read", "text outside tags"} <= {note["kind"] for note in summary["notes"]}
    pupils = texts_of(spring.here(store, "clean", "school_census", "pupils") / "part-0.parquet")
    addresses = texts_of(spring.here(store, "clean", "school_census", "addresses") / "part-0.parquet")
    assert held(pupils, [WORD, canary_upn()]) == {WORD, canary_upn()}
    assert held(addresses, [POSTCODE]) == {POSTCODE}


def test_nothing_printed_holds_a_value_of_a_pupil(ran):
    _, said = ran
    for each in said:
        assert held(each.out + each.err, EVERY) == set()


def test_no_file_outside_the_zones_made_for_it_holds_a_value_of_a_pupil(ran):
    store, _ = ran
    leaks = {
        name: found
        for name, path in files_of(store).items()
        if not name.startswith(OPEN) and LISTS not in name
        if not name.startswith(RELEASED) or name.endswith("manifest.json")
        if (found := held(texts_of(path), WORDS if name.startswith(BY_UPN) else EVERY))
    }
    assert leaks == {}


def test_the_reasons_of_a_quarantine_hold_no_value(ran, spring):
    store, _ = ran
    reasons = list((store / "quarantine").rglob("quarantine.json"))
    assert len(reasons) == 1
    for path in reasons:
        assert held(texts_of(path), EVERY) == set()


def test_no_file_is_named_after_a_pupil(ran):
    store, _ = ran
    assert held("\n".join(files_of(store)), EVERY) == set()


def test_a_pseudonymised_pupil_has_no_name_number_or_address(ran, spring):
    store, _ = ran
    for part in ("pupils", "ehe_register"):
        text = texts_of(spring.here(store, "pseudonymised", part) / "part-0.parquet")
        assert held(text, EVERY) == set()


def test_the_health_file_holds_no_upn(ran, spring):
    store, _ = ran
    cohorts = list((store / "released" / "nhs-immunisation").rglob("*.csv"))
    assert cohorts
    for path in cohorts:
        assert held(texts_of(path), [canary_upn()]) == set()


def test_the_summary_and_the_run_record_hold_counts_and_names_of_files_only(ran, spring):
    store, _ = ran
    for name in ("summary.json", "run.json"):
        assert held(texts_of(spring.here(store, "reports") / name), EVERY) == set()


@pytest.mark.parametrize("name", ["no_header.csv", "title.csv", "twice.csv", "quote.csv", "odd_bytes.csv"])
def test_a_register_that_breaks_is_refused_without_a_value_of_it(name, planted, spring):
    said = termly("validate", spring.returns[SCHOOL], "--ehe", planted / name, "--collection", spring.collection)
    assert said.code == 4, said.sentences
    assert held(said.out + said.err, WORDS) == set()


@pytest.mark.parametrize("name", sorted(broken_returns(b"<Surname>x</Surname>" * 4 + b"<Message>")))
def test_a_return_that_breaks_alone_is_refused_without_a_value_of_it(name, planted, spring):
    said = termly("validate", planted / "census" / name, "--collection", spring.collection)
    assert said.code == 13
    assert held(said.out + said.err, WORDS) == set()


def test_a_protections_list_that_breaks_is_refused_without_a_value_of_it(spring, tmp_path):
    for number, row in enumerate(
        (
            f"{WORD},,objection,research_and_statistics,x,01/09/2024,",
            f"{canary_upn()},,{WORD},,x,01/09/2024,",
            f"{canary_upn()},,objection,{WORD},{WORD},{WORD},",
        )
    ):
        path = tmp_path / f"protections_{number}.csv"
        path.write_text(
            f"upn,child_id,protection,purpose,recorded_by,recorded_on,withdrawn_on\n{row}\n", encoding="utf-8"
        )
        store = tmp_path / f"s{number}"
        call = ("run", *spring.base(store), "--statistics", "none", "--census", spring.returns[SCHOOL])
        said = termly(*call, "--input", f"protections={path}")
        assert said.code in (0, 11, 13), said.sentences
        assert held(said.out + said.err, EVERY) == set()


def test_a_crash_report_says_where_and_not_what(spring, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken(*_args, **_kwargs):
        raise ValueError(f"cannot convert {WORD} {POSTCODE}")

    monkeypatch.setattr("flows.school_census.clean_returns", broken)
    said = termly("run", *spring.base(tmp_path / "s"), "--census", spring.returns[SCHOOL])
    (report,) = tmp_path.glob("termly-crash-*.txt")
    assert said.code == 1
    assert str(report) in said.err
    assert held(said.out + said.err + report.read_text(encoding="utf-8"), WORDS) == set()
    assert "flows.school_census" in report.read_text(encoding="utf-8")
