"""Run the rules on clean tables and make the findings table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from schemas import findings
from schemas.contract import hold_to, to_frame
from schemas.errors import ContractBroken
from schemas.model import PUPILS
from schemas.rules.register import EHE_REGISTER, Mask, Rule
from schemas.rules.rows import arrow, place_of_pupil
from schemas.tables import Tables

Numbers = NDArray[np.int64]

_ROLLS = ("off", "on")
_KEYS = ("laestab", "upn", "child_id", "record", "sub_record")


@dataclass(frozen=True)
class _Marked:
    """The rows of one table that one rule marks for one field."""

    rule: Rule
    field: str
    places: Numbers


def findings_of(tables: Tables, rules: Sequence[Rule], *, source_files: pd.Series) -> pd.DataFrame:
    """Return one finding for each row and field that a rule marks, in an order that depends on nothing else.

    A rule whose table the run does not have (no register) is left out. `source_files` gives the file of each LAEstab,
    and under `ehe_register` that of the register.
    """
    marked = [found for rule in rules if rule.table in tables for found in _marked(tables, rule)]
    if not marked:
        return findings.no_findings()
    keys = pa.concat_tables([_keys(tables, found) for found in marked])
    part = np.repeat(np.arange(len(marked)), [len(found.places) for found in marked])
    order = _order(keys, marked, part)
    said = _said(tables, marked).take(pa.array(order))
    found = _columns(keys.take(pa.array(order)), marked, part[order], said, source_files)
    frame = to_frame(pa.table(found, schema=findings.SCHEMA))
    return hold_to(findings.CONTRACT, frame)


def _marked(tables: Tables, rule: Rule) -> Iterator[_Marked]:
    for field, mask in rule.masks(tables):
        places = np.flatnonzero(_broken(mask, tables[rule.table], rule))
        if len(places):
            yield _Marked(rule, field, places)


def _broken(mask: Mask, frame: pd.DataFrame, rule: Rule) -> NDArray[np.bool_]:
    """Return the mask as plain true and false; null is not broken."""
    if not mask.index.equals(frame.index):
        raise ContractBroken(
            f"Rule {rule.id} answered for other rows than those of {rule.table}; "
            "this is a fault of the rule: return a mask over the table's own index."
        )
    broken: NDArray[np.bool_] = mask.to_numpy(dtype=bool, na_value=False)
    return broken


# --- where a finding stands --------------------------------------------------------------------------------------


def _keys(tables: Tables, marked: _Marked) -> pa.Table:
    """Return the position of each marked row: school, pupil, roll, record, sub-record."""
    rows = tables[marked.rule.table].iloc[marked.places]
    columns = {
        name: arrow(rows[name]).cast(findings.SCHEMA.field(name).type)
        if name in rows.columns
        else pa.nulls(len(rows), findings.SCHEMA.field(name).type)
        for name in _KEYS
    }
    if "is_on_roll" in rows.columns:
        columns["roll"] = arrow(rows["is_on_roll"]).cast(pa.int8())
        if marked.rule.table != PUPILS:
            columns["upn"] = _upn_of(tables[PUPILS], rows)
    else:
        columns["roll"] = pa.nulls(len(rows), pa.int8())
    return pa.table(columns)


def _upn_of(pupils: pd.DataFrame, rows: pd.DataFrame) -> pa.Array:
    places = place_of_pupil(pupils, rows)
    return arrow(pupils["upn"]).take(pa.array(places, mask=places < 0))


# --- order -------------------------------------------------------------------------------------------------------


def _order(keys: pa.Table, marked: Sequence[_Marked], part: Numbers) -> Numbers:
    """Return the order by school, rule, table, roll (on roll first), record, sub-record, field; null comes last."""
    by_rule = _ranks([found.rule.id for found in marked])[part]
    by_table = _ranks([found.rule.table for found in marked])[part]
    by_field = _ranks([found.field for found in marked])[part]
    schools = keys["laestab"].combine_chunks().dictionary_encode()
    school_rank = np.append(_ranks(schools.dictionary.to_pylist()), len(schools.dictionary))
    by_school = school_rank[_numbers(schools.indices, null=len(schools.dictionary))]
    last = np.iinfo(np.int64).max
    by_record, by_sub_record = (_numbers(keys[name], null=last) for name in ("record", "sub_record"))
    by_roll = -_numbers(keys["roll"], null=-1)
    order: Numbers = np.lexsort((by_field, by_sub_record, by_record, by_roll, by_table, by_rule, by_school))
    return order


def _ranks(texts: Sequence[str]) -> Numbers:
    """Return each text's place among the distinct texts in order."""
    place = {text: number for number, text in enumerate(sorted(set(texts)))}
    return np.array([place[text] for text in texts], dtype=np.int64)


def _numbers(values: pa.Array | pa.ChunkedArray, *, null: int) -> Numbers:
    numbers: Numbers = values.cast(pa.int64()).fill_null(null).to_numpy()
    return numbers


# --- columns -----------------------------------------------------------------------------------------------------


def _columns(
    keys: pa.Table, marked: Sequence[_Marked], part: Numbers, said: pa.Array, source_files: pd.Series
) -> dict[str, pa.Array | pa.ChunkedArray]:
    tables = [found.rule.table for found in marked]
    return {
        "rule": _words([found.rule.id for found in marked], part),
        "severity": _words([found.rule.severity for found in marked], part),
        "laestab": keys["laestab"],
        "upn": keys["upn"],
        "child_id": keys["child_id"],
        "table": _words(tables, part),
        "roll": pa.DictionaryArray.from_arrays(keys["roll"].combine_chunks().cast(pa.int32()), pa.array(_ROLLS)),
        "record": keys["record"],
        "sub_record": keys["sub_record"],
        "field": _words([found.field for found in marked], part),
        "message": _in_order(said),
        "source_file": _source_file(keys["laestab"], np.array(tables)[part] == EHE_REGISTER, source_files),
        "state": _words([findings.OPEN] * len(marked), part),
        "note": pa.nulls(len(part), pa.string()),
        "recurs": pa.nulls(len(part), pa.bool_()),
    }


def _said(tables: Tables, marked: Sequence[_Marked]) -> pa.Array:
    """Return what is said of each marked row: the rule's sentence, or one of the row's own."""
    return pa.concat_arrays([_sentences(tables, found) for found in marked])


def _sentences(tables: Tables, found: _Marked) -> pa.Array:
    if found.rule.words is None:
        return pa.repeat(pa.scalar(found.rule.message, pa.string()), len(found.places))
    return pa.array(found.rule.words(tables, found.field, found.places), pa.string())


def _in_order(texts: pa.Array) -> pa.DictionaryArray:
    """Return texts by the number of each in their order, so that the bytes depend on nothing else."""
    encoded = texts.dictionary_encode()
    words = encoded.dictionary.to_pylist()
    codes = _ranks(words)[encoded.indices.to_numpy(zero_copy_only=False)]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(sorted(words), pa.string()))


def _words(words: Sequence[str], part: Numbers) -> pa.DictionaryArray:
    """Return one word a part, spread over the part's rows."""
    codes = pa.array(_ranks(words)[part], pa.int32())
    return pa.DictionaryArray.from_arrays(codes, pa.array(sorted(set(words))))


def _source_file(laestab: pa.ChunkedArray, of_register: NDArray[np.bool_], files: pd.Series) -> pa.DictionaryArray:
    """Return the file of each finding: its school's, or the register's; null where none is known."""
    known = {str(owner): str(name) for owner, name in files.dropna().items()}
    schools = laestab.combine_chunks().dictionary_encode()
    owners = [*schools.dictionary.to_pylist(), EHE_REGISTER]
    names = sorted({known[owner] for owner in owners if owner in known})
    places = np.array([names.index(known[owner]) if owner in known else -1 for owner in owners])
    owner = np.where(of_register, len(owners) - 1, _numbers(schools.indices, null=-1))
    codes = np.where(owner < 0, -1, places[owner])
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32(), mask=codes < 0), pa.array(names, pa.string()))
