"""The tree of a return's elements, built from the model's paths: which element holds which field or table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from schemas import _data
from schemas.collection import Collection
from schemas.model import Field, Model, Roll, model_for


@dataclass
class Node:
    """One element: a field's leaf, a row of a table, or a container of other elements."""

    tag: str
    depth: int = 0
    leaf: Field | None = None
    rows: tuple[str, Roll] | None = None
    children: dict[str, Node] = field(default_factory=dict)

    def at(self, path: str) -> Node:
        """Return the element at a relative path, made where it is not there yet."""
        node = self
        for tag in path.split("/"):
            node = node.children.setdefault(tag, Node(tag, node.depth + 1))
        return node

    @property
    def opening(self) -> str:
        """Return the opening tag, indented by its depth."""
        return f"{' ' * self.depth}<{self.tag}>"


@cache
def tree_for(collection: Collection) -> Node:
    """Return the tree of one collection's return, elements in the order of DfE's structure."""
    top = Node("", -1)
    for table, roll in _filled(model_for(collection)):
        definition = model_for(collection).tables[table].definition
        row = top.at(definition.xml_row(roll).strip("/"))
        row.rows = (table, roll)
        for held in model_for(collection).tables[table].held(roll, collection):
            if held.xml_path == ".":
                row.leaf = held
            elif held.xml_path:
                row.at(held.xml_path).leaf = held
    (root,) = top.children.values()
    _order(root, "", _ranks())
    return root


def _filled(model: Model) -> Iterator[tuple[str, Roll]]:
    for name, table in model.tables.items():
        for roll in table.definition.rolls():
            if table.held(roll, model.collection):
                yield name, roll


@cache
def _ranks() -> dict[str, int]:
    return {row["path"]: place for place, row in enumerate(_data.rows("synthetic/element_order.csv"))}


def _order(node: Node, path: str, ranks: dict[str, int]) -> None:
    """Put children in DfE's order; what `element_order.csv` does not name follows in the model's order."""
    within = "*" if node.rows is not None and node.rows[0] == "pupils" else path
    names = list(node.children)
    last = len(ranks)
    ordered = sorted(names, key=lambda tag: ranks.get(f"{within}/{tag}".lstrip("/"), last))
    node.children = {tag: node.children[tag] for tag in ordered}
    for tag, child in node.children.items():
        _order(child, f"{within}/{tag}".lstrip("/"), ranks)


def path_in_row(field_: Field) -> str:
    """Return the path of a field's element from its row element; empty where the row element itself holds the value."""
    return "" if field_.xml_path == "." else field_.xml_path
