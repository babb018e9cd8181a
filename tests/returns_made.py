"""Small census returns for reading tests: XML put together from elements, COLLECT exports from rows. All invented."""

import csv
import io
from xml.sax.saxutils import escape

from schemas.collection import Collection
from schemas.model import model_for

SPRING = Collection.parse("2026-spring")
AUTUMN = Collection.parse("2025-autumn")
_PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


def el(name, *children, **leaves):
    """Write an element: children are elements already written, leaves are tag=text."""
    inside = "".join(children) + "".join(leaf(tag, text) for tag, text in leaves.items())
    return f"<{name}>{inside}</{name}>"


def leaf(tag, text):
    """Write one leaf with its text escaped."""
    return f"<{tag}>{escape(text)}</{tag}>"


def header(collection=SPRING, **changed):
    """Write the header; an item given as None is left out."""
    about = {
        "Collection": "SC",
        "Term": collection.census_term,
        "Year": str(collection.year),
        "ReferenceDate": "2026-01-15",
    }
    source = {"SourceLevel": "S", "LEA": "823", "Estab": "4321", "SoftwareCode": "Invented MIS", "SerialNo": "001"}
    source |= {"DateTime": "2026-01-15T14:30:00"}
    about |= {tag: text for tag, text in changed.items() if tag in about}
    source |= {tag: text for tag, text in changed.items() if tag not in about}
    parts = [
        el(name, **{t: x for t, x in items.items() if x is not None})
        for name, items in (("CollectionDetails", about), ("Source", source))
    ]
    return el(
        "Header", *parts, el("Content", el("CBDSLevels", leaf("CBDSLevel", "School"), leaf("CBDSLevel", "Pupil")))
    )


def pupil(*more, on_roll=True, identifiers="", **leaves):
    """Write a pupil: leaves go into PupilIdentifiers, `more` are further blocks."""
    return el("PupilOnRoll" if on_roll else "PupilNoLongerOnRoll", el("PupilIdentifiers", identifiers, **leaves), *more)


def message(*on_roll, off_roll=(), school="", collection=SPRING, prologue=_PROLOGUE, **changed):
    """Write a whole return as UTF-8 bytes."""
    parts = [el("PupilsOnRoll", *on_roll)]
    if off_roll:
        parts.append(el("PupilsNoLongerOnRoll", *off_roll))
    body = el("Message", header(collection, **changed), el("School", school), el("Pupils", *parts))
    return (prologue + body).encode()


def sessions(block, **codes):
    """Write an attendance block with a count for each code."""
    details = [el("SessionDetail", AttendanceReason=code, Sessions=str(count)) for code, count in codes.items()]
    return el("Attendance", el(block, el("SessionDetails", *details)))


def everything(layout, *, pupils=1):
    """Write a return that holds every leaf of a layout, its text the name of its column, and the texts expected."""
    root = _Branch("Message")
    for place in layout.places.values():
        for part in place.leaves:
            root.grow(part.path, text_of(place, part))
    written = root.written()
    for name in ("PupilOnRoll", "PupilNoLongerOnRoll"):
        begin, end = written.find(f"<{name}>"), written.find(f"</{name}>") + len(name) + 3
        written = written[:begin] + written[begin:end] * pupils + written[end:]
    return (_PROLOGUE + written).encode()


def text_of(place, part):
    """Return the text that stands for a leaf; the header's own items must be right for a file to be read."""
    stated = {"collection": "SC", "lea": "823", "estab": "4321", "serialno": "7"}
    return (
        stated.get(part.column, f"{place.table}.{part.column}")
        if place.table == "schoolcensus"
        else f"{place.table}.{part.column}"
    )


class _Branch:
    def __init__(self, tag):
        self.tag, self.below, self.text = tag, {}, ""

    def grow(self, path, text):
        branch = self
        for tag in path[1:]:
            branch = branch.below.setdefault(tag, _Branch(tag))
        branch.text = text

    def written(self):
        return (
            f"<{self.tag}>{escape(self.text)}{''.join(branch.written() for branch in self.below.values())}</{self.tag}>"
        )


def csv_bytes(columns, rows):
    """Write a CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def collect_csv(table, rows, *, roll="on", collection=SPRING, native="8234321", extra=(), without=()):
    """Write one COLLECT table: each row is a dict with `id`, `parent` and fields; other cells are empty."""
    resolved = model_for(collection).tables[table]
    name = resolved.definition.collect_name(roll, collection.term)
    parent = _parent_name(resolved, roll, collection)
    fields = [f.column for f in resolved.held(roll, collection) if f.column not in without]
    columns = [
        f"{name}tableid",
        "NativeId",
        f"{name}orderseqcolumn",
        "sourceid",
        *([f"{parent}tableid"] if parent else []),
        *fields,
        *extra,
    ]
    cells = []
    for order, row in enumerate(rows, start=1):
        start = [row["id"], row.get("native", native), order, 1, *([row["parent"]] if parent else [])]
        cells.append([*start, *(row.get(column, "") for column in (*fields, *extra))])
    return csv_bytes(columns, cells)


def _parent_name(resolved, roll, collection):
    tables = model_for(collection).tables
    if not resolved.definition.parent:
        return ""
    parent = tables[resolved.definition.parent].definition
    return parent.collect_name(roll if parent.xml_off else "on", collection.term)
