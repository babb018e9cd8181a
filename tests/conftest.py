"""What holds for every kind of test."""

from tests.chromium import CHROMIUM, LEFT_OUT


def pytest_terminal_summary(terminalreporter):
    """Say so when the browser tests could not be run (tests/browser leaves itself out)."""
    if CHROMIUM is None:
        terminalreporter.write_line(LEFT_OUT)
