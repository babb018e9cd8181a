"""Findings as text to show: where each stands in the file, its item as schools know it, and nothing that hides."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from transforms.reports.finding_state import NOTE, recurring, standing, text

LONGEST_CELL = 60
LONGEST_NOTE = 300
EHE_TABLE = "ehe_register"
RECURS_WORD = "Last time too"

# Characters that would not show, or would turn the reading direction: controls, zero-width, bidirectional overrides.
_HIDDEN = r"[\x00-\x1f\x7f-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"
_ROLLS = {"on": " on roll", "off": " no longer on roll", "": ""}


def readable(findings: pd.DataFrame, field_names: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Return the findings as text to show; one row is one finding, in the order given."""
    again = recurring(findings)
    note = text(findings[NOTE]) if NOTE in findings.columns else pd.Series("", index=findings.index, dtype="str")
    return pd.DataFrame(
        {
            "laestab": text(findings["laestab"]),
            "rule": text(findings["rule"]),
            "standing": standing(findings),
            "recurs": again,
            "off_roll": text(findings["roll"]).eq("off"),
            "UPN": _visible(text(findings["upn"])),
            "Child id": _visible(text(findings["child_id"])),
            "Record": places(findings),
            "Field": item_names(findings, field_names),
            "Message": text(findings["message"]),
            RECURS_WORD: again.map({True: "yes", False: ""}),
            "Note": _visible(note, longest=LONGEST_NOTE),
        }
    )


def places(findings: pd.DataFrame) -> pd.Series:
    """Say where a finding stands: `12 on roll`, `3 no longer on roll, fsmperiods 2`, `classes row 4`."""
    record, sub = text(findings["record"]), text(findings["sub_record"])
    roll, table = text(findings["roll"]), text(findings["table"])
    pupil = record + roll.map(_ROLLS)
    pupil = pupil.where(sub.eq(""), pupil + ", " + table + " " + sub)
    place = pupil.mask(roll.eq(""), table.replace(EHE_TABLE, "register") + " row " + record)
    return place.mask(record.eq(""), "the return as a whole")


def item_names(findings: pd.DataFrame, field_names: Mapping[tuple[str, str], str]) -> pd.Series:
    """Name the item that each finding is on as schools know it, else its column."""
    table, column = text(findings["table"]), text(findings["field"])
    names = pd.Series({f"{key[0]}.{key[1]}": name for key, name in field_names.items()}, dtype="str")
    label = (table + "." + column).map(names)
    return label.where(label.notna(), column)


def _visible(written: pd.Series, *, longest: int = LONGEST_CELL) -> pd.Series:
    """Replace characters that do not show, and cut what is absurdly long."""
    held = pa.array(written, type=pa.string())
    plain = pc.replace_substring_regex(held, _HIDDEN, "\N{REPLACEMENT CHARACTER}")
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(plain, 0, longest), "…", "")
    shown = pc.if_else(pc.greater(pc.utf8_length(plain), longest), cut, plain)
    return pd.Series(shown.to_pandas(), index=written.index, dtype="str")
