"""Synthetic returns on disk: the only part of the synthetic data that touches files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.options import Outcome
from schemas.calendar import known_collections
from schemas.collection import Collection
from schemas.errors import UsageError
from transforms.synthetic.authority import SyntheticAuthority, synthetic_la
from transforms.synthetic.collect_csv import collect_files
from transforms.synthetic.companions import contact_rows, gias_rows, protection_rows, social_care_rows
from transforms.synthetic.faults.answers import answer_rows, no_answers
from transforms.synthetic.faults.census import census_plan
from transforms.synthetic.faults.edits import edited_message, edited_register, edits_by_school
from transforms.synthetic.faults.edits_collect import edited_table, edits_by_table
from transforms.synthetic.faults.plan import Plan, ground_of
from transforms.synthetic.faults.register import RegisterPlan, register_plan
from transforms.synthetic.message import messages
from transforms.synthetic.missing import missing_register_of
from transforms.synthetic.register import register_of
from transforms.synthetic.tables_out import Rows, csv_bytes, frame_rows, workbook_bytes

CENSUS, COLLECT, EHE = "census", "collect_csv", "ehe"
REGISTER_CSV, REGISTER_XLSX = "ehe_register.csv", "ehe_register.xlsx"
GIAS, PROTECTIONS, CONTACTS, SOCIAL_CARE = "schools.csv", "protections.csv", "contacts.csv", "social_care_status.csv"
MISSING = "cme_register.csv"
ANSWERS, README = "answers.csv", "README.txt"
_GIAS_ENCODING = "cp1252"  # as DfE publishes it
_MB = 1_000_000
_MARK = "SYNTHETIC DATA"
_README = f"""{_MARK}

Every school, child, address and number in this folder is invented by a program (`termly synth`). None is real; where a
name or number is that of a real person, school or place, that is chance.

Collection {{collection}}, local authority {{la}} (its number only), seed {{seed}}: {{schools}} schools,
{{on_roll}} pupils on roll, {{off_roll}} no longer on roll, {{homes}} children in the home education register.

census/              one return a school, XML, named as COLLECT names it
collect_csv/         the same returns as COLLECT exports them: a table a file, authority's schools and academies apart
ehe/                 the home education register, CSV and XLSX with the same content
schools.csv          the schools as Get Information About Schools lists them
protections.csv      addresses withheld, court orders, objections
contacts.csv         adults recorded for children in the register
cme_register.csv     the register of children missing education
social_care_status.csv
answers.csv          every finding that a check of these files must make ({{answers}}), and no other; those that need
                     `previous` only where the collection before is known, made with the same seed without faults

Read either census/ or collect_csv/, not both: they hold the same returns.
"""


@dataclass(frozen=True)
class Synthetic:
    """What was written: where, and how much."""

    out: Path
    schools: int
    on_roll: int
    off_roll: int
    home_educated: int
    answers: int
    bytes_of_xml: int


@dataclass(frozen=True)
class _Faults:
    """What is planted: changes of returns and of the register, and the answers."""

    census: Plan
    register: Rows
    answers: Rows


def write_synthetic(  # the options of `termly synth`, one each
    out: Path, *, schools: int, pupils: int, collection: Collection, la: str, seed: int = 1, faults: bool = False
) -> Synthetic:
    """Write an invented authority to a folder; the same arguments give the same bytes.

    Raises:
        UsageError: when the folder holds something else, or the sizes cannot be made.
    """
    authority = synthetic_la(schools, pupils, collection=collection, la=la, seed=seed)
    _prepare(out)
    before = collection.previous()
    previous = None
    if faults and before in known_collections():
        previous = synthetic_la(schools, pupils, collection=before, la=la, seed=seed)
    planted = _planted(authority, previous, faults=faults)
    size = _write_all(out / CENSUS, _census_files(authority, planted.census))
    _write_all(out / COLLECT, _collect_files(authority, planted.census))
    _write_all(out / EHE, _register_files(planted.register))
    _write_all(out, _companion_files(authority, planted.answers))
    made = Synthetic(
        out=out,
        schools=schools,
        on_roll=int(authority.rolls["is_on_roll"].sum()),
        off_roll=int((~authority.rolls["is_on_roll"]).sum()),
        home_educated=len(planted.register) - 1,
        answers=len(planted.answers) - 1,
        bytes_of_xml=size,
    )
    (out / README).write_text(_readme(made, collection, la, seed), encoding="utf-8", newline="\n")
    return made


def synth_command(  # the options of `termly synth`, one each
    *, out: Path, schools: int, pupils: int, collection: Collection, la: str, seed: int, faults: bool
) -> Outcome:
    """Run `termly synth`: write the files and say what they are."""
    made = write_synthetic(out, schools=schools, pupils=pupils, collection=collection, la=la, seed=seed, faults=faults)
    outcome = Outcome()
    outcome.say(f"{made.out}: synthetic data, {made.schools} schools, {made.on_roll} pupils on roll.")
    outcome.say(f"{made.off_roll} pupils no longer on roll, {made.home_educated} children in the register.")
    outcome.say(f"{made.bytes_of_xml / _MB:.1f} MB of XML in {made.out / CENSUS}; {made.answers} findings to expect.")
    return outcome


def _prepare(out: Path) -> None:
    """Make the folder, or clear an earlier authority out of it; anything else in it is left and refused."""
    if out.exists() and any(out.iterdir()):
        readme = out / README
        if not readme.is_file() or not readme.read_text(encoding="utf-8").startswith(_MARK):
            raise UsageError(f"{out} is not empty and holds no synthetic data; name another folder.")
        for folder in (CENSUS, COLLECT, EHE):
            shutil.rmtree(out / folder, ignore_errors=True)
    for folder in (CENSUS, COLLECT, EHE):
        (out / folder).mkdir(parents=True, exist_ok=True)


def _write_all(folder: Path, files: Iterator[tuple[str, bytes]]) -> int:
    size = 0
    for name, data in files:
        (folder / name).write_bytes(data)
        size += len(data)
    return size


def _planted(authority: SyntheticAuthority, previous: SyntheticAuthority | None, *, faults: bool) -> _Faults:
    rows = frame_rows(register_of(authority))
    if not faults:
        return _Faults(Plan(), rows, no_answers())
    ground = ground_of(authority, previous)
    census = census_plan(ground)
    return _Faults(census, *_with_answers(ground, census, register_plan(ground, census, rows), rows))


def _with_answers(ground: object, census: Plan, ehe: RegisterPlan, rows: Rows) -> tuple[Rows, Rows]:
    finished = edited_register(rows, ehe.edits)
    return finished, answer_rows(ground, census, ehe, finished)  # type: ignore[arg-type]  # ground_of's own type


def _census_files(authority: SyntheticAuthority, plan: Plan) -> Iterator[tuple[str, bytes]]:
    edits = edits_by_school(plan, authority)
    for laestab, (name, data) in zip(authority.schools["laestab"], messages(authority), strict=True):
        yield name, edited_message(data, edits[laestab], authority) if laestab in edits else data


def _collect_files(authority: SyntheticAuthority, plan: Plan) -> Iterator[tuple[str, bytes]]:
    edits = edits_by_table(plan, authority)
    for name, data in collect_files(authority):
        yield name, edited_table(data, edits[name], authority) if name in edits else data


def _register_files(rows: Rows) -> Iterator[tuple[str, bytes]]:
    yield REGISTER_CSV, csv_bytes(rows)
    yield REGISTER_XLSX, workbook_bytes(rows, sheet="EHE register")


def _companion_files(authority: SyntheticAuthority, answers: Rows) -> Iterator[tuple[str, bytes]]:
    yield GIAS, csv_bytes(gias_rows(authority), encoding=_GIAS_ENCODING)
    yield PROTECTIONS, csv_bytes(protection_rows(authority))
    yield CONTACTS, csv_bytes(contact_rows(authority))
    yield MISSING, csv_bytes(frame_rows(missing_register_of(authority)))
    yield SOCIAL_CARE, csv_bytes(social_care_rows(authority))
    yield ANSWERS, csv_bytes(answers)


def _readme(made: Synthetic, collection: Collection, la: str, seed: int) -> str:
    return _README.format(
        collection=collection,
        la=la,
        seed=seed,
        schools=made.schools,
        on_roll=made.on_roll,
        off_roll=made.off_roll,
        homes=made.home_educated,
        answers=made.answers,
    )
