"""The call of Splink: candidate pairs, the level of each item, match weight and probability.

Splink and DuckDB are imported here when there are candidates, and only then: that takes a second. DuckDB stays in
memory, without files, network or further threads than the data allows. Their errors may quote a value and never leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from schemas.errors import ContractBroken
from schemas.linkage import Comparison, Engine, Linkage, Search
from transforms.linkage.people import COMPARED, key_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEFT, RIGHT, WEIGHT, PROBABILITY = "left", "right", "weight", "probability"
_KEY = "key_{}"
_DECIMALS = 4  # of a match weight: sums of floats end alike on every machine


def candidates(sides: Sequence[pd.DataFrame], search: Search) -> tuple[pd.DataFrame, ...]:
    """Keep the rows that share a key with one of the other side, or of another person where there is one side only.

    The keys stand in columns of their own, null where nobody or too many share them.
    """
    keys = [_KEY.format(place) for place in range(len(search.blocking))]
    columns = dict(zip(keys, search.blocking, strict=True))
    keyed = [side.assign(**{key: key_values(side, of) for key, of in columns.items()}) for side in sides]
    for key in keys:
        persons = keyed[-1][[key, "person"]].dropna().drop_duplicates()[key].value_counts()
        least = 1 if len(keyed) > 1 else 2
        alike = persons.index[(persons >= least) & (persons <= search.most_alike)]
        for side in keyed:
            alike = alike.intersection(pd.Index(side[key].dropna().unique()))
        for side in keyed:
            side[key] = side[key].where(side[key].isin(alike))
    return tuple(side.loc[side[keys].notna().any(axis=1)] for side in keyed)


def scored(sides: Sequence[pd.DataFrame], search: Search, data: Linkage) -> pd.DataFrame:
    """Return the pairs at or above the review threshold, of two sides or within one (never within a person).

    One row per pair: `left` and `right` (index of the row on each side), weight, probability, level of each item.
    """
    sides = candidates(sides, search)
    if any(side.empty for side in sides):
        return _none(data)
    starts = np.cumsum([0, *(len(side) for side in sides)])
    tables = [_table(side, int(start)) for side, start in zip(sides, starts[:-1], strict=True)]
    found = _predicted(tables, search, data)
    one, other = found["row_l"].to_numpy(), found["row_r"].to_numpy()
    index = np.concatenate([side.index.to_numpy() for side in sides])
    ends = {LEFT: index[np.minimum(one, other)], RIGHT: index[np.maximum(one, other)]}
    levels = {each.item: _named(found[f"gamma_{each.item}"], each) for each in data.comparisons}
    weights = {WEIGHT: found["match_weight"].round(_DECIMALS), PROBABILITY: found["match_probability"]}
    pairs = pd.DataFrame({**ends, **weights, **levels})
    for item in search.never_without:
        pairs = pairs.loc[pairs[item].isin({*data.comparison(item).supporting, data.comparison(item).names[0]})]
    return pairs.sort_values([WEIGHT, LEFT, RIGHT], ascending=[False, True, True]).reset_index(drop=True)


def supported(pairs: pd.DataFrame, search: Search, data: Linkage) -> pd.Series:
    """Say which pairs have every item that an automatic link needs."""
    enough = pd.Series(data=True, index=pairs.index)
    for item in search.needs:
        enough &= pairs[item].isin(data.comparison(item).supporting)
    return enough


def _none(data: Linkage) -> pd.DataFrame:
    ends = {name: pd.Series(dtype="int64") for name in (LEFT, RIGHT)}
    weights = {name: pd.Series(dtype="float64") for name in (WEIGHT, PROBABILITY)}
    return pd.DataFrame({**ends, **weights, **{each.item: pd.Series(dtype="object") for each in data.comparisons}})


def _named(gamma: pd.Series, comparison: Comparison) -> np.ndarray[Any, Any]:
    """Return the names of levels; Splink counts them upwards from the last, and what is missing as -1."""
    names = np.array(comparison.names, dtype=object)
    number = gamma.to_numpy()
    return np.asarray(names[np.where(number < 0, 0, len(names) - 1 - number)])


def _table(side: pd.DataFrame, start: int) -> pa.Table:
    keys = [name for name in side.columns if name.startswith(_KEY.format(""))]
    columns = side[[*COMPARED, *keys, "person"]].assign(row=np.arange(start, start + len(side), dtype=np.int64))
    return pa.Table.from_pandas(columns, preserve_index=False)


def _predicted(tables: list[pa.Table], search: Search, data: Linkage) -> pd.DataFrame:
    """Run Splink; what it or DuckDB says of an error is not passed on.

    Raises:
        ContractBroken: naming the kind of error only.
    """
    import duckdb  # noqa: PLC0415  # with Splink a second of import
    from splink.internals.exceptions import SplinkException  # noqa: PLC0415

    try:
        with duckdb.connect(":memory:") as connection:
            _confine(connection, data.engine)
            found: pd.DataFrame = _pairs_of(connection, tables, search, data)
            return found
    except (duckdb.Error, SplinkException) as error:
        kind = type(error.__cause__ or error).__name__
    raise ContractBroken(
        f"Fuzzy linking failed in its database ({kind}); see `engine` and the levels' `sql` in linkage.toml."
    )


def _confine(connection: DuckDBPyConnection, engine: Engine) -> None:
    for setting in (
        f"threads = {engine.threads}",
        f"memory_limit = '{engine.memory}'",
        "temp_directory = ''",
        "enable_progress_bar = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")


def _pairs_of(connection: DuckDBPyConnection, tables: list[pa.Table], search: Search, data: Linkage) -> pd.DataFrame:
    from splink import DuckDBAPI, Linker, SettingsCreator  # noqa: PLC0415

    database = DuckDBAPI(connection)
    sides = [database.register(table, dataset_display_name=f"side_{place}") for place, table in enumerate(tables)]
    settings = SettingsCreator(
        link_type="link_only" if len(sides) > 1 else "dedupe_only",
        comparisons=[_comparison(each) for each in data.comparisons],
        blocking_rules_to_generate_predictions=[
            {"blocking_rule": _rule(place, within=len(sides) == 1)} for place in range(len(search.blocking))
        ],
        probability_two_random_records_match=search.prior,
        retain_matching_columns=True,  # with them come the levels
        retain_intermediate_calculation_columns=False,
        unique_id_column_name="row",
    )
    linker = Linker(sides, settings, log_level=None, validate_settings=False)
    pairs = linker.inference.predict(threshold_match_weight=search.review, warning_mode="never")
    levels = ", ".join(f"gamma_{each.item}" for each in data.comparisons)
    wanted = f"SELECT row_l, row_r, match_weight, match_probability, {levels} FROM {pairs.physical_name}"  # noqa: S608  # our names
    found: pd.DataFrame = connection.sql(wanted).to_df()
    return found


def _rule(place: int, *, within: bool) -> str:
    key = _KEY.format(place)
    return f"l.{key} = r.{key}" + (" and l.person <> r.person" if within else "")


def _comparison(comparison: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = []
    for level in comparison.levels:
        declared: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.name}
        if level.m is None:
            declared["is_null_level"] = True
        else:
            declared |= {"m_probability": level.m, "u_probability": level.u}
        levels.append(declared)
    return {"output_column_name": comparison.item, "comparison_levels": levels}
