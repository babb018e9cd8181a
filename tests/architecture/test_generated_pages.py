"""Generated pages say what the program says."""

from pathlib import Path

import pytest

from flows.generated_pages import generated

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(generated()))
def test_a_generated_page_is_current(path):
    held = (ROOT / path).read_text(encoding="utf-8").replace("\r\n", "\n")
    assert held == generated()[path], f"{path} is out of date: run `make docs`"
