"""A tiny data file with its meta file that passes every screening check, and small edits of it."""

import io

import pandas as pd

from transforms.statistics_files.screening_pair import Pair

DATA = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,breakdown_topic,breakdown,pupil_count,pupil_percent
202526,Autumn term,Local authority,E92000001,England,E12000004,East Midlands,856,E06000016,Leicester,Total,Total,30,100
202526,Autumn term,Local authority,E92000001,England,E12000004,East Midlands,856,E06000016,Leicester,Sex,Female,20,67
202526,Autumn term,Local authority,E92000001,England,E12000004,East Midlands,856,E06000016,Leicester,Sex,Male,c,c
202526,Spring term,Local authority,E92000001,England,E12000004,East Midlands,856,E06000016,Leicester,Total,Total,31,100
"""
META = """\
col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,filter_grouping_column
breakdown_topic,Filter,Topic,,,,,
breakdown,Filter,Pupils by characteristics,,,,,breakdown_topic
pupil_count,Indicator,Number of pupils,,,0,,
pupil_percent,Indicator,Percentage of pupils,,%,0,,
"""
PLACE = ("region_code", "region_name", "old_la_code", "new_la_code", "la_name")


def frame(text):
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)


def pair(*edits):
    """Make the pair and change it; an edit takes and returns the keywords of a Pair."""
    told = {"data_name": "pupils.csv", "meta_name": "pupils.meta.csv", "data": frame(DATA), "meta": frame(META)}
    for edit in edits:
        told |= edit(told)
    return Pair(**told)


def names(data, meta):
    return lambda told: {"data_name": data, "meta_name": meta}


def cell(column, value, row=0, *, file="data"):
    def edit(told):
        changed = told[file].copy()
        changed.loc[row, column] = value
        return {file: changed}

    return edit


def column(name, *values, file="data"):
    """Give a column one value throughout, or one a row; a new one is put last."""
    return lambda told: {
        file: told[file].assign(**{name: values[0] if len(values) == 1 else list(values)}).astype("str")
    }


def without(*columns, file="data"):
    return lambda told: {file: told[file].drop(columns=list(columns))}


def rename(old, new, file="data"):
    return lambda told: {file: told[file].rename(columns={old: new})}


def meta_cell(name, of, value):
    """Change what the meta file says of one column."""
    return lambda told: {
        "meta": told["meta"].assign(**{name: told["meta"][name].mask(told["meta"]["col_name"] == of, value)})
    }


def meta_row(col_name, col_type="Filter", label="", **more):
    def edit(told):
        row = dict.fromkeys(told["meta"].columns, "") | {"col_name": col_name, "col_type": col_type} | more
        row["label"] = label or f"Label of {col_name}"
        return {"meta": pd.concat([told["meta"], pd.DataFrame([row])], ignore_index=True).astype("str")}

    return edit


def renamed_everywhere(old, new):
    """Rename a column in both files."""

    def edit(told):
        meta = told["meta"].assign(
            col_name=told["meta"]["col_name"].replace(old, new),
            filter_grouping_column=told["meta"]["filter_grouping_column"].replace(old, new),
        )
        return {"data": told["data"].rename(columns={old: new}), "meta": meta}

    return edit


def filled(**columns):
    """Give several columns one value each throughout."""
    return lambda told: {"data": told["data"].assign(**columns).astype("str")}


def of_level(level, **columns):
    """Make every row one of another level: the columns of authorities and regions go, others come."""

    def edit(told):
        changed = told["data"].drop(columns=list(PLACE)).assign(geographic_level=level, **columns)
        return {"data": changed.astype("str")}

    return edit


def twice(row=0):
    return lambda told: {"data": pd.concat([told["data"], told["data"].loc[[row]]], ignore_index=True)}
