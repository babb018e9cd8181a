"""Published rows written out by hand: what a dataset shows of one collection."""

import pandas as pd
import pyarrow

from schemas.collection import Collection
from schemas.contract import to_frame
from schemas.datasets import SCHOOL, dataset
from schemas.la_geography import geography_of
from schemas.statistics import SYMBOLS, filters_of, published_schema, symbol_of
from transforms.statistics_pages.values import Held

LA = "856"


def rows(dataset_id, collection, figures, *, schools=()):
    """Return rows of `figures`: a key (topic and item, or the filters' items) → figures in the indicators' order."""
    held, when = dataset(dataset_id), Collection.parse(collection)
    period, identifier = held.time_of(when)
    place = {"geographic_level": held.level, **geography_of(LA).columns()}
    made = []
    for number, (key, told) in enumerate(figures.items()):
        row = {"time_period": period, "time_identifier": identifier, "collection": collection, **place}
        row |= dict(zip(filters_of(held), key, strict=True))
        if held.level == SCHOOL:
            row |= dict(zip(("school_urn", "school_name", "school_laestab"), schools[number], strict=True))
        for each, figure in zip(held.indicator, told, strict=True):
            is_symbol = figure in SYMBOLS
            row |= {each.name: None if is_symbol else figure, symbol_of(each.name): figure if is_symbol else None}
        made.append(row)
    schema = published_schema(held)
    return to_frame(pyarrow.Table.from_pandas(pd.DataFrame(made, dtype=object)[schema.names], schema=schema))


def held(dataset_id, **terms):
    """Return a dataset with the rows of some collections, such as autumn_2025={…}."""
    pairs = []
    for name, figures in terms.items():
        term, year = name.split("_")
        pairs.append((Collection.parse(f"{year}-{term}"), rows(dataset_id, f"{year}-{term}", figures)))
    return Held(dataset(dataset_id), tuple(sorted(pairs, key=lambda pair: pair[0])))
