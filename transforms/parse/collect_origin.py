"""Which school sent what, of a COLLECT export: a header for each, and the header table's columns on the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from schemas.model import HEADER, PUPILS
from schemas.received import Form, ReturnHeader
from schemas.written import date_written, datetime_written
from transforms.parse.collect_positions import KEPT, Positioned
from transforms.parse.collect_tables import FILE, UNREAD
from transforms.parse.returns import header_from

FORM: Form = "collect_csv"


def headers_of(tables: Mapping[str, pa.Table], rows: Mapping[str, Positioned]) -> tuple[ReturnHeader, ...]:
    """Return a header for each school, by number; a school without a header row states no collection."""
    stated = {row["laestab"]: row for row in tables[HEADER].to_pylist()} if HEADER in tables else {}
    return tuple(_header(laestab, stated.get(laestab, {}), file) for laestab, file in sorted(_files(rows).items()))


def with_origin(
    tables: Mapping[str, pa.Table],
    headers: Sequence[ReturnHeader],
    fingerprints: Mapping[str, str],
    rows: Mapping[str, Positioned],
) -> pa.Table:
    """Return the header table, one row a school, with file, fingerprint, form and counts."""
    schools = [header.laestab for header in headers]
    pupils = tables.get(PUPILS)
    on_roll = _count_by_school(pupils, roll=True)
    off_roll = _count_by_school(pupils, roll=False)
    unread = _unread_by_school(rows)
    origin = pa.table(
        {
            "laestab": pa.array(schools, pa.string()),
            "source_file": pa.array((header.source_file for header in headers), pa.string()),
            "sha256": pa.array((fingerprints[header.source_file] for header in headers), pa.string()),
            "form": pa.array([FORM] * len(schools), pa.string()),
            "records_on": pa.array((on_roll.get(school, 0) for school in schools), pa.int64()),
            "records_off": pa.array((off_roll.get(school, 0) for school in schools), pa.int64()),
            "unknown_tags": pa.array((unread.get(school, 0) for school in schools), pa.int64()),
        }
    )
    if HEADER not in tables:
        return origin
    return origin.join(tables[HEADER], keys="laestab", join_type="left outer").sort_by("laestab")


def _header(laestab: str, stated: Mapping[str, str | None], file: str) -> ReturnHeader:
    items = {name: (value or "").strip() for name, value in stated.items() if name != "laestab"}
    items = {name: value for name, value in items.items() if value}
    produced = datetime_written(items.get("datetime", ""))
    reference = date_written(items.get("referencedate", ""))
    items |= {"lea": laestab[:3], "estab": laestab[3:]}
    items |= {"datetime": produced.isoformat()} if produced else {}
    items |= {"referencedate": reference.isoformat()} if reference else {}
    return header_from(items, source_file=file, form=FORM)


def _files(rows: Mapping[str, Positioned]) -> dict[str, str]:
    """Return for each school the file that names it first: its header row's, else its school's, else its pupils'."""
    files: dict[str, str] = {}
    for place in rows.values():
        kept = pa.array(place.state == KEPT)
        named = zip(place.laestab.filter(kept).to_pylist(), place.rows[FILE].filter(kept).to_pylist(), strict=True)
        for laestab, file in dict.fromkeys(named):
            files.setdefault(laestab, file)
    return files


def _count_by_school(pupils: pa.Table | None, *, roll: bool) -> dict[str, int]:
    if pupils is None:
        return {}
    of_roll = pupils.filter(pc.equal(pupils["is_on_roll"], roll))
    counted = pc.value_counts(of_roll["laestab"])
    return dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))


def _unread_by_school(rows: Mapping[str, Positioned]) -> dict[str, int]:
    parts = [pa.table({"laestab": place.laestab, "unread": place.rows[UNREAD]}) for place in rows.values()]
    if not parts:
        return {}
    summed = pa.concat_tables(parts).group_by("laestab").aggregate([("unread", "sum")])
    return dict(zip(summed["laestab"].to_pylist(), summed["unread_sum"].to_pylist(), strict=True))
