"""A council's `prefect.yaml`: its own days, its own paths, and a word when they no longer fit."""

from datetime import date

import pytest
import yaml
from click.testing import CliRunner

from flows.cli import main
from flows.configuration import initialise, load, renew_deployments
from flows.deployments import check_schedules, shipped
from flows.show import check_everything
from schemas.errors import UsageError


@pytest.fixture
def council(tmp_path):
    """Return a folder that `termly init` wrote."""
    initialise(tmp_path / "Our council", la="856")
    return tmp_path / "Our council"


def held(folder):
    return yaml.safe_load((folder / "prefect.yaml").read_text(encoding="utf-8"))


def parameters(folder):
    return {each["name"]: each["parameters"] for each in held(folder)["deployments"]}


def days(folder, flow, collection):
    (deployment,) = (each for each in held(folder)["deployments"] if each["name"] == flow)
    (schedule,) = (each for each in deployment["schedules"] if each["slug"] == collection)
    return schedule["rrule"]


def test_flow_runs_work_beside_the_folder_and_know_it_by_name(council):
    step = "prefect.deployments.steps.set_working_directory"
    assert held(council)["pull"] == [{step: {"directory": "{{ here.directory }}/.."}}]
    assert {each["config"] for each in parameters(council).values()} == {"Our council"}


def test_the_file_holds_no_path_of_the_machine_that_wrote_it(council, tmp_path):
    assert str(tmp_path) not in (council / "prefect.yaml").read_text(encoding="utf-8")


def test_with_the_shipped_days_the_schedules_are_the_shipped_ones(council):
    ours = [each["schedules"] for each in held(council)["deployments"]]
    assert ours == [each["schedules"] for each in yaml.safe_load(shipped())["deployments"]]


def test_a_councils_own_day_moves_its_runs(council):
    before = days(council, "termly-run", "2027-spring")
    (council / "census_days.toml").write_text('["2027-spring"]\nreturn_day = 2027-02-10\n', encoding="utf-8")
    said = CliRunner().invoke(main, ["init", str(council), "--deployments"])
    assert (said.exit_code, said.output.count("wrote ")) == (0, 1)
    assert before != days(council, "termly-run", "2027-spring") == "DTSTART:20270211T080000\nRDATE:20270211T080000"


def test_a_councils_own_hour_and_paths_are_used(council):
    settings = (council / "termly.toml").read_text(encoding="utf-8")
    settings = settings.replace("at = 07:00:00", "at = 22:30:00").replace('["inbox/census"]', '["//share/returns"]')
    (council / "termly.toml").write_text(settings.replace("# inputs = ", "inputs = "), encoding="utf-8")
    renew_deployments(council)
    assert parameters(council)["school-census"]["census"] == ["//share/returns"]
    assert parameters(council)["release"]["inputs"] == ["protections=inbox/protections.csv"]
    assert "RDATE:20270122T223000" in days(council, "school-census", "2027-spring")
    assert "RDATE:20270122T230000" in days(council, "elective-home-education", "2027-spring")
    assert days(council, "statistics", "2027-spring").endswith(
        "RDATE:20270223T003000"
    )  # two hours later: past midnight


def test_a_renewal_touches_nothing_else(council):
    before = {path: path.read_bytes() for path in council.rglob("*") if path.is_file()}
    renew_deployments(council)
    assert {path: path.read_bytes() for path in council.rglob("*") if path.is_file()} == before


def test_check_says_when_the_schedules_are_no_longer_those_of_the_days(council):
    assert check_schedules(council, load(council).settings) == 5
    (council / "census_days.toml").write_text('["2027-spring"]\nreturn_day = 2027-02-10\n', encoding="utf-8")
    outcome = check_everything(folder=None, config=council, on=date(2026, 1, 30))
    assert 2 in outcome.codes
    (line,) = (line for line in outcome.lines if line.startswith("deployments: "))
    assert "its schedules are not those of your days; run `termly init" in line


@pytest.mark.parametrize("text", ["", "deployments: 3", "deployments:\n- name: x", "a: [b"])
def test_a_file_that_is_none_of_ours_is_not_in_order(council, text):
    (council / "prefect.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="its schedules are not those of your days"):
        check_schedules(council, load(council).settings)


def test_a_council_without_prefect_needs_no_file(council):
    (council / "prefect.yaml").unlink()
    assert check_schedules(council, load(council).settings) == 0


def test_a_new_folder_needs_the_authority(tmp_path):
    said = CliRunner().invoke(main, ["init", str(tmp_path / "new")])
    assert said.exit_code == 2
    assert "Give --la NNN" in said.output
    assert not (tmp_path / "new").exists()
