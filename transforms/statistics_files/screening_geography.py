"""Screening of places: levels, their columns, and codes with their names.

Countries, regions and local authorities are held to DfE's tables; of local authorities only the combinations on which
the screener's table and a second source agree. For districts, wards, constituencies, partnerships, improvement areas
and devolved areas no table is held here, and an authority does not publish them: any row of such a level, and any such
place that is named, is a failure.
"""

from __future__ import annotations

from schemas.ees.reference import Level, levels, lists, local_authorities, places
from transforms.statistics_files.screening_pair import LEVEL, Pair
from transforms.statistics_files.screening_register import Breach, Screener, check, counted, named

COUNTRY, REGION, AUTHORITY = "National", "Regional", "Local authority"
_CODED_BY_OTHERS = ("Opportunity area", "MAT", "Sponsor")


def _present(pair: Pair) -> list[Level]:
    """Return the levels that have rows."""
    return [levels()[name] for name in pair.levels if name in levels()]


@check("geog_level")
def geog_level(pair: Pair) -> list[Breach]:
    """Refuse a geographic level that the standard does not know."""
    return counted([(LEVEL, sum(n for name, n in pair.levels.items() if name not in levels()))])


@check("geog_level_present")
def geog_level_present(pair: Pair) -> list[Breach]:
    """Ask for the columns of every level that has rows, planning areas apart (the platform ignores them)."""
    wanted = (name for level in _present(pair) if level.name != "Planning area" for name in level.columns)
    return named(name for name in wanted if name not in pair.data.columns)


def _outside(pairs: dict[tuple[str, ...], int], known: frozenset[tuple[str, ...]], *, code: int = 0) -> int:
    """Count the rows whose combination is not known; custom places (code z) pass."""
    custom = lists()["custom_code"]
    return sum(n for combination, n in pairs.items() if combination not in known and combination[code] != custom)


@check("geog_country_combos")
def geog_country_combos(pair: Pair) -> list[Breach]:
    """Hold code and name of every country to DfE's table, rows without a country (x) apart."""
    pairs = pair.combinations("country_code", "country_name")
    known = frozenset(
        {*places(COUNTRY), *((code, name) for code, name in pairs if code == lists()["not_available"]["code"])}
    )
    return counted([("country_code", _outside(pairs, known))])


@check("geog_region_combos")
def geog_region_combos(pair: Pair) -> list[Breach]:
    """Hold code and name of every region to DfE's table; in rows of other levels a blank or x may stand."""
    if not pair.has("region_code", "region_name"):
        return []
    absent = {"", lists()["not_available"]["code"]}
    pairs = pair.combinations("region_code", "region_name")
    free = frozenset((code, name) for code, name in pairs if code in absent)
    everywhere = _outside(pairs, places(REGION) | free)
    regional = pair.combinations("region_code", "region_name", level=REGION)
    own = _outside(regional, places(REGION)) - _outside(regional, places(REGION) | free)
    return counted([("region_code", everywhere + own)])


@check("geog_la_combos")
def geog_la_combos(pair: Pair) -> list[Breach]:
    """Hold old code, new code and name of every authority to the combinations on which the sources agree."""
    columns = ("old_la_code", "new_la_code", "la_name")
    if not pair.has(*columns):
        return []
    pairs = pair.combinations(*columns)
    absent = {"", lists()["not_available"]["code"]}
    free = frozenset(combination for combination in pairs if combination[1] in absent)
    return counted([("new_la_code", _outside(pairs, local_authorities() | free, code=1))])


def _unheld(name: str) -> Screener:
    """Make the check of a level of whose places no table is held: none may be named, and it may have no rows."""

    def screen(pair: Pair) -> list[Breach]:
        level = levels()[name]
        absent = {"", lists()["not_available"]["code"]}
        rows = pair.levels.get(name, 0)
        named_elsewhere = (
            (c, sum(n for text, n in pair.counts(c).items() if text not in absent))
            for c in pair.held([level.code_column])
        )
        return [*counted([(LEVEL, rows)]), *counted(named_elsewhere)]

    screen.__doc__ = f"Refuse rows and places of the level {name}, of which no table is held."
    return screen


for _id, _name in (
    ("geog_ward_combos", "Ward"),
    ("geog_pcon_combos", "Parliamentary constituency"),
    ("geog_lad_combos", "Local authority district"),
    ("geog_lep_combos", "Local enterprise partnership"),
    ("geog_lsip_combos", "Local skills improvement plan area"),
    ("geog_eda_combos", "English devolved area"),
):
    check(_id)(_unheld(_name))


@check("geog_level_completed")
def geog_level_completed(pair: Pair) -> list[Breach]:
    """Refuse blanks in the columns of a row's own level, save new_la_code (old authorities have none)."""
    judged = (
        (level.name, c)
        for level in _present(pair)
        if level.name != "Planning area"
        for c in pair.held(level.columns)
        if c != "new_la_code"
    )
    return counted((c, pair.having(c, [""], level=level)) for level, c in judged)


@check("geog_ignored_rows")
def geog_ignored_rows(pair: Pair) -> list[Breach]:
    """Refuse schools mixed with providers and files of ignored levels alone; doubt rows that would be ignored."""
    shown = pair.levels
    ignored = {
        name: count for name, count in shown.items() if name in levels() and levels()[name].in_table_tool != "yes"
    }
    alone = [name for name in shown if name in levels() and levels()[name].in_table_tool == "alone"]
    only_ignored = bool(shown) and all(name in levels() and levels()[name].in_table_tool == "no" for name in shown)
    if only_ignored or len(alone) > 1:
        return [Breach(LEVEL, sum(ignored.values()))]
    return [] if list(shown) == alone else counted([(LEVEL, sum(ignored.values()))], warning=True)


def _two_of(pair: Pair, *, of: int) -> list[Breach]:
    """Count places with two codes (of=1) or codes with two places (of=0) among levels that have no table of DfE's."""
    found = []
    for level in (levels()[name] for name in _CODED_BY_OTHERS):
        if level.name not in pair.levels or not pair.has(level.code_column, level.name_column):
            continue
        pairs = pair.combinations(level.code_column, level.name_column, level=level.name)
        given = [pair_[of] for pair_ in pairs if pair_[0]]
        found.append(((level.code_column, level.name_column)[of], len(given) - len(set(given))))
    return counted(found)


@check("geog_other_dupes")
def geog_other_dupes(pair: Pair) -> list[Breach]:
    """Refuse opportunity areas, trusts and sponsors with two codes."""
    return _two_of(pair, of=1)


@check("geog_other_code_dupes")
def geog_other_code_dupes(pair: Pair) -> list[Breach]:
    """Refuse codes of opportunity areas, trusts and sponsors that stand for two of them."""
    return _two_of(pair, of=0)


def _all_or_none(pair: Pair, level: str) -> list[Breach]:
    wanted = levels()[level].columns
    return named(name for name in wanted if pair.held(wanted) and name not in pair.data.columns)


@check("geog_la_col_present")
def geog_la_col_present(pair: Pair) -> list[Breach]:
    """Ask for all columns of authorities where one of them is there."""
    return _all_or_none(pair, AUTHORITY)


@check("geog_region_col_present")
def geog_region_col_present(pair: Pair) -> list[Breach]:
    """Ask for code and name of regions where one of them is there."""
    return _all_or_none(pair, REGION)


def _without_region(pair: Pair, level: str) -> list[Breach]:
    if level not in pair.levels:
        return []
    columns = levels()[REGION].columns
    absent = named(name for name in columns if name not in pair.data.columns)
    return [*absent, *counted((name, pair.having(name, [""], level=level)) for name in pair.held(columns))]


@check("geog_region_for_la")
def geog_region_for_la(pair: Pair) -> list[Breach]:
    """Doubt an authority without its region."""
    return _without_region(pair, AUTHORITY)


@check("geog_region_for_lad")
def geog_region_for_lad(pair: Pair) -> list[Breach]:
    """Doubt a district without its region."""
    return _without_region(pair, "Local authority district")


def _named_freely(pair: Pair) -> list[Level]:
    """Return the levels in the file whose codes and names no table of DfE's holds, and that the platform shows."""
    shown = (level for level in _present(pair) if level.lookup == "none" and level.in_table_tool != "no")
    return [level for level in shown if level.code_column and pair.has(level.code_column, level.name_column)]


@check("geog_na")
def geog_na(pair: Pair) -> list[Breach]:
    """Refuse the code x with another name than Not available."""
    code, name = lists()["not_available"]["code"], lists()["not_available"]["name"]
    pairs = (
        (level.name_column, pair.combinations(level.code_column, level.name_column)) for level in _named_freely(pair)
    )
    return counted((c, sum(n for (x, its), n in found.items() if x == code and its != name)) for c, found in pairs)


@check("geog_na_code")
def geog_na_code(pair: Pair) -> list[Breach]:
    """Refuse the name Not available with another code than x."""
    code, name = lists()["not_available"]["code"], lists()["not_available"]["name"]
    pairs = (
        (level.code_column, pair.combinations(level.code_column, level.name_column, level=level.name))
        for level in _named_freely(pair)
    )
    return counted((c, sum(n for (x, its), n in found.items() if x != code and its == name)) for c, found in pairs)


@check("geog_overcompleted_cols")
def geog_overcompleted_cols(pair: Pair) -> list[Breach]:
    """Refuse codes and names of places in rows of a level that has none, such as an authority in a regional row."""
    filter_names = set(lists()["names_that_may_be_filters"]) if len(pair.filters) == 1 else set()
    judged = (
        (c, row_level)
        for level in levels().values()
        for c in pair.held(level.columns)
        if not (c in filter_names and c in pair.filters_and_groups)
        for row_level in pair.levels
        if not level.may_be_filled(row_level)
    )
    return counted((c, _filled(pair, c, row_level)) for c, row_level in judged)


def _filled(pair: Pair, column: str, level: str) -> int:
    """Count the cells of a column that are filled in rows of one level."""
    return pair.levels[level] - pair.having(column, [""], level=level)
