"""Disclosure control of a run's statistics: what belongs together is protected and audited together, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from flows.disclosure_profiles import policy_of, suppresses
from flows.publications import People, compare, digest_of, publications, record
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.breakdowns import twin_breakdowns
from schemas.contract import to_frame
from schemas.datasets import Subject
from schemas.disclosure import Suppress, Unprotected
from schemas.errors import DisclosureUnsafe
from schemas.release import Block, CountsToProtect, Published
from schemas.statistics import PROTECTED
from transforms.differences.comparison import Now
from transforms.differences.counts import KEY, kept_counts, schools_apart, true_counts
from transforms.disclosure_control.counts import ProtectionReport
from transforms.disclosure_control.release import ProtectedRelease, protect_release
from transforms.rounding.release import protect_rounded
from transforms.rounding.unprotected import as_they_are
from transforms.statistics_files.blocks import PUPILS, as_figures, blocks_of, counts_of_figure, datasets_without
from transforms.statistics_files.release import TableToProtect, protected_counts, tables_to_protect

#: Subjects counted from a register of the authority, which knows no schools: each is protected by itself.
REGISTERED: Final[tuple[Subject, ...]] = ("children", "missing")

_TOO_FEW: Final = (
    "too few children differ from those in statistics that are published already or in DfE's own, so that one of them "
    "could be told by subtraction; nothing was written, and what stands stays. Publish when every return is in."
)
_NOTHING = pd.DataFrame({name: [] for name in ("figure", *PROTECTED.names)}, dtype=object)


@dataclass(frozen=True)
class Protected:
    """What disclosure control said of every count, how it protected them, and the datasets that it refused.

    `figures` are the counts of the census keyed by figure, place, topic and item; `registers` those of each
    register by its subject.
    """

    figures: pd.DataFrame
    registers: Mapping[Subject, pd.DataFrame]
    reports: tuple[ProtectionReport, ...]
    unsafe: tuple[str, ...]
    schools_apart: int = 0

    def counts_of(self, subject: Subject) -> pd.DataFrame:
        """Return the protected counts of a subject that counts one population."""
        return self.registers[subject] if subject in REGISTERED else counts_of_figure(self.figures, PUPILS)


@stage("protect")
def protect_stage(work: Workspace, figures: Mapping[Subject, pd.DataFrame], people: People) -> Protected:
    """Hide what is small and what would give it away; the audit is the gate, and what it refuses is not published.

    What earlier publications of this term and of those around it gave away counts as published too.
    """
    with work.progress.stage("protect"):
        census: dict[Subject, pd.DataFrame] = {
            subject: as_figures(rows) for subject, rows in figures.items() if subject not in REGISTERED
        }
        blocks = blocks_of(census, work.options.collection)
        made, apart = _protect_census(work, blocks, people)
        held = pd.concat([_NOTHING, *(each.frame for each in made)], ignore_index=True)
        lost = set().union(*(block.populations for block in blocks)) - set(held["figure"])
        held_registers = [each for each in REGISTERED if each in figures]
        registers = {each: _protect_register(work, each, figures[each], people) for each in held_registers}
        refused = {*datasets_without(lost), *(name for each in registers.values() for name in each.unsafe)}
        told = (*(each.report for each in made), *(report for each in registers.values() for report in each.reports))
        frames = {subject: each.frame for subject, each in registers.items()}
        return Protected(held, frames, told, tuple(sorted(refused)), apart)


def _protect_census(work: Workspace, blocks: Sequence[Block], people: People) -> tuple[list[ProtectedRelease], int]:
    """Protect every block; where counts are hidden, beside what was published before, and put what was made on record.

    The number is that of the schools of which something is hidden because it could be subtracted.
    """
    others = [block for block in blocks if suppresses(work, block.datasets) is None]
    changed = [each for block in others if (each := _protect_block(work, block, Published())) is not None]
    _say_not_compared(work, PUPILS, [name for block in others for name in block.datasets])
    hiding = [block for block in blocks if block not in others]
    made, schools = _protect_exact(work, hiding, people)
    return [*changed, *made], schools


def _protect_exact(work: Workspace, blocks: Sequence[Block], people: People) -> tuple[list[ProtectedRelease], int]:
    """Protect the blocks whose counts are published as they are, or hidden."""
    policy = suppresses(work, blocks[0].datasets) if blocks else None
    if policy is None or people.pupils is None:
        return [], 0
    counts = true_counts(table for block in blocks for table in block.tables)
    now = Now(people.pupils, counts, digest_of(policy))
    compared = compare(work, PUPILS, now, policy)
    if compared.refused:
        names = sorted({name for block in blocks for name in block.datasets})
        work.outcome.refuse(DisclosureUnsafe.exit_code, f"{', '.join(names)}: {_TOO_FEW}")
        return [], 0
    found = [(block, _protect_block(work, block, compared.published)) for block in blocks]
    made = [(block, each) for block, each in found if each is not None]
    if made and not any(PUPILS in block.populations for block, each in found if each is None):
        said = pd.concat([each.frame for _, each in made], ignore_index=True)
        shown = kept_counts([table for block, _ in made for table in block.tables], said)
        record(work, PUPILS, publication := now.kept(shown, compared.published))
        return [each for _, each in made], schools_apart(publication.counts)
    return [each for _, each in made], 0


def _say_not_compared(work: Workspace, kind: str, names: Sequence[str]) -> None:
    """Say that counts which are rounded or changed now stand beside true ones that were published before."""
    inside = {name for name in names if isinstance(policy_of(work, [name]), Unprotected)}
    if (told := sorted(set(names) - inside)) and publications(work, kind, work.options.collection):
        work.outcome.say(
            f"{', '.join(told)}: figures of this term were published before under another profile; whoever holds both "
            "can compare them, and no profile that rounds claims to withstand that"
        )


def _protect_block(work: Workspace, block: Block, published: Published) -> ProtectedRelease | None:
    policy, names = policy_of(work, block.datasets), ", ".join(block.datasets)
    try:
        if isinstance(policy, Unprotected):
            return as_they_are(block.tables, policy=policy)
        if not isinstance(policy, Suppress):
            twins = twin_breakdowns()
            return protect_rounded(block.tables, policy=policy, across=block.across, twins=twins, names=names)
        return protect_release(
            block.tables,
            policy=policy,
            across=block.across,
            within=block.within,
            twins=twin_breakdowns(),
            published=published,
            names=names,
        )
    except DisclosureUnsafe as fault:
        work.outcome.refuse(fault.exit_code, str(fault))
        return None


@dataclass(frozen=True)
class _Register:
    """The counts of one register as protected, what was said of each table, and the datasets that were refused."""

    frame: pd.DataFrame
    reports: tuple[ProtectionReport, ...] = ()
    unsafe: tuple[str, ...] = ()


def _protect_register(work: Workspace, subject: Subject, counts: pd.DataFrame, people: People) -> _Register:
    """Protect the counts of one register, table by table."""
    counted = people.of(subject)
    if counted is None:
        return _Register(to_frame(PROTECTED.empty_table()))
    tables = tables_to_protect(counts, subject=subject, collection=work.options.collection)
    held = [(each, _of_figure(subject, each, counts)) for each in tables]
    by_hiding = {name for table, _ in held for name in table.datasets if suppresses(work, table.datasets) is not None}
    exact = [(each, policy) for table, each in held if (policy := suppresses(work, table.datasets)) is not None]
    published, now = Published(), None
    if exact:
        now = Now(counted, true_counts(each for each, _ in exact), digest_of(exact[0][1]))
        published = compare(work, subject, now, exact[0][1]).published
    unsafe: list[str] = []
    made: list[tuple[TableToProtect, CountsToProtect, ProtectedRelease]] = []
    for table, rows in held:
        block = Block(table.datasets, table.profile, (rows,))
        protected = _protect_block(work, block, published)
        if protected is None:
            unsafe.extend(table.datasets)
        else:
            made.append((table, rows, protected))
    _say_not_compared(work, subject, [name for table, _ in held for name in table.datasets if name not in by_hiding])
    kept = [(rows, each) for table, rows, each in made if by_hiding.issuperset(table.datasets)]
    if kept and now is not None:
        said = pd.concat([each.frame for _, each in kept], ignore_index=True)
        record(work, subject, now.kept(kept_counts([each for each, _ in kept], said), published))
    frames = [_said_of(rows, each) for _, rows, each in made]
    return _Register(protected_counts(counts, frames), tuple(each.report for *_, each in made), tuple(unsafe))


def _of_figure(subject: Subject, table: TableToProtect, counts: pd.DataFrame) -> CountsToProtect:
    """Name the population of a table of the register by the first count in it, which is in no other."""
    first = counts.loc[table.counts.index[0]]
    figure = f"{subject}: {first['breakdown_topic']}, {first['breakdown']}"
    return CountsToProtect(table.counts.assign(figure=figure, people=table.counts["value"]), nested=table.nested)


def _said_of(rows: CountsToProtect, protected: ProtectedRelease) -> pd.DataFrame:
    """Return what was said of each row of a table, by the table's index."""
    plain = pd.DataFrame({name: rows.rows[name].astype("string").fillna("").to_numpy(dtype=object) for name in KEY})
    said = plain.merge(protected.frame, how="left", on=KEY, validate="1:1")[["value", "symbol"]]
    return said.set_axis(rows.rows.index)
