"""What leaves is what was agreed, once, on record; what may not leave stays, and the rest goes on."""

import hashlib
import json
import shutil
import sqlite3

import pytest

from schemas import _data
from schemas.collection import Collection
from schemas.received import gathered
from tests.stores import contents
from tests.termly_calls import plain, rows_of, termly
from transforms.clean.returns import clean_returns
from transforms.parse.school_census_xml import read_xml_return

CENSUS, NHS, EHE, STATISTICS = "dfe-school-census", "nhs-immunisation", "dfe-ehe-return", "la-statistics"
REASON = "Agreed with the data collection helpdesk on 29 January"


@pytest.fixture
def faulty_store(faulty, tmp_path):
    """Return a store of faulty returns with nothing released."""
    assert faulty.run(tmp_path / "faulty", "--statistics", "none").code == 0
    return tmp_path / "faulty"


def ledger_of(store):
    return json.loads(termly("ledger", "--store", store, "--json").out)


def released(store, of, agreement):
    folder = of.here(store, "released", agreement)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "manifest.json"}


def manifest(store, of, agreement):
    return json.loads((of.here(store, "released", agreement) / "manifest.json").read_bytes())


def tables_of(files, collection):
    """Read XML returns into clean tables, what depends on the file's own bytes left out."""
    of = Collection.parse(collection)
    raw = gathered(read_xml_return(data, source_file="x", collection=of) for _, data in sorted(files.items()))
    tables = clean_returns(raw, collection=of)
    header = tables["schoolcensus"]
    return {**tables, "schoolcensus": header.drop(columns=["sha256", "unknown_tags"])}


def test_the_dfe_return_read_again_gives_the_tables_that_landed(finished, spring):
    received = tables_of({path.name: path.read_bytes() for path in spring.returns}, spring.collection)
    sent = tables_of(released(finished, spring, CENSUS), spring.collection)
    for name, table in received.items():
        assert table.astype("str").equals(sent[name].astype("str")), name


def test_the_dfe_return_has_the_name_that_collect_asks_for_and_everybody_in_it(finished, spring):
    files = released(finished, spring, CENSUS)
    assert sorted(files) == [path.name for path in spring.returns]
    pupils = sum(data.count(b"<PupilIdentifiers>") for data in files.values())
    assert pupils == spring.summary(finished)["rows_in"] - spring.summary(finished)["ehe_children"]


def test_two_stores_give_the_same_bytes(finished, spring, tmp_path):
    other = tmp_path / "other"
    assert spring.run(other).code == 0
    assert spring.release(other).code == 0
    kept = {name: digest for name, digest in plain(finished).items() if not name.startswith("landing/")}
    assert {name: digest for name, digest in plain(other).items() if not name.startswith("landing/")} == kept


def test_every_file_released_is_in_its_manifest_with_its_hash(finished, spring):
    for agreement in (CENSUS, NHS, EHE, STATISTICS):
        told = manifest(finished, spring, agreement)
        files = released(finished, spring, agreement)
        assert {each["name"]: each["sha256"] for each in told["files"]} == {
            name: hashlib.sha256(data).hexdigest() for name, data in files.items()
        }
        assert [each["bytes"] for each in told["files"]] == [len(files[each["name"]]) for each in told["files"]]
        assert (told["agreement"], told["collection"], told["la"]) == (agreement, spring.collection, "856")
        assert told["sample"] is True


def test_the_ledger_has_one_row_for_every_file_and_its_chain_holds(finished, spring):
    rows = ledger_of(finished)
    on_disk = {
        (agreement, name, hashlib.sha256(data).hexdigest())
        for agreement in (CENSUS, NHS, EHE, STATISTICS)
        for name, data in released(finished, spring, agreement).items()
    }
    assert sorted((row["agreement"], row["file"], row["sha256"]) for row in rows) == sorted(on_disk)
    said = termly("ledger", "--verify", "--store", finished)
    assert (said.code, said.out) == (0, f"The ledger is whole: {len(rows)} rows.\n")


def test_a_row_changed_in_the_ledger_is_noticed(store):
    with sqlite3.connect(store / "ledger" / "ledger.sqlite") as link:
        (table,) = link.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        ).fetchone()
        triggers = [name for (name,) in link.execute("select name from sqlite_master where type = 'trigger'")]
        for name in triggers:
            link.execute(f'drop trigger "{name}"')
        link.execute(f'update "{table}" set rows = rows + 1 where seq = 3')
    link.close()
    said = termly("ledger", "--verify", "--store", store)
    assert said.code == 13
    assert "from row 3 on" in said.out


def test_a_second_release_writes_no_second_row(store, spring):
    before = ledger_of(store), contents(store)
    said = spring.release(store)
    assert said.code == 0
    assert sum("nothing has changed" in line for line in said.lines) == 4
    assert (ledger_of(store), contents(store)) == before


def test_a_released_file_that_was_lost_is_written_and_recorded_again(store, spring):
    rows = len(ledger_of(store))
    (lost,) = released(store, spring, NHS)
    (spring.here(store, "released", NHS) / lost).unlink()
    assert spring.release(store, NHS).code == 0
    assert lost in released(store, spring, NHS)
    assert len(ledger_of(store)) == rows + 1


def test_a_dry_run_writes_nothing(finished, spring, tmp_path):
    store = shutil.copytree(finished, tmp_path / "store")
    shutil.rmtree(store / "released")
    shutil.rmtree(store / "ledger")
    before = contents(store)
    said = termly("release", *spring.base(store), "--on", spring.on, "--sample-agreements", "--dry-run")
    assert said.code == 0
    assert any(line.startswith(f"{NHS}: would write 1 files") for line in said.lines)
    assert contents(store) == before
    assert not (store / "released").exists()


def test_samples_are_refused_unless_they_are_asked_for(store, spring):
    shutil.rmtree(store / "released")
    for names in ((), (CENSUS, NHS)):
        said = spring.release(store, *names, samples=False)
        assert said.code == 11
        assert "nothing was written" in said.out
    assert not (store / "released").exists()


def test_a_signed_agreement_of_the_councils_own_releases_without_more_ado(store, spring, tmp_path):
    text = _data.text(f"agreements/{NHS}.toml")
    (tmp_path / f"{NHS}.toml").write_text(text.replace("sample = true", "sample = false"), encoding="utf-8")
    shutil.rmtree(spring.here(store, "released", NHS))
    call = ("release", *spring.base(store), "--on", spring.on, "--agreements", tmp_path)
    said = termly(*call)
    assert said.code == 0, said.sentences
    assert manifest(store, spring, NHS)["sample"] is False


def test_an_agreement_that_cannot_be_read_is_named_before_a_run_begins(spring, tmp_path):
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "ours.toml").write_text("id = [", encoding="utf-8")
    more = ("--agreements", tmp_path / "agreements", "--release", "all")
    said = termly("run", *spring.base(tmp_path / "s"), "--census", spring.returns[0], *more)
    assert said.code == 2
    assert "ours.toml" in said.err
    assert not (tmp_path / "s").exists()


def test_an_agreement_is_not_in_force_for_ever(store, spring):
    said = termly("release", NHS, *spring.base(store), "--on", "2035-01-30", "--sample-agreements")
    assert said.code == 11
    assert said.out.startswith(NHS)


def test_a_school_with_errors_is_refused_and_the_others_go(faulty, spring, tmp_path):
    store = tmp_path / "mixed"
    census = [part for path in (faulty.returns[2], *spring.returns[3:]) for part in ("--census", path)]
    assert termly("run", *spring.base(store), "--statistics", "none", *census).code == 0
    said = spring.release(store, CENSUS)
    assert said.code == 11
    laestab = faulty.returns[2].name[:7]
    assert any(line.startswith(f"{CENSUS}: {laestab} not written: ") for line in said.lines)
    assert sorted(released(store, spring, CENSUS)) == [path.name for path in spring.returns[3:]]
    told = json.loads((spring.here(store, "reports") / f"release_{CENSUS}.json").read_bytes())
    assert told["counts"]["schools refused"] == 1
    assert laestab not in json.dumps(manifest(store, spring, CENSUS))


def test_accepted_findings_let_the_schools_go_and_the_reason_is_on_record(faulty, faulty_store):
    call = ("release", CENSUS, *faulty.base(faulty_store), "--on", faulty.on, "--sample-agreements")
    assert termly(*call).code == 11
    assert ledger_of(faulty_store) == []
    said = termly(*call, "--accept-findings", REASON)
    assert said.code == 0, said.sentences
    assert len(released(faulty_store, faulty, CENSUS)) == len(faulty.returns)
    assert {row["accepted_findings"] for row in ledger_of(faulty_store)} == {REASON}
    assert REASON not in json.dumps(manifest(faulty_store, faulty, CENSUS))


def test_a_faulty_return_goes_out_as_the_school_wrote_it(faulty, faulty_store):
    call = ("release", CENSUS, *faulty.base(faulty_store), "--on", faulty.on, "--sample-agreements")
    termly(*call, "--accept-findings", REASON)
    received = tables_of({path.name: path.read_bytes() for path in faulty.returns}, faulty.collection)
    sent = tables_of(released(faulty_store, faulty, CENSUS), faulty.collection)
    for name, table in received.items():
        assert table.astype("str").equals(sent[name].astype("str")), name


def test_an_unknown_tag_blocks_its_school_until_it_is_accepted(spring, tmp_path):
    store, path = tmp_path / "s", tmp_path / spring.returns[2].name
    good = spring.returns[2].read_bytes()
    path.write_bytes(good.replace(b"</PupilIdentifiers>", b"<ShoeSize>4</ShoeSize></PupilIdentifiers>", 1))
    assert termly("run", *spring.base(store), "--statistics", "none", "--census", path).code == 0
    notes = spring.summary(store)["notes"]
    assert [(each["kind"], each["what"].rpartition("/")[2], each["count"]) for each in notes] == [
        ("unknown tag", "ShoeSize", 1)
    ]
    assert spring.release(store, CENSUS).code == 11
    call = ("release", CENSUS, *spring.base(store), "--on", spring.on, "--sample-agreements")
    assert termly(*call, "--accept-tag", "ShoeSize").code == 0
    assert b"ShoeSize" not in released(store, spring, CENSUS)[path.name]


def test_returns_that_came_as_csv_go_out_as_xml_with_the_same_content(finished, spring, tmp_path):
    store = tmp_path / "csv"
    assert spring.run(store, "--statistics", "none", form="collect_csv").code == 0
    assert spring.release(store, CENSUS).code == 0
    files = released(store, spring, CENSUS)
    ours, theirs = (tables_of(each, spring.collection) for each in (files, released(finished, spring, CENSUS)))
    for name in sorted(ours):
        one, other = ours[name], theirs[name]
        if name == "schoolcensus":
            one, other = one.drop(columns="name"), other.drop(columns="name")
        assert one.astype("str").equals(other.astype("str")), name


def test_a_withdrawn_return_is_not_released_from_the_last_run(store, spring):
    termly("withdraw", spring.returns[3].name, "--store", store)
    said = spring.release(store, CENSUS)
    assert said.code == 11
    assert "withdrawn" in said.out + said.err
    assert termly("run", *spring.base(store), "--on", spring.on, "--statistics", "none").code == 0
    assert spring.release(store, CENSUS).code == 0
    assert spring.returns[3].name not in released(store, spring, CENSUS)


def test_an_older_export_of_the_same_name_may_be_withdrawn_and_the_newer_released(spring, tmp_path):
    store = tmp_path / "s"
    for name, mark in (("one", b"School Census"), ("two", b"School census")):
        folder = shutil.copytree(spring.folder / "collect_csv", tmp_path / name / "export")
        for path in folder.glob("*_schoolcensus.csv"):
            path.write_bytes(path.read_bytes().replace(b"School Census", mark))
        assert termly("run", *spring.base(store), "--statistics", "none", "--census", folder).code == 0
    for path in (tmp_path / "one" / "export").glob("*_schoolcensus.csv"):
        assert termly("withdraw", path, "--store", store).code == 0
    assert termly("run", *spring.base(store), "--statistics", "none", "--on", spring.on).code == 0
    assert spring.release(store, CENSUS).code == 0


def protected(spring, kind, purpose=""):
    rows = rows_of((spring.folder / "protections.csv").read_bytes())
    return [
        row
        for row in rows
        if row["protection"] == kind and row["purpose"] == purpose and row["upn"] and not row["withdrawn_on"]
    ]


def test_withheld_addresses_are_not_in_the_health_file_but_in_the_statutory_return(finished, spring):
    upns = {row["upn"] for kind in ("address_withheld", "court_order") for row in protected(spring, kind)}
    pupils, addresses = (spring.table(finished, "school_census", name) for name in ("pupils", "addresses"))
    at = pupils.loc[pupils["upn"].isin(upns)].merge(addresses, on=["laestab", "is_on_roll", "record"])
    (cohort,) = released(finished, spring, NHS).values()
    children = {(row["CHILD_FIRST_NAME"], row["CHILD_LAST_NAME"]): row for row in rows_of(cohort)}
    census = b"".join(released(finished, spring, CENSUS).values()).decode("utf-8")
    sent = {row["upn"]: children.get((row["forename"], row["surname"])) for row in at.to_dict("records")}
    assert sent.keys() == upns
    assert sum(row is not None for row in sent.values()) >= 2
    for upn, row in sent.items():
        assert upn in census
        if row is not None:
            assert (row["CHILD_ADDRESS_LINE_1"], row["CHILD_POSTCODE"]) == ("", "ZZ99 3WZ")


def test_children_who_object_to_statistics_are_in_the_dfe_return_all_the_same(finished, spring):
    (row, *_) = protected(spring, "objection", "research_and_statistics")
    census = b"".join(released(finished, spring, CENSUS).values())
    assert row["upn"].encode() in census


def test_without_a_protections_list_the_user_is_told(spring, tmp_path):
    store = tmp_path / "s"
    termly("run", *spring.base(store), "--statistics", "none", "--census", spring.folder / "census", "--on", spring.on)
    assert spring.summary(store)["protections_supplied"] is False
    said = spring.release(store, NHS)
    assert said.code == 0
    assert any("no protections list was supplied" in line for line in said.lines)


def test_a_register_in_quarantine_means_no_register_return_and_never_zeros(spring, tmp_path):
    store, bad = tmp_path / "s", tmp_path / "register.csv"
    bad.write_bytes(b"")
    call = ("run", *spring.base(store), "--statistics", "none", "--census", spring.returns[2])
    assert termly(*call, "--ehe", bad).code == 4
    said = spring.release(store, EHE)
    assert said.code == 11
    assert not spring.here(store, "released", EHE).exists()


@pytest.mark.parametrize(
    "row",
    [
        "U856100015001,,address_withheld",
        "U856100015001,,address_withheld,,Somebody,01/09/2024,,",
        ",,address_withheld,,Somebody,01/09/2024,",
        "U856100015001,,left_handed,,Somebody,01/09/2024,",
        "U856100015001,,objection,,Somebody,01/09/2024,",
    ],
    ids=["too few cells", "too many cells", "no child", "unknown protection", "objection to nothing"],
)
def test_a_protection_that_cannot_be_honoured_stops_the_run_before_anything_leaves(row, spring, tmp_path):
    listed, store = tmp_path / "protections.csv", tmp_path / "s"
    head = "upn,child_id,protection,purpose,recorded_by,recorded_on,withdrawn_on"
    listed.write_text(f"{head}\n{row}\n", encoding="utf-8")
    inputs = ("--census", spring.returns[2], "--input", f"protections={listed}")
    said = termly(
        "run", *spring.base(store), "--statistics", "none", *inputs, "--release", "all", "--sample-agreements"
    )
    assert said.code == 11
    assert "cannot be honoured" in said.out + said.err
    assert not list((store / "released").rglob("*.csv"))


def test_a_source_that_cannot_be_read_is_said_to_be_left_out_of_the_release(store, spring, tmp_path):
    bad = tmp_path / "contacts.csv"
    bad.write_bytes(b"")
    call = ("release", NHS, *spring.base(store), "--on", spring.on, "--sample-agreements")
    said = termly(*call, "--input", f"contacts={bad}")
    assert said.code == 4
    assert "released without contacts: contacts.csv is empty; export it again." in said.lines
