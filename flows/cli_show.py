"""Commands that show what is in force: agreements, show, check."""

from __future__ import annotations

from typing import Any

import click

from flows.cli import PATH, config_option, finish, json_option, on_option, options

year_option = click.option("--year", type=click.IntRange(2024, 2027), help="Calendar year of the census day.")
term_option = click.option("--term", type=click.Choice(["spring", "summer", "autumn"]), help="One term only.")


@click.command()
@click.argument("what", type=click.Choice(["fields", "codes", "rules", "tables", "agreements"]))
@options(
    year_option,
    term_option,
    click.option("--table", help="One table only (fields)."),
    click.option("--set", "code_set", help="One code set only (codes)."),
    click.option("--rule", help="Explain one rule (rules)."),
    config_option,
    json_option,
)
def show(what: str, **given: Any) -> None:  # noqa: ANN401
    """Print the resolved model: fields, codes, rules, published tables or agreements of a year."""
    from flows.show import Shown, show_what  # noqa: PLC0415

    finish(show_what(what, Shown(**given)))


@click.command()
@options(
    click.option("--agreements", "folder", type=PATH, help="Folder of signed agreements."),
    config_option,
    on_option,
    json_option,
)
def agreements(**given: Any) -> None:  # noqa: ANN401
    """Print the register of agreements and what is in force on a day."""
    from flows.show import show_agreements  # noqa: PLC0415

    finish(show_agreements(**given))


@click.command()
@options(
    click.option("--agreements", "folder", type=PATH, help="Folder of signed agreements."), config_option, on_option
)
def check(**given: Any) -> None:  # noqa: ANN401
    """Check all that can be checked without data: code sets, rules, agreements, settings."""
    from flows.show import check_everything  # noqa: PLC0415

    finish(check_everything(**given))


COMMANDS = (show, agreements, check)
