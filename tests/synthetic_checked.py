"""A folder of `termly synth` read and checked by the real reader and rules."""

import csv

import pandas as pd

import schemas.rules  # noqa: F401  # importing the package fills the register of rules
from schemas._data import toml
from schemas.calendar import calendar_for
from schemas.column_maps import column_map
from schemas.received import gathered
from schemas.rules.elective_home_education import CENSUS_LINKS
from schemas.rules.register import EHE_REGISTER, rules_in_force
from schemas.rules.since_last import PREVIOUS_HEADER, PREVIOUS_PUPILS
from schemas.sources.model import source
from schemas.tables import Tables
from transforms.clean.returns import clean_returns
from transforms.clean.sources import clean_register
from transforms.link import link
from transforms.parse.collect_csv import read_collect_set
from transforms.parse.register import read_register
from transforms.parse.school_census_xml import read_xml_return
from transforms.validate import findings_of

POSITION = ("rule", "laestab", "table", "roll", "record", "sub_record", "field", "child_id")


def read_returns(folder, collection, form="census"):
    """Read the XML returns of a folder, or its COLLECT export."""
    files = {path.name: path.read_bytes() for path in sorted((folder / form).iterdir())}
    if form == "census":
        return gathered(read_xml_return(data, source_file=name, collection=collection) for name, data in files.items())
    return read_collect_set(files, collection=collection)


def clean_ehe(folder, name="ehe_register.csv"):
    """Read and clean the folder's register."""
    declared, mapped = source(EHE_REGISTER), column_map(toml("column_maps/ehe_register.toml"))
    raw = read_register((folder / "ehe" / name).read_bytes(), source_file=name, column_map=mapped, source=declared)
    return clean_register(raw.table, source=declared, column_map=mapped)


def positions_found(folder, collection, form="census", previous=None):
    """Return the position of every finding made of returns and register, as the answer file names it.

    `previous` is the folder of the collection before, where it is known.
    """
    frames = clean_returns(read_returns(folder, collection, form), collection=collection)
    frames[EHE_REGISTER] = clean_ehe(folder)
    frames[CENSUS_LINKS] = link(frames[EHE_REGISTER], frames["pupils"], frames["addresses"]).frame
    if previous is not None:
        before = clean_returns(read_returns(previous, collection.previous()), collection=collection.previous())
        frames |= {PREVIOUS_PUPILS: before["pupils"], PREVIOUS_HEADER: before["schoolcensus"]}
    tables = Tables(collection, calendar_for(collection), frames)
    rules = (*rules_in_force(collection), *rules_in_force(collection, source="ehe"))
    found = findings_of(tables, rules, source_files=pd.Series(dtype="str"))
    text = found[list(POSITION)].astype("object").where(found[list(POSITION)].notna(), "").astype("str")
    return sorted(text.itertuples(index=False, name=None))


def answers(folder):
    """Return the answer file's rows."""
    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def positions_expected(folder, *, previous=False):
    """Return the position of every finding that the answer file expects, with or without the collection before."""
    held = (row for row in answers(folder) if previous or not row["needs"])
    return sorted(tuple(row[name] for name in POSITION) for row in held)
