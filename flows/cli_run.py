"""Commands that run the pipeline: run, validate, statistics, release, withdraw, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from flows.cli import (
    FILE,
    PATH,
    _inputs,
    _la,
    agreement_options,
    collection_option,
    config_option,
    finish,
    la_option,
    on_option,
    options,
    store_option,
)

cme_option = click.option("--cme", type=FILE, help="The register of children missing education (CSV or XLSX).")
strict_option = click.option("--strict", is_flag=True, help="Exit 3 when findings of severity error remain.")
prefect_option = click.option("--prefect", is_flag=True, help="Run under Prefect (temporary or configured server).")
schools_option = click.option("--schools", type=FILE, help="The schools expected: a GIAS extract (CSV).")
input_option = click.option(
    "--input", "inputs", multiple=True, callback=_inputs, metavar="ID=PATH", help="A further source."
)


def _resolved(given: dict[str, Any]) -> Any:  # noqa: ANN401  # flows.options.RunOptions, imported late
    from flows.configuration import resolve  # noqa: PLC0415

    return resolve(given)


@click.command()
@options(
    collection_option,
    la_option,
    click.option("--census", type=PATH, multiple=True, metavar="PATH…", help="Census returns: file, folder or zip."),
    click.option("--ehe", type=FILE, help="The elective home education register (CSV or XLSX)."),
    cme_option,
    schools_option,
    input_option,
    store_option,
    on_option,
    config_option,
    click.option("--release", multiple=True, metavar="AGREEMENT", help="Release under this agreement, or `all`."),
    *agreement_options,
    click.option(
        "--statistics", type=click.Choice(["none", "linked"]), default="linked", help="Which statistics to make."
    ),
    click.option("--only", is_flag=True, help="Use the given files alone, not returns landed before."),
    strict_option,
    prefect_option,
)
@click.argument("more_census", nargs=-1, type=PATH)
def run(*, prefect: bool, more_census: tuple[Path, ...], cme: Path | None, **given: Any) -> None:  # noqa: ANN401
    """Land, check, link, pseudonymise, aggregate, protect and report; release only what --release names."""
    given["census"] = (*given["census"], *more_census)
    given["inputs"] = {**given["inputs"], **({"cme_register": cme} if cme else {})}
    asked = _resolved(given)
    if prefect:
        from flows.deployed import run_under_prefect  # noqa: PLC0415

        finish(run_under_prefect(asked))
        return
    from flows.progress import Progress  # noqa: PLC0415
    from flows.termly_run import termly_run  # noqa: PLC0415

    finish(termly_run(asked, Progress()))


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATH)
@options(
    collection_option,
    click.option("--la", callback=_la, help="Refuse returns of another LA; default: take any."),
    click.option("--report", type=PATH, help="Folder for the report files (they name pupils)."),
    click.option("--ehe", type=FILE, help="The register to check as well."),
    cme_option,
    click.option("--explanations", type=FILE, help="The notepad: explanations of queries (CSV or XLSX)."),
    schools_option,
    config_option,
    strict_option,
)
def validate(paths: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401
    """Read and check only: no store, no key, nothing kept but the report."""
    from flows.progress import Progress  # noqa: PLC0415
    from flows.validate import Asked, validate_only  # noqa: PLC0415

    finish(validate_only(paths, Asked(**given), Progress()))


@click.command()
@options(
    collection_option,
    la_option,
    store_option,
    config_option,
    on_option,
    input_option,
    click.option("--figures", type=FILE, help="A newer file of DfE's on home education, to stand beside ours."),
    click.option("--table", help="Write this published dataset to --out instead of rebuilding."),
    click.option("--out", type=FILE, help="The file for --table: .csv or .xlsx."),
    click.option("--all-terms", is_flag=True, help="With --table: every term held, breaks in series marked."),
    click.option("--csv", "form", flag_value="csv", help="Write --table as CSV."),
    click.option("--xlsx", "form", flag_value="xlsx", help="Write --table as a workbook."),
)
def statistics(  # one parameter an option
    *,
    figures: Path | None,
    table: str | None,
    out: Path | None,
    all_terms: bool,
    form: Any,  # noqa: ANN401
    **given: Any,  # noqa: ANN401
) -> None:
    """Rebuild the statistics from the clean tables, or write one published dataset to a file."""
    if (table is None) != (out is None):
        raise click.UsageError("--table and --out belong together: which dataset, and to which file.")
    if all_terms and table is None:
        raise click.UsageError("--all-terms goes with --table: without it the statistics of one collection are made.")
    given["inputs"] = {**given["inputs"], **({"dfe_figures": figures} if figures else {})}
    asked = _resolved(given)
    if table is not None:
        from flows.statistics_export import Wanted, export_table  # noqa: PLC0415

        finish(export_table(asked, Wanted(table, Path(str(out)), form, all_terms)))
        return
    from flows.progress import Progress  # noqa: PLC0415
    from flows.statistics import statistics_only  # noqa: PLC0415

    finish(statistics_only(asked, Progress()))


@click.command()
@click.argument("agreements_named", nargs=-1, metavar="[AGREEMENT]…")
@options(
    collection_option,
    la_option,
    store_option,
    config_option,
    on_option,
    schools_option,
    input_option,
    *agreement_options,
    click.option("--dry-run", is_flag=True, help="Say what would be written; write nothing."),
    prefect_option,
)
def release(agreements_named: tuple[str, ...], *, prefect: bool, **given: Any) -> None:  # noqa: ANN401
    """Write the extracts of the agreements in force on that day."""
    asked = _resolved({**given, "release": agreements_named or ("all",)})
    if prefect:
        from flows.deployed import release_under_prefect  # noqa: PLC0415

        finish(release_under_prefect(asked))
        return
    from flows.progress import Progress  # noqa: PLC0415
    from flows.release import release_only  # noqa: PLC0415

    finish(release_only(asked, Progress()))


@click.command()
@click.argument("file")
@options(
    click.option("--undo", is_flag=True, help="Take the withdrawal back."),
    store_option,
    config_option,
)
def withdraw(file: str, **given: Any) -> None:  # noqa: ANN401
    """Take back a return landed by mistake (by name, path or SHA-256); it stays on record, runs leave it out."""
    from flows.housekeeping import withdraw_file  # noqa: PLC0415

    finish(withdraw_file(file, **given))


@click.command()
@options(
    click.option("--out", type=PATH, default=Path("demo"), help="Where to put everything."),
    click.option("--prefect/--no-prefect", default=True, help="With Prefect's server, or in process."),
)
def demo(*, out: Path, prefect: bool) -> None:
    """Run the whole pipeline on the bundled synthetic authority and say where each result is."""
    from flows.demo import run_demo  # noqa: PLC0415

    finish(run_demo(out, prefect=prefect))


COMMANDS = (run, validate, statistics, release, withdraw, demo)
