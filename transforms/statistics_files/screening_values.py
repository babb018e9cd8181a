"""Screening of values: rows, symbols, harmonised names and items, lengths, the data dictionary."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.ees.reference import (
    dictionary,
    ethnicities,
    ethnicity_groups,
    harmonised,
    levels,
    lists,
    observation_columns,
    symbols,
)
from transforms.statistics_files.screening_pair import LEVEL, Pair
from transforms.statistics_files.screening_register import Breach, check, counted, named


@check("general_dupes")
def general_dupes(pair: Pair) -> list[Breach]:
    """Refuse rows of one time, place and set of items; ignored levels are judged only in a file of their own."""
    alone = [n for n in pair.levels if n in levels() and levels()[n].in_table_tool == "alone"]
    left_out = [n for n, level in levels().items() if level.in_table_tool != "yes"]
    judged = (
        pair.data if list(pair.levels) == alone and len(alone) == 1 else pair.data.loc[~pair.data[LEVEL].isin(left_out)]
    )
    key = pair.held((*sorted(observation_columns()), *pair.filters_and_groups))
    return counted([("", int(judged.duplicated(list(key)).sum()))])


@check("general_null")
def general_null(pair: Pair) -> list[Breach]:
    """Refuse texts for null anywhere; doubt obsolete texts for no data in the data file."""
    nulls = symbols("null")
    in_meta = ((str(name), int(column.isin(nulls).sum())) for name, column in pair.meta.items())
    in_data = [(name, pair.having(name, nulls)) for name in pair.data.columns]
    doubtful = ((name, pair.having(name, symbols("doubtful"))) for name in pair.data.columns)
    return [*counted(in_data), *counted(in_meta, file="meta"), *counted(doubtful, warning=True)]


@check("ind_invalid_entry")
def ind_invalid_entry(pair: Pair) -> list[Breach]:
    """Refuse obsolete symbols in indicators."""
    return counted((name, pair.having(name, symbols("obsolete"))) for name in pair.held(pair.indicators))


@check("ind_blank")
def ind_blank(pair: Pair) -> list[Breach]:
    """Refuse blank cells of indicators; the screener lets them pass, and the platform shows nothing there."""
    blank = {name: [text for text in pair.counts(name) if not text.strip()] for name in pair.held(pair.indicators)}
    return counted((name, pair.having(name, texts)) for name, texts in blank.items())


@check("harmonised_variables")
def harmonised_variables(pair: Pair) -> list[Breach]:
    """Refuse a column on a harmonised subject under a name of one's own."""
    marks, names = harmonised()
    return named((c for c in pair.named if c not in names and any(mark in c.lower() for mark in marks)), file="meta")


@check("harmonised_eth_vals")
def harmonised_eth_vals(pair: Pair) -> list[Breach]:
    """Doubt ethnicities outside the harmonised standard; major and minor together where both are there."""
    columns = pair.held(("ethnicity_major", "ethnicity_minor"))
    if not columns:
        return []
    pairs = pair.combinations(*columns)
    if len(columns) > 1:
        known = ethnicities()
        return counted([(columns[-1], sum(n for items, n in pairs.items() if items not in known))])
    place = 0 if columns[0] == "ethnicity_major" else 1
    return _unknown(pair, columns[0], {each[place] for each in ethnicities()})


def _unknown(pair: Pair, column: str, known: Iterable[str]) -> list[Breach]:
    held = set(known)
    return counted([(column, pair.having(column, (text for text in pair.counts(column) if text not in held)))])


def _on_ethnicity(group: str) -> bool:
    return lists()["ethnicity_word"] in group.lower()


@check("harmonised_eth_char_grp")
def harmonised_eth_char_grp(pair: Pair) -> list[Breach]:
    """Refuse a characteristic group on ethnicity that does not hold a name of the standard."""
    if not pair.has("characteristic_group"):
        return []
    groups = (g for g in pair.counts("characteristic_group") if _on_ethnicity(g))
    odd = (g for g in groups if not any(name in g for name in ethnicity_groups()))
    return counted([("characteristic_group", pair.having("characteristic_group", odd))])


@check("harmonised_eth_char_vals")
def harmonised_eth_char_vals(pair: Pair) -> list[Breach]:
    """Doubt characteristics outside the harmonised standard where their group is on ethnicity."""
    if not pair.has("characteristic_group", "characteristic"):
        return []
    known = {item for each in ethnicities() for item in each}
    pairs = pair.combinations("characteristic_group", "characteristic")
    odd = sum(n for (group, item), n in pairs.items() if _on_ethnicity(group) and item not in known)
    return counted([("characteristic", odd)])


def _too_long(texts: Iterable[str], limit: str) -> int:
    most = lists()["limits"][limit]
    return sum(1 for text in texts if len(text) > most)


@check("api_char_col_name")
def api_char_col_name(pair: Pair) -> list[Breach]:
    """Doubt names of columns that are too long for the platform's interface."""
    return named(c for c in pair.data.columns if _too_long([c], "column_name"))


@check("api_char_col_label")
def api_char_col_label(pair: Pair) -> list[Breach]:
    """Doubt labels that are too long for the platform's interface."""
    return counted([("label", _too_long(pair.meta["label"], "column_label"))], file="meta")


@check("api_char_loc_code")
def api_char_loc_code(pair: Pair) -> list[Breach]:
    """Doubt codes of places that are too long for the platform's interface."""
    codes = pair.held(c for level in levels().values() for c in (level.code_column, level.second_code_column) if c)
    return counted((c, _too_long(pair.counts(c), "location_code")) for c in codes)


@check("api_char_filter_items")
def api_char_filter_items(pair: Pair) -> list[Breach]:
    """Doubt items and names of places that are too long for the platform's interface."""
    names = (level.name_column for level in levels().values())
    columns = pair.held((*pair.filters_and_groups, *names))
    return counted((c, _too_long(pair.counts(c), "column_item")) for c in columns)


def _described(pair: Pair) -> list[tuple[str, str]]:
    """Return (Filter or Indicator, column) of every name in the meta file; a group is of its filter's kind."""
    rows = zip(pair.meta["col_type"], pair.meta["col_name"], strict=True)
    return [*((kind, name) for kind, name in rows if name), *(("Filter", name) for name in pair.groups)]


@check("data_dict_col_name")
def data_dict_col_name(pair: Pair) -> list[Breach]:
    """Doubt columns that the data dictionary does not have."""
    return named(
        (name for kind, name in dict.fromkeys(_described(pair)) if (kind, name) not in dictionary()), file="meta"
    )


@check("data_dict_fil_item")
def data_dict_fil_item(pair: Pair) -> list[Breach]:
    """Doubt items that the data dictionary does not have for a filter that it has."""
    known = {
        name: dictionary()[kind, name]
        for kind, name in _described(pair)
        if kind == "Filter" and (kind, name) in dictionary()
    }
    return [b for name in pair.held(known) for b in _unknown(pair, name, known[name])]
