"""The command line `termly`: the outermost layer. Nothing heavy is imported until a command runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from flows import __version__
from schemas.errors import DONE, TermlyError, UnexpectedFault, worst

F = TypeVar("F", bound=Callable[..., Any])


class Guarded(click.Group):
    """A group whose errors are one sentence on standard error and a documented exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's own signature
        """Run the command; a TermlyError becomes its sentence and exit code, anything else a fault without data."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except TermlyError as fault:
            _leave(fault)
        except Exception as error:  # noqa: BLE001  # the outermost net: no traceback, whose texts may hold values
            from flows import crash  # noqa: PLC0415

            _leave(UnexpectedFault(crash.report(error)))


def _leave(fault: TermlyError) -> NoReturn:
    click.echo(f"{type(fault).__name__}: {fault}", err=True)
    sys.exit(fault.exit_code)


def _collection(_ctx: click.Context, _param: click.Parameter, value: str | None) -> object:
    from schemas.collection import Collection  # noqa: PLC0415

    return Collection.parse(value) if value else None


def _la(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (len(value) == 3 and value.isdigit()):  # noqa: PLR2004  # an LA number is three digits
        raise click.BadParameter("an LA is its three-digit DfE number, such as 856")
    return value


def _inputs(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> dict[str, Path]:
    pairs = [item.partition("=") for item in value]
    if any(not (name and path) for name, _, path in pairs):
        raise click.BadParameter("give each further source as ID=PATH, such as protections=protections.csv")
    return {name: Path(path) for name, _, path in pairs}


def _reason(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    if value is not None and not value.strip():
        raise click.BadParameter("say why the findings are accepted; the reason is kept in the ledger")
    return (value or "").strip()


def _on(_ctx: click.Context, _param: click.Parameter, value: Any) -> date:  # noqa: ANN401  # click gives a datetime or None
    from flows.clock import today  # noqa: PLC0415

    return value.date() if value else today()


PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)

collection_option = click.option("--collection", required=True, callback=_collection, help="Such as 2026-spring.")
la_option = click.option("--la", callback=_la, help="The LA's three-digit number; default: the configuration's.")
store_option = click.option(
    "--store", type=PATH, envvar="TERMLY_STORE", help="Root of the zones; default: the configuration's, else ./data."
)
config_option = click.option("--config", type=PATH, envvar="TERMLY_CONFIG", help="The council's configuration folder.")
on_option = click.option(
    "--on", callback=_on, type=click.DateTime(["%Y-%m-%d"]), help="The day of the run; default today."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
agreement_options = (
    click.option("--agreements", type=PATH, help="Folder of signed agreements (TOML)."),
    click.option("--sample-agreements", is_flag=True, help="Allow the shipped samples (demonstrations, tests)."),
    click.option(
        "--accept-tag", "accept_tags", multiple=True, metavar="TAG", help="Release though this tag is unknown."
    ),
    click.option(
        "--accept-findings", callback=_reason, metavar="REASON", help="Release despite findings; kept in the ledger."
    ),
)


def options(*each: Callable[[F], F]) -> Callable[[F], F]:
    """Apply several click options, in the order in which help lists them."""

    def decorate(function: F) -> F:
        for option in reversed(each):
            function = option(function)
        return function

    return decorate


def finish(outcome: Any) -> None:  # noqa: ANN401  # flows.options.Outcome, not imported for instant help
    """Print what a command did and leave with the exit code that wins."""
    for line in outcome.lines:
        click.echo(line)
    code = worst(outcome.codes)
    if code != DONE:
        sys.exit(code)


@click.group(cls=Guarded, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="termly")
def main() -> None:
    """The termly statutory returns of an English local authority: school census and elective home education."""


def _register() -> None:
    from flows import cli_keep, cli_run, cli_show  # noqa: PLC0415  # they import this module's options

    for module in (cli_run, cli_keep, cli_show):
        for command in module.COMMANDS:
            main.add_command(command)


_register()
