"""The rules of the house that a linter cannot see."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("flows", "schemas", "transforms")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def _commands():
    for name, command in sorted(main.commands.items()):
        yield name, [name]
        for sub in sorted(getattr(command, "commands", {})):
            yield f"{name} {sub}", [name, sub]


@pytest.mark.parametrize("words", [words for _, words in _commands()], ids=[name for name, _ in _commands()])
def test_every_command_has_help(words):
    shown = CliRunner().invoke(main, [*words, "--help"])
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) > 3


def test_help_imports_nothing_heavy():
    code = "import sys; from flows.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint([m for m in ('pandas', 'prefect', 'pyarrow') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_is_in_the_documents():
    text = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "docs" / "commands.md").read_text(
        encoding="utf-8"
    )
    missing = [name for name, _ in _commands() if f"termly {name}" not in text]
    assert missing == []


def test_no_module_is_longer_than_one_idea():
    long = {
        str(p.relative_to(ROOT)): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 260
    }
    assert long == {}


def test_tasks_and_flows_are_made_in_two_places_only():
    makers = {
        path.name
        for path in MODULES
        if re.search(
            r"@task\b|prefect\.task\(|@flow\b|prefect\.flow\(|prefect import .*\b(task|flow)\b",
            path.read_text(encoding="utf-8"),
        )
    }
    assert makers <= {"tasks.py", "deployed.py"}


def test_no_assert_stands_in_the_product():
    asserting = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    ]
    assert asserting == []


def test_no_row_by_row_work_stands_on_the_main_path():
    pattern = re.compile(r"iterrows\(|itertuples\(|\.apply\([^)]*axis=1|\.map\(lambda|errors=.coerce")
    rowwise = [str(p.relative_to(ROOT)) for p in MODULES if pattern.search(p.read_text(encoding="utf-8"))]
    assert rowwise == []


def test_no_machine_path_or_index_address_stands_in_the_repository():
    files = [
        p for p in ROOT.rglob("*") if p.is_file() and p.suffix in {".py", ".toml", ".md", ".csv", ".lock", ".yaml"}
    ]
    tracked = [p for p in files if not {".venv", ".git", "demo", "samples"} & set(p.relative_to(ROOT).parts)]
    pattern = re.compile(r"/(work|root)/|index-url|find-links|https?://[^ ]*/(simple|packages)/")
    guilty = [
        str(p.relative_to(ROOT))
        for p in tracked
        if p != Path(__file__) and pattern.search(p.read_text(encoding="utf-8"))
    ]
    assert guilty == []
