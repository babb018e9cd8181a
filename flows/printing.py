"""Listings for the terminal or as JSON."""

from __future__ import annotations

import json

from flows.options import Outcome
from transforms.reports.listing import Listing


def show_listing(outcome: Outcome, listing: Listing, *, as_json: bool, wide: tuple[str, ...] = ()) -> None:
    """Add a listing to what a command prints; `wide` names columns that only JSON has room for."""
    if as_json:
        outcome.say(json.dumps(listing.rows, ensure_ascii=False, indent=1))
        return
    outcome.say(_table(listing, wide))


def _table(listing: Listing, wide: tuple[str, ...]) -> str:
    from io import StringIO  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    filled = [name for name in listing.columns if any(row.get(name) not in (None, "") for row in listing.rows)]
    shown = [name for name in filled if name not in wide]
    table = Table(*shown, title=listing.title, title_justify="left", box=None, pad_edge=False, header_style="")
    for row in listing.rows:
        table.add_row(*(_cell(row.get(name)) for name in shown))
    target = StringIO()
    Console(file=target, width=_width(), highlight=False, color_system=None).print(table, markup=False)
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _width() -> int:
    import shutil  # noqa: PLC0415

    return max(100, shutil.get_terminal_size((160, 40)).columns)
