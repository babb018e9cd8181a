"""The cells an agreement draws on, brought beside each person: `table.column` in a frame aligned with the people."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from schemas._data import rows
from schemas.contract import STRING
from schemas.model import PUPILS, all_tables
from schemas.sources.model import source
from transforms.extract.people import REGISTER, population
from transforms.extract.results import ExtractInputs

GIAS = "gias"
_PUPIL_KEY = ["laestab", "is_on_roll", "record"]


def reachable(origins: Iterable[str], name: str) -> list[str]:
    """Keep the origins that a population has: the census and GIAS for pupils, a source's own columns, other sources."""
    return [origin for origin in origins if _reaches(origin.partition(".")[0], name)]


def _reaches(table: str, name: str) -> bool:
    if table == name:
        return True
    beyond = {REGISTER} if name == PUPILS else {each.name for each in all_tables()} | {GIAS, REGISTER}
    return table not in beyond


def origin_cells(people: pd.DataFrame, origins: Iterable[str], inputs: ExtractInputs) -> pd.DataFrame:
    """Return the typed cells of the origins reachable from one population, in the people's order and index."""
    name = str(people["population"].iloc[0])
    wanted = reachable(dict.fromkeys(origins), name)
    cells = pd.DataFrame(index=people.index)
    for table in dict.fromkeys(origin.partition(".")[0] for origin in wanted):
        columns = [origin.partition(".")[2] for origin in wanted if origin.startswith(f"{table}.")]
        found = _beside(people, table, columns, inputs)
        cells = cells.join(found.set_axis([f"{table}.{column}" for column in columns], axis="columns"))
    return cells


def _beside(people: pd.DataFrame, table: str, columns: list[str], inputs: ExtractInputs) -> pd.DataFrame:
    held = _table(table, inputs)
    keys = _keys(table, people)
    own = list(dict.fromkeys([*keys, *columns]))
    if held is None:
        return pd.DataFrame(None, index=people.index, columns=columns, dtype=STRING)
    first = held[own].dropna(subset=keys).drop_duplicates(keys)
    found: pd.DataFrame = people[keys].merge(first, on=keys, how="left", validate="m:1")[columns]
    return found.set_index(people.index)


def _keys(table: str, people: pd.DataFrame) -> list[str]:
    levels = {each.name: each.level for each in all_tables()}
    if table in levels:
        return _PUPIL_KEY if levels[table] == "pupil" else ["laestab"]
    if table == GIAS:
        return ["laestab"]
    if table == people["population"].iloc[0]:
        return ["record"]
    return ["upn"] if people["population"].iloc[0] == PUPILS else ["child_id"]


def _table(table: str, inputs: ExtractInputs) -> pd.DataFrame | None:
    if table == GIAS:
        return None if inputs.gias is None else _open_schools(inputs.gias)
    if table in inputs.tables:
        return inputs.tables[table]
    return population(table, inputs)


def _open_schools(gias: pd.DataFrame) -> pd.DataFrame:
    """Keep the open schools whose LA and establishment number no other open school bears, with their LAEstab."""
    declared = source(GIAS).column("establishment_status_code")
    open_codes = [row["code"] for row in rows(f"code_sets/{declared.code_set}.csv") if row["open"] == "yes"]
    schools = gias[gias["establishment_status_code"].isin(open_codes)].dropna(
        subset=["la_code", "establishment_number"]
    )
    schools = schools.assign(laestab=schools["la_code"] + schools["establishment_number"].str.zfill(4))
    return schools[~schools.duplicated("laestab", keep=False)]
