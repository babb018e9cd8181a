"""A source's headers as councils write them → our columns; a column nobody knows is an error, not a loss."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from schemas.column_maps import ColumnMap, folded
from schemas.errors import Unreadable
from schemas.sources.model import Source, source

REGISTER = "ehe_register"
_MOST_NAMED = 12
_MOST_LETTERS = 40


def is_register(header: Sequence[str], column_map: ColumnMap | None = None) -> bool:
    """Say whether a header row is the home education register's: every column it must have is there."""
    return has_required(header, column_map or ColumnMap(source=REGISTER))


def has_required(header: Sequence[str], column_map: ColumnMap) -> bool:
    """Say whether a header row has every column that the source must have."""
    known = column_map.column_of()
    return set(source(column_map.source).required) <= {known.get(folded(name), "") for name in header}


def columns_of(header: Sequence[str], column_map: ColumnMap, *, source_file: str) -> tuple[str | None, ...]:
    """Return our column for each header, None for one that is left out on purpose.

    Raises:
        Unreadable: when columns are missing, unknown (with the nearest known names) or there twice.
    """
    declared = source(column_map.source)
    known = column_map.column_of()
    ignored = {folded(name) for name in column_map.ignored}
    found = [None if folded(name) in ignored else known.get(folded(name)) for name in header]
    _hold_to_required(found, declared, source_file)
    unknown = [
        name
        for name, column in zip(header, found, strict=True)
        if column is None and folded(name) not in ignored and name.strip()
    ]
    if unknown and declared.further_columns == "refused":
        raise Unreadable(_what_is_unknown(unknown, column_map, source_file))
    named = [column for column in found if column is not None]
    if twice := sorted({column for column in named if named.count(column) > 1}):
        raise Unreadable(
            f"{source_file} has two columns each for {', '.join(twice)}; remove one, or mend the column map."
        )
    return tuple(found)


def no_header(source_file: str, declared: Source, *, at: int | None) -> Unreadable:
    """Return the refusal of a file whose first row is no header; `at` is the row that is, if one is."""
    if at is not None:
        return Unreadable(f"{source_file} has its header in row {at}; delete the rows above it.")
    return Unreadable(
        f"{source_file} is no {declared.title.lower()}: its first row is not the header of one; "
        "add the header row, or name its columns in the column map."
    )


def _hold_to_required(found: Sequence[str | None], declared: Source, source_file: str) -> None:
    """Refuse a header without the columns it must have; only where some are there is it a header at all."""
    missing = [name for name in declared.required if name not in found]
    if not missing:
        return
    if len(missing) == len(declared.required):
        raise no_header(source_file, declared, at=None)
    raise Unreadable(
        f"{source_file} has no column for {', '.join(missing)}; add it, or name its header in the column map."
    )


def _what_is_unknown(unknown: Sequence[str], column_map: ColumnMap, source_file: str) -> str:
    """Name the unknown headers: by now the row is known to be a header, so no name in it is a person's."""
    columns = column_map.column_of()
    listed = [f"{_shown(name)}{_nearest(name, columns)}" for name in unknown[:_MOST_NAMED]]
    further = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
    return (
        f"{source_file} has columns that nobody has mapped: {', '.join(listed)}{further}; "
        "name them in the column map, under headers or ignored."
    )


def _nearest(name: str, columns: dict[str, str]) -> str:
    near = difflib.get_close_matches(folded(name), columns, n=2, cutoff=0.5)
    names = list(dict.fromkeys(columns[match] for match in near))
    return f" (nearest: {' or '.join(names)})" if names else ""


def _shown(name: str) -> str:
    plain = " ".join(name.split())
    return f'"{plain[:_MOST_LETTERS]}…"' if len(plain) > _MOST_LETTERS else f'"{plain}"'
