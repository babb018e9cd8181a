"""The answer file: every expected finding, one row each, as the findings table names its rows."""

from __future__ import annotations

from collections.abc import Mapping

from transforms.synthetic.faults.plan import ANSWER_COLUMNS, Expected, Ground, Plan
from transforms.synthetic.faults.register import RegisterPlan
from transforms.synthetic.register import REGISTER
from transforms.synthetic.sheets import Key, Sheet
from transforms.synthetic.tables_out import Rows


def answer_rows(ground: Ground, plan: Plan, register: RegisterPlan, finished: Rows) -> Rows:
    """Return the answers in a fixed order, header first; `finished` is the register as edited."""
    changed = {(edit.key, edit.row): edit.text or "" for edit in plan.edits if edit.column == "upn"}
    census = [_census_row(ground, expected, changed) for expected in plan.expected]
    header = finished[0]
    child, upn = header.index("Child ID"), header.index("UPN")
    ehe = [
        [rule, "", finished[row + 1][upn], finished[row + 1][child], REGISTER, "", str(row + 1), "", field, kind, ""]
        for rule, row, field, kind in register.expected
    ]
    return [list(ANSWER_COLUMNS), *sorted(census + ehe)]


def _census_row(ground: Ground, expected: Expected, changed: Mapping[tuple[Key, int], str]) -> list[str]:
    sheet = ground.sheet(expected.key)
    place = sheet.places.iloc[expected.row]
    laestab = str(ground.authority.schools["laestab"].iloc[int(place["school"])])
    pupil = sheet.table.definition.level == "pupil"
    record = "" if sheet.table.definition.key == ("laestab",) else str(int(place["record"]))
    sub_record = _sub_record(ground, expected) if pupil and "sub_record" in sheet.table.definition.key else ""
    roll = expected.key[1] if pupil else ""
    upn = _upn(ground, sheet, expected, changed) if pupil else ""
    return [
        expected.rule, laestab, upn, "", expected.key[0], roll, record, sub_record, expected.column, expected.kind,
        expected.needs,
    ]  # fmt: skip


def _sub_record(ground: Ground, expected: Expected) -> str:
    """Return the row's place under its pupil; a row that was added stands behind all others."""
    places = ground.sheet(expected.key).places["sub_record"].to_numpy()
    if not expected.added:
        return str(int(places[expected.row]))
    pupils = ground.of_pupil(expected.key)
    return str(int(places[pupils == pupils[expected.row]].max()) + 1)


def _upn(ground: Ground, sheet: Sheet, expected: Expected, changed: Mapping[tuple[Key, int], str]) -> str:
    """Return the pupil's UPN as the finished file has it."""
    row, name = expected.row, expected.key[0]
    while name != "pupils":
        sheet = ground.sheet((name, expected.key[1]))
        row, name = int(sheet.parent[row]), sheet.table.definition.parent
    key = ("pupils", expected.key[1])
    value = ground.values(key, "upn")[row]
    return changed.get((key, row), value if isinstance(value, str) else "")


def no_answers() -> Rows:
    """Return an answer file of a clean authority: its header only."""
    return [list(ANSWER_COLUMNS)]
