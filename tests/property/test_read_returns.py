"""Whatever a school writes, and however many rows it has, arrives as it was written; both readers agree."""

from collections import Counter
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from schemas.contract import HEADER_TYPES
from schemas.errors import Unreadable
from schemas.model import model_for
from tests.returns_made import AUTUMN, SPRING, collect_csv, csv_bytes, everything, header
from transforms.clean.returns import clean_table
from transforms.parse import xml_tags
from transforms.parse.collect_csv import read_collect_set
from transforms.parse.csv_text import read_text_csv
from transforms.parse.school_census_xml import read_xml_return
from transforms.parse.xml_layout import layout_for
from transforms.parse.xml_quick import read_quickly
from transforms.parse.xml_repair import read_with_care

CI = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
# What XML cannot hold (control characters, surrogates, two non-characters) is refused, not read.
CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
AWKWARD = st.sampled_from(
    [
        "NA",
        "None",
        "null",
        "NaN",
        "007",
        "1.0",
        " O\u2019Brien ",
        "Nuñez-Łukasz",
        "a > b",
        "]]",
        "&amp;",
        '"',
        "'",
        ",",
        "=1+1",
    ]
)
TEXTS = st.one_of(AWKWARD, st.text(CHARACTERS, min_size=1, max_size=12))
LAYOUT = layout_for(AUTUMN)


def _written(text, style):
    if style == "cdata" and "]]>" not in text:
        return f"<![CDATA[{text}]]>"
    if style == "references":
        return "".join(f"&#{ord(letter)};" for letter in text)
    return escape(text) if style == "escaped" else escape(text).replace("&gt;", ">").replace("]]>", "]]&gt;")


STYLES = st.sampled_from(["escaped", "escaped", "escaped", "bare", "cdata", "references"])


@st.composite
def rows_of(draw, place):
    """Draw one row of a place: some of its leaves, and rows of the places below it."""
    leaves = draw(st.lists(st.sampled_from(place.leaves), unique=True, max_size=4))
    cells = {leaf: (draw(TEXTS), draw(STYLES)) for leaf in leaves}
    below = [p for p in LAYOUT.repeated if p.parents and p.parents[-1] == place.key]
    chosen = draw(st.lists(st.sampled_from(below), unique=True, max_size=3)) if below else []
    return cells, {p: draw(st.lists(rows_of(p), max_size=2)) for p in chosen}


def _element(place, row, depth):
    """Write a row: leaves and the containers of its children as one tree below the row's element."""
    cells, below = row
    tree = {}
    for leaf, (text, style) in cells.items():
        _graft(tree, leaf.path[depth:], _written(text, style))
    for child, rows in below.items():
        inside = "".join(_element(child, each, len(child.path)) for each in rows)
        _graft(tree, (*child.path[depth:-1], "*" + child.table), inside)
    return f"<{place.path[-1]}>{_branches(tree)}</{place.path[-1]}>"


def _graft(tree, path, text):
    for tag in path[:-1]:
        tree = tree.setdefault(tag, {})
    tree[path[-1]] = text


def _branches(tree):
    parts = [
        inside if tag.startswith("*") else f"<{tag}>{inside if isinstance(inside, str) else _branches(inside)}</{tag}>"
        for tag, inside in tree.items()
    ]
    return "".join(parts)


def _expected(rows, found):
    """List the texts that each place should hold, row by row."""
    for place, row in rows:
        found.setdefault(place.key, []).append(
            {leaf.column: text for leaf, (text, _) in row[0].items() if text.strip()}
        )
        _expected([(child, each) for child, many in row[1].items() for each in many], found)
    return found


def _held(table, place):
    columns = [leaf.column for leaf in place.leaves]
    return _sorted_rows([{name: row[name] for name in columns if row[name]} for row in table.to_pylist()])


def _sorted_rows(rows):
    return sorted(sorted(row.items()) for row in rows)


PUPILS = {roll: LAYOUT.places[f"pupils|{roll}"] for roll in ("on", "off")}


@given(
    on=st.lists(rows_of(PUPILS["on"]), max_size=3),
    off=st.lists(rows_of(PUPILS["off"]), max_size=2),
    gap=st.sampled_from(["", "\n  ", "\r\n\t"]),
)
@CI
def test_every_row_and_text_arrives_in_both_readers(on, off, gap):
    rolls = [
        f"<{PUPILS[roll].path[-2]}>{gap}{gap.join(_element(PUPILS[roll], row, 4) for row in rows)}{gap}</{PUPILS[roll].path[-2]}>"
        for roll, rows in (("on", on), ("off", off))
    ]
    data = f"<Message>{header(AUTUMN)}{gap}<Pupils>{''.join(rolls)}</Pupils></Message>".encode()
    read = read_xml_return(data, source_file="a.xml", collection=AUTUMN)
    careful, notes = read_with_care(data.replace(b"\r\n", b"\n"), LAYOUT, source_file="a.xml")
    quick = read_quickly(data.replace(b"\r\n", b"\n"), LAYOUT)
    assert not [note for note in (*notes, *read.notes) if note.kind != "tag of the other roll"]
    expected = _expected([(PUPILS["on"], row) for row in on] + [(PUPILS["off"], row) for row in off], {})
    for place in LAYOUT.repeated:
        table = careful[place.key]
        assert _held(table, place) == _sorted_rows(expected.get(place.key, []))
        for name in ("record", "sub_record", "parent_record"):
            if name in table.column_names:
                assert quick[place.key][name].to_pylist() == table[name].to_pylist()
        for leaf in place.leaves:
            both = quick[place.key][leaf.column].to_pylist(), table[leaf.column].to_pylist()
            assert [text if (text or "").strip() else None for text in both[0]] == both[1], leaf
    assert read.rows_in == len(on) + len(off)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
@CI
def test_a_surname_comes_through_cleaning_as_it_was_written(texts):
    pupils = "".join(
        f"<PupilOnRoll><PupilIdentifiers><Surname>{escape(text)}</Surname></PupilIdentifiers></PupilOnRoll>"
        for text in texts
    )
    data = f"<Message>{header(SPRING)}<Pupils><PupilsOnRoll>{pupils}</PupilsOnRoll></Pupils></Message>".encode()
    texts_read = read_xml_return(data, source_file="a.xml", collection=SPRING).tables["pupils"]
    surnames = clean_table(texts_read, model_for(SPRING).tables["pupils"], collection=SPRING)["surname"]
    assert surnames.isna().tolist() == [not text.strip() for text in texts]
    assert surnames.dropna().tolist() == [text for text in texts if text.strip()]


@given(
    texts=st.lists(
        st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=12)),
        min_size=1,
        max_size=5,
    )
)
@CI
def test_a_csv_cell_arrives_as_it_was_written(texts):
    read = read_text_csv(
        csv_bytes(["key", "text"], [[number, text] for number, text in enumerate(texts)]), source_file="a.csv"
    )
    assert read.columns[1].to_pylist() == texts
    assert read.other_width.num_rows == 0


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
@CI
def test_a_surname_comes_through_a_collect_export(texts):
    rows = [{"id": number, "parent": 1, "surname": text} for number, text in enumerate(texts)]
    files = {
        "census.csv": collect_csv("schoolcensus", [{"id": 1, "lea": "823", "estab": "4321"}]),
        "pupils.csv": collect_csv("pupils", rows),
    }
    read = read_collect_set(files, collection=SPRING)
    assert read.tables["pupils"]["surname"].to_pylist() == texts


@given(
    data=st.lists(
        st.sampled_from(
            [
                "<a>",
                "</a>",
                "<b/>",
                "text",
                " ",
                "\n",
                ">",
                "é",
                '<c x="1">',
                "<!-- n -->",
                "<![CDATA[x]]>",
                "<!-- <a>1</a> -->",
            ]
        ),
        max_size=30,
    )
)
@CI
def test_both_ways_of_counting_tags_agree(data):
    text = "".join(data).encode()
    by_positions = xml_tags._by_positions(text)
    if by_positions is not None:
        assert Counter(by_positions) == Counter(xml_tags._TAG_WITH_TEXT.findall(text))


@st.composite
def upset(draw):
    """Draw a return in which some elements were moved or renamed, and say how many texts it holds."""
    root = etree.fromstring(everything(LAYOUT, pupils=2))
    inner = [element for element in root.iter() if "Header" not in {a.tag for a in element.iterancestors()}][1:]
    movable = [element for element in inner if element.tag not in {"Header", "School", "Pupils"}]
    for _ in range(draw(st.integers(1, 3))):
        moved, target = draw(st.sampled_from(movable)), draw(st.sampled_from(movable))
        if draw(st.booleans()):
            moved.tag = draw(
                st.sampled_from(["NewTag", "Gender", "SENtype", "Surname", "PupilOnRoll", "SessionDetail"])
            )
        elif moved is not target and moved not in target.iterancestors():
            target.append(moved)
    texts = sum(1 for element in root.iter() if (element.text or "").strip() and element.tag != "CBDSLevel")
    return etree.tostring(root), texts


def _read_or_refusal(data):
    try:
        return read_xml_return(data, source_file="a.xml", collection=AUTUMN)
    except Unreadable as refusal:
        return str(refusal)


@given(made=upset())
@settings(CI, max_examples=150)
def test_each_text_of_an_upset_return_is_in_a_table_or_in_a_note_or_the_file_is_refused(made):
    data, texts = made
    raw = _read_or_refusal(data)
    if isinstance(raw, str):
        assert "twice in" in raw
        return
    beside = {"known tag elsewhere", "tag of the other roll"}
    noted = sum(note.count for note in raw.notes if note.kind not in beside)
    ours = {"laestab", "is_on_roll", "record", "sub_record", "parent_record", *HEADER_TYPES}
    cells = [
        column
        for table in raw.tables.values()
        for name, column in zip(table.column_names, table.columns, strict=True)
        if name not in ours
    ]
    assert sum(len(column) - column.null_count for column in cells) + noted == texts
