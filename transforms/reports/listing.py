"""A plain table for the terminal, JSON or a page: columns in order, one dictionary a row."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | bool | None


@dataclass(frozen=True)
class Listing:
    """A table to print: its title, its columns in order, its rows; a missing value is None or blank text."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]

    def markdown(self) -> str:
        """Write the table as Markdown."""
        head = [f"| {' | '.join(self.columns)} |", f"|{'---|' * len(self.columns)}"]
        body = (f"| {' | '.join(_cell(row[name]) for name in self.columns)} |" for row in self.rows)
        return "\n".join([*head, *body]) + "\n"


def _cell(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).replace("|", "\\|")
