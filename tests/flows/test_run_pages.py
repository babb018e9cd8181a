"""A run writes a page for every school and an overview, takes stale ones away, and keeps count of the runs."""

import pytest

from tests.termly_calls import rows_of, termly

QUICK = ("--statistics", "none")


@pytest.fixture
def desk(faulty, tmp_path):
    """Return a runner on a store of its own, and what its reports hold."""

    class Desk:
        store = tmp_path / "s"
        reports = faulty.here(tmp_path / "s", "reports")

        def run(self, *returns):
            given = [part for path in returns for part in ("--census", path)]
            said = termly("run", *faulty.base(self.store), *given, *QUICK, "--on", faulty.on)
            assert said.code == 0, said.sentences

        def pages(self):
            return sorted(path.name for path in (self.reports / "schools").iterdir())

        def runs(self):
            return rows_of((self.reports / "runs.csv").read_bytes())

    return Desk()


def files_of(*returns):
    return sorted(f"{path.name[:7]}{suffix}" for path in returns for suffix in (".csv", ".html"))


def test_each_school_has_a_page_and_a_list_with_its_findings_only(desk, faulty):
    desk.run(*faulty.returns)
    assert desk.pages() == files_of(*faulty.returns)
    every = rows_of((desk.reports / "findings.csv").read_bytes())
    for path in faulty.returns:
        own = rows_of((desk.reports / "schools" / f"{path.name[:7]}.csv").read_bytes())
        wanted = [row for row in every if row["laestab"] == path.name[:7]]
        assert [{name: row[name] for name in wanted[0]} for row in own] == wanted


def test_no_page_holds_a_upn_of_another_schools_findings(desk, faulty):
    desk.run(*faulty.returns)
    upns = {}
    for row in rows_of((desk.reports / "findings.csv").read_bytes()):
        upns.setdefault(row["upn"], set()).add(row["laestab"])
    alone = {upn: held.pop() for upn, held in upns.items() if len(held) == 1 and len(upn) == 13}
    assert len(alone) > 20
    for page in (desk.reports / "schools").iterdir():
        text = page.read_text(encoding="utf-8")
        assert [upn for upn, laestab in alone.items() if laestab != page.name[:7] and upn in text] == []
    overview = (desk.reports / "overview.html").read_text(encoding="utf-8")
    assert [upn for upn in alone if upn in overview] == []


def test_the_pages_of_a_school_that_was_withdrawn_go(desk, faulty):
    desk.run(*faulty.returns[2:4])
    assert desk.pages() == files_of(*faulty.returns[2:4])
    said = termly("withdraw", faulty.returns[2].name, "--store", desk.store)
    assert said.code == 0, said.sentences
    desk.run()
    assert desk.pages() == files_of(faulty.returns[3])


def test_runs_are_counted_and_one_that_changes_nothing_is_not(desk, faulty):
    desk.run(faulty.returns[2])
    desk.run(faulty.returns[2])
    assert [row["run"] for row in desk.runs()] == ["1"]
    desk.run(faulty.returns[3])
    first, second = desk.runs()
    assert (second["run"], second["day"], second["schools_received"]) == ("2", faulty.on, "2")
    assert int(second["errors"]) >= int(first["errors"]) > 0
    assert f"Since run 1 ({faulty.on})" in (desk.reports / "overview.html").read_text(encoding="utf-8")


def test_a_list_of_runs_that_somebody_changed_is_begun_anew_and_that_is_said(desk, faulty):
    desk.run(faulty.returns[2])
    (desk.reports / "runs.csv").write_text("my own notes", encoding="utf-8")
    said = termly("run", *faulty.base(desk.store), "--census", faulty.returns[3], *QUICK, "--on", faulty.on)
    assert any("runs.csv in the reports is not as termly wrote it" in line for line in said.lines)
    assert [row["run"] for row in desk.runs()] == ["1"]
