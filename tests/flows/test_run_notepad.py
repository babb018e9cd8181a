"""Queries are explained, errors corrected: what is neither keeps its school from DfE, until a person says why it goes."""

import json
from datetime import date

import pytest

from flows.options import RunOptions
from flows.progress import Progress
from flows.sign_off import release_after_asking
from schemas.collection import Collection
from tests.termly_calls import KEY, LA, rows_of, termly
from tests.workbooks import rows_of_sheet

CENSUS = "dfe-school-census"
RULE = "FORMER-UPN-SAME"
REASON = "Agreed with the data collection helpdesk on 29 January"
NOTE = "The earlier number was given back to Zqvornax by the authority"
HEAD = "rule,laestab,upn,note,by,day\n"


@pytest.fixture(scope="module")
def returns(spring, tmp_path_factory):
    """Return a folder of two returns, one of them with a query, and that school's number and pupil."""
    folder = tmp_path_factory.mktemp("returns")
    (folder / spring.returns[4].name).write_bytes(spring.returns[4].read_bytes())
    text = spring.returns[3].read_text("utf-8")
    start = text.index("<PupilOnRoll>")
    upn = text[text.index("<UPN>", start) + 5 : text.index("</UPN>", start)]
    same = f"<UPN>{upn}</UPN><FormerUPN>{upn}</FormerUPN>"
    end = text.index("</Pupil", start)
    former = text.find("<FormerUPN>", start, end)
    if former >= 0:
        text = text[:former] + text[text.index("</FormerUPN>", former) + 12 :]
    text = text.replace(f"<UPN>{upn}</UPN>", same, 1)
    (folder / spring.returns[3].name).write_text(text, encoding="utf-8")
    return folder, spring.returns[3].name[:7], upn


def run(spring, store, returns, *more):
    call = ("run", *spring.base(store), "--statistics", "none", "--on", spring.on, "--census", returns[0])
    return termly(*call, *more)


def notes(path, *rows):
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return ("--input", f"explanations={path}")


def own(returns, note=NOTE, day="20/01/2026"):
    return f"{RULE},{returns[1]},{returns[2]},{note},A Clerk,{day}"


def released(spring, store):
    folder = spring.here(store, "released", CENSUS)
    return sorted(path.name[:7] for path in folder.glob("*.XML"))


@pytest.fixture
def queried(spring, returns, tmp_path):
    """Return a store whose last run found one query at one school, and nothing else."""
    said = run(spring, tmp_path / "s", returns)
    assert said.code == 0, said.sentences
    found = spring.report(tmp_path / "s", "findings.csv")
    assert [(row["rule"], row["laestab"], row["upn"], row["state"]) for row in found] == [
        (RULE, returns[1], returns[2], "open")
    ]
    return tmp_path / "s"


def test_an_unexplained_query_keeps_its_school_back_and_the_others_go(queried, spring, returns):
    said = spring.release(queried, CENSUS)
    assert said.code == 11
    assert any(
        line.startswith(f"{CENSUS}: {returns[1]} not written: 1 unexplained query ({RULE}: 1); ") for line in said.lines
    )
    assert released(spring, queried) == [spring.returns[4].name[:7]]
    told = json.loads((spring.here(queried, "reports") / f"release_{CENSUS}.json").read_bytes())
    assert told["unresolved_findings"] == {returns[1]: {RULE: 1}}
    assert told["accepted_findings"] is None


def test_an_explained_query_is_shown_so_and_the_school_goes(queried, spring, returns, tmp_path):
    said = run(spring, queried, returns, *notes(tmp_path / "n.csv", own(returns)))
    assert said.code == 0
    assert "notepad: notes given 1, queries explained 1" in said.lines
    (row,) = spring.report(queried, "findings.csv")
    assert (row["state"], row["note"]) == ("explained", f"{NOTE} (A Clerk, 2026-01-20)")
    summary = spring.summary(queried)
    assert (summary["queries"], summary["queries_explained"], summary["explanations"]) == (1, 1, 1)
    assert spring.report(queried, "explanations_unmatched.csv") == []
    assert spring.release(queried, CENSUS).code == 0
    assert len(released(spring, queried)) == 2


def test_an_explanation_given_with_the_release_counts_and_stays(queried, spring, returns, tmp_path):
    call = ("release", CENSUS, *spring.base(queried), "--on", spring.on, "--sample-agreements")
    said = termly(*call, *notes(tmp_path / "n.csv", own(returns)))
    assert said.code == 0, said.sentences
    assert "notepad: notes given 1, queries explained 1" in said.lines
    assert len(released(spring, queried)) == 2
    assert spring.release(queried, CENSUS).code == 0


def test_a_changed_list_is_no_standing_run(queried, spring, returns, tmp_path):
    given = notes(tmp_path / "n.csv", own(returns))
    assert not any("Nothing has changed" in line for line in run(spring, queried, returns, *given).lines)
    assert any("Nothing has changed" in line for line in run(spring, queried, returns, *given).lines)
    given = notes(tmp_path / "n.csv", own(returns, note="Another reason"))
    assert not any("Nothing has changed" in line for line in run(spring, queried, returns, *given).lines)
    assert "Another reason" in spring.report(queried, "findings.csv")[0]["note"]


def test_notes_that_explain_nothing_are_listed_and_counted(queried, spring, returns, tmp_path):
    rows = (
        own(returns, day="02/10/2025"),
        own(returns, day="31/01/2026"),
        f"9ZZZ,{returns[1]},,why,A Clerk,20/01/2026",
        f"{RULE},8569999,,why,A Clerk,20/01/2026",
        f"1751,{returns[1]},,why,A Clerk,20/01/2026",
    )
    said = run(spring, queried, returns, *notes(tmp_path / "n.csv", *rows))
    assert said.code == 0
    told = spring.report(queried, "explanations_unmatched.csv")
    assert [(row["record"], row["reason"]) for row in told] == [
        ("1", "expired"),
        ("2", "not_yet"),
        ("3", "unknown_rule"),
        ("4", "unknown_school"),
        ("5", "no_query"),
    ]
    assert sum(spring.summary(queried)["explanations_unmatched"].values()) == 5
    assert any(line.startswith("notepad: notes that explain nothing 5 (unknown rule 1, ") for line in said.lines)
    assert spring.release(queried, CENSUS).code == 11


def test_a_list_with_an_unknown_column_is_quarantined_and_explains_nothing(queried, spring, returns, tmp_path):
    bad = tmp_path / "n.csv"
    bad.write_text(HEAD.strip() + ",mood\n" + own(returns) + ",fine\n", encoding="utf-8")
    said = run(spring, queried, returns, "--input", f"explanations={bad}")
    assert said.code == 4
    assert any('"mood"' in sentence for sentence in said.quarantined())
    assert spring.report(queried, "findings.csv")[0]["state"] == "open"
    assert spring.release(queried, CENSUS).code == 11


def test_what_a_note_says_is_in_landing_and_reports_alone(queried, spring, returns, tmp_path):
    said = run(spring, queried, returns, *notes(tmp_path / "n.csv", own(returns)))
    release = spring.release(queried, CENSUS)
    printed = said.out + said.err + release.out + release.err
    assert "Zqvornax" not in printed
    held = {path for path in queried.rglob("*") if path.is_file() and b"Zqvornax" in path.read_bytes()}
    zones = {path.relative_to(queried).parts[0] for path in held}
    assert zones == {"landing", "reports"}
    stored = spring.table(queried, "school_census", zone="findings")
    assert stored["note"].isna().all()


def test_a_reason_lets_the_school_go_and_is_on_record(queried, spring, returns):
    call = ("release", CENSUS, *spring.base(queried), "--on", spring.on, "--sample-agreements")
    assert termly(*call, "--accept-findings", REASON).code == 0
    ledger = json.loads(termly("ledger", "--store", queried, "--json").out)
    assert {row["accepted_findings"] for row in ledger} == {REASON}
    told = json.loads((spring.here(queried, "reports") / f"release_{CENSUS}.json").read_bytes())
    assert (told["accepted_findings"], told["unresolved_findings"]) == (REASON, {returns[1]: {RULE: 1}})
    manifest = (spring.here(queried, "released", CENSUS) / "manifest.json").read_text("utf-8")
    assert REASON not in manifest
    assert RULE not in manifest


def test_a_blank_reason_is_no_reason(queried, spring):
    call = ("release", CENSUS, *spring.base(queried), "--on", spring.on, "--sample-agreements")
    said = termly(*call, "--accept-findings", "  ")
    assert said.code == 2
    assert "say why the findings are accepted" in said.err
    assert released(spring, queried) == []


def test_outside_a_flow_run_nobody_is_asked(queried, spring, monkeypatch):
    monkeypatch.setenv("TERMLY_MASTER_KEY", KEY)
    options = RunOptions(
        collection=Collection.parse(spring.collection),
        la=LA,
        store=queried,
        on=date.fromisoformat(spring.on),
        release=(CENSUS,),
        sample_agreements=True,
    )
    assert release_after_asking(options, Progress(quiet=True)).codes == {11}
    assert len(released(spring, queried)) == 1


def test_a_check_shows_explanations_too(spring, returns, tmp_path):
    _, path = notes(tmp_path / "n.csv", own(returns), f"9ZZZ,{returns[1]},,why,A Clerk,20/01/2026")
    call = ("validate", returns[0], "--collection", spring.collection, "--report", tmp_path / "report")
    said = termly(*call, "--explanations", path.removeprefix("explanations="))
    assert said.code == 0, said.sentences
    assert "notepad: notes given 2, queries explained 1" in said.lines
    (row,) = rows_of((tmp_path / "report" / "findings.csv").read_bytes())
    assert row["state"] == "explained"
    assert len(rows_of((tmp_path / "report" / "explanations_unmatched.csv").read_bytes())) == 1
    workbook = (tmp_path / "report" / "findings.xlsx").read_bytes()
    assert [row["State"] for row in rows_of_sheet(workbook, "Findings")] == ["explained"]
    assert [row["Event"] for row in rows_of_sheet(workbook, "Submissions")] == ["received", "received"]


def test_the_workbook_tells_what_was_received_superseded_withdrawn_and_released(queried, spring, returns, tmp_path):
    assert spring.release(queried, CENSUS).code == 11
    later, wrong = tmp_path / "later", tmp_path / "wrong"
    for folder, serial in ((later, 7), (wrong, 9)):
        folder.mkdir()
        text = (returns[0] / spring.returns[3].name).read_text("utf-8")
        start, end = text.index("<SerialNo>") + 10, text.index("</SerialNo>")
        (folder / f"{serial}.xml").write_text(text[:start] + str(serial) + text[end:], encoding="utf-8")
    assert run(spring, queried, (wrong,)).code == 0
    assert termly("withdraw", wrong / "9.xml", "--store", queried).code == 0
    assert run(spring, queried, (later,)).code == 0
    workbook = (spring.here(queried, "reports") / "findings.xlsx").read_bytes()
    history = rows_of_sheet(workbook, "Submissions")
    ours = {(row["Event"], row["Serial"]) for row in history if row["LAEstab"] == returns[1]}
    assert {("received", 7), ("withdrawn", 9)} <= ours
    assert {event for event, _ in ours} == {"received", "superseded", "withdrawn"}
    sent = [row for row in history if row["Event"] == "released"]
    assert [(row["LAEstab"], row["Under"].split()[0]) for row in sent] == [(spring.returns[4].name[:7], CENSUS)]
    assert all(row["When"] for row in history)
