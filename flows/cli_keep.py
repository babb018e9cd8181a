"""Commands that keep house: init, keys, ledger, synth, bench."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flows.cli import PATH, _collection, _la, config_option, finish, json_option, options, store_option


@click.command()
@click.argument("folder", type=PATH)
@click.option("--la", callback=_la, help="The LA's three-digit number; a new folder needs it.")
@click.option("--deployments", is_flag=True, help="Only write prefect.yaml anew, from the folder's days and settings.")
def init(folder: Path, la: str | None, *, deployments: bool) -> None:
    """Write a council's configuration folder, ready to be filled in."""
    from flows.configuration import initialise, renew_deployments  # noqa: PLC0415

    if deployments:
        finish(renew_deployments(folder))
    elif la is None:
        raise click.UsageError("Which local authority? Give --la NNN.")
    else:
        finish(initialise(folder, la=la))


@click.group()
def keys() -> None:
    """The master key, held by reference: environment, file or system keyring."""


@keys.command(name="init")
@options(
    click.option(
        "--file", "key_file", type=PATH, help="Write the key to this file (0600); default: the system keyring."
    ),
    click.option("--backup", type=PATH, help="Write a backup of the key to this file as well."),
)
def keys_init(key_file: Path | None, backup: Path | None) -> None:
    """Make a master key; it is shown to nobody and never overwritten."""
    from flows.housekeeping import make_key  # noqa: PLC0415

    finish(make_key(key_file, backup))


@keys.command(name="list")
@options(store_option, config_option, json_option)
def keys_list(**given: Any) -> None:  # noqa: ANN401
    """List key ids (never keys): where each is held, which is in use, and the one that the store was made with."""
    from flows.housekeeping import list_keys  # noqa: PLC0415

    finish(list_keys(**given))


@click.command()
@options(
    store_option,
    config_option,
    click.option("--verify", is_flag=True, help="Check the hash chain from the first row to the last."),
    json_option,
)
def ledger(**given: Any) -> None:  # noqa: ANN401
    """List every disclosure made, or verify that the record is whole."""
    from flows.housekeeping import show_ledger  # noqa: PLC0415

    finish(show_ledger(**given))


@click.command()
@options(
    click.option("--out", type=PATH, required=True, help="Folder for the files."),
    click.option("--schools", type=click.IntRange(1, 900), required=True, help="How many schools."),
    click.option("--pupils", type=click.IntRange(1, 5000), required=True, help="Pupils a school, on average."),
    click.option("--collection", default="2026-spring", callback=_collection, help="Default 2026-spring."),
    click.option("--la", default="856", callback=_la, help="Default 856."),
    click.option("--seed", type=int, default=1, help="Same seed, same bytes."),
    click.option("--faults", is_flag=True, help="Plant a known number of each rule's fault (answers.csv)."),
)
def synth(**given: Any) -> None:  # noqa: ANN401
    """Write synthetic returns with a known answer file: XML, COLLECT CSV, register CSV and XLSX."""
    from flows.synth import synth_command  # noqa: PLC0415

    finish(synth_command(**given))


@click.command()
@options(
    click.argument("files", nargs=-1, type=PATH, metavar="[TABLE.csv HIERARCHIES.json]"),
    click.option("--pupils", type=click.IntRange(100, 1_000_000), default=10_000, help="How many; default 10,000."),
    click.option("--linkage", is_flag=True, help="Measure instead what fuzzy linking finds and misses."),
    click.option("--disclosure", is_flag=True, help="Measure instead what protecting a crossed table costs."),
)
def bench(files: tuple[Path, ...], pupils: int, *, linkage: bool, disclosure: bool) -> None:
    """Time every stage on synthetic returns and print the table of ratios; a table is for --disclosure."""
    if disclosure:
        from flows.bench_disclosure import benchmark_disclosure  # noqa: PLC0415

        finish(benchmark_disclosure(files))
        return
    if files:
        raise click.UsageError("A table goes with --disclosure.")
    if linkage:
        from flows.bench_linkage import benchmark_linkage  # noqa: PLC0415

        finish(benchmark_linkage(pupils))
        return
    from flows.bench import benchmark  # noqa: PLC0415

    finish(benchmark(pupils))


COMMANDS = (init, keys, ledger, synth, bench)
