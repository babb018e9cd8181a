"""A sharing agreement: one TOML file, read strictly; what it does not list does not leave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from datetime import date
from string import Formatter
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from schemas import _data
from schemas.agreements.parts import (
    AgreedField,
    Assessment,
    Delivery,
    DisclosureLevel,
    Items,
    LegalGateway,
    Objections,
    Part,
    People,
    Release,
    Rows,
)
from schemas.errors import AgreementRefused
from schemas.layouts.model import layout, layout_ids

FOLDER = "agreements"
#: Keys that each kind of extract needs, and those that mean nothing in it.
_NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "people": (("people", "fields"), ("items", "release")),
    "census return": (("items",), ("people", "fields")),
    "ehe return": (("items", "fields"), ("people", "release")),
    "statistics": (("items",), ("people", "fields", "release")),
}


#: What a file name may be made of, by kind of extract.
_PLACEHOLDERS: dict[str, frozenset[str]] = {
    "people": frozenset({"la", "collection", "day", "laestab", "part"}),
    "census return": frozenset({"la", "estab", "number", "yy", "serial"}),
    "ehe return": frozenset({"la", "collection"}),
    "statistics": frozenset({"name"}),
}


class Agreement(Part):
    """One sharing agreement in one version."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    extract: Literal["people", "census return", "ehe return", "statistics"]
    recipient: str
    controller: str = Field(min_length=1)
    role: Literal["controller", "joint", "processor"]
    contract_reference: str = ""
    purposes: tuple[str, ...] = Field(min_length=1)
    automated: bool = False
    status: Literal["draft", "in force", "suspended", "ended"]
    sample: bool = False
    signed: date
    review: date
    expires: date
    subjects_told: date | None = None
    territory: tuple[str, ...] = ("UK",)
    onward_use: str = ""
    legal_gateway: LegalGateway
    assessment: Assessment
    disclosure: DisclosureLevel
    people: tuple[People, ...] = ()
    rows: Rows = Rows()
    objections: Objections = Objections()
    fields: tuple[AgreedField, ...] = Field(default=(), alias="field")
    items: tuple[Items, ...] = ()
    release: Release | None = None
    delivery: Delivery

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the agreed columns in the agreed order."""
        return tuple(field.name for field in self.fields)

    @property
    def statutory(self) -> bool:
        """Say whether every purpose is a statutory one, on which objections and protections do not act."""
        exempt = {row["code"] for row in _data.rows("purposes.csv") if row["objections"] == "not applicable"}
        return set(self.purposes) <= exempt

    @property
    def identifies(self) -> bool:
        """Say whether the files hold rows about people."""
        return self.disclosure.level != "aggregate"

    @property
    def needs_sign_off(self) -> bool:
        """Say whether a school goes only without unresolved findings; so it is for census returns, unless stated."""
        return self.extract == "census return" and (self.release is None or self.release.sign_off)

    @property
    def objection_purposes(self) -> tuple[str, ...]:
        """Return the purposes an objection to which acts on this agreement."""
        return () if self.statutory else (self.objections.to or self.purposes)

    @model_validator(mode="after")
    def _names_only_what_is_listed(self) -> Self:
        for key, file, used in (
            ("recipient", "recipients.csv", (self.recipient,)),
            ("purposes", "purposes.csv", self.purposes),
            ("objections.to", "purposes.csv", self.objections.to),
            ("legal_gateway.bases", "legal_bases.csv", self.legal_gateway.bases),
        ):
            _refuse_strangers(key, used, {row["code"] for row in _data.rows(file)}, f"schemas/{file}")
        _refuse_strangers("field.form", (field.form for field in self.fields), known_forms(), "schemas/forms.csv")
        maps = {name.removesuffix(".csv") for name in _data.names("code_maps", ".csv")} | {""}
        _refuse_strangers("field.code_map", (field.code_map for field in self.fields), maps, "schemas/code_maps")
        _refuse_strangers("objections.keep", self.objections.keep, set(self.columns), "the agreement's own fields")
        populations = {people.source for people in self.people}
        fixed = (population for field in self.fields for population in field.fixed)
        _refuse_strangers("field.fixed", fixed, populations, "the agreement's own people")
        return self

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        needed, senseless = _NEEDS[self.extract]
        if missing := [key for key in needed if not getattr(self, key)]:
            raise ValueError(f"an extract of kind {self.extract!r} needs {', '.join(missing)}")
        if surplus := [key for key in senseless if getattr(self, key)]:
            raise ValueError(f"an extract of kind {self.extract!r} has no {', '.join(surplus)}")
        if self.identifies != (self.extract in ("people", "census return")):
            raise ValueError(f"disclosure.level {self.disclosure.level!r} does not fit kind {self.extract!r}")
        if len(set(self.columns)) != len(self.columns):
            raise ValueError("field: a column name stands twice")
        return self

    @model_validator(mode="after")
    def _dates_and_role_hold_together(self) -> Self:
        if not self.signed <= self.review <= self.expires:
            raise ValueError("signed, review and expires must follow each other")
        if self.role == "processor" and not self.contract_reference:
            raise ValueError("role 'processor' needs a contract_reference")
        return self

    @model_validator(mode="after")
    def _names_its_files_apart(self) -> Self:
        name = self.delivery.file_name
        if "/" in name or "\\" in name:
            raise ValueError("delivery.file_name: a file name holds no folder")
        used = {field for _, field, _, _ in Formatter().parse(name) if field is not None}
        _refuse_strangers(
            "delivery.file_name", used, _PLACEHOLDERS[self.extract], f"the parts of a {self.extract} name"
        )
        needed = {"laestab"} if self.extract == "people" and self.delivery.one_file_per == "school" else set()
        needed |= {"part"} if self.delivery.max_rows else set()
        needed |= {"estab", "serial"} if self.extract == "census return" else set()
        needed |= {"name"} if self.extract == "statistics" else set()
        if missing := sorted(needed - used):
            raise ValueError(f"delivery.file_name: without {', '.join(missing)} one file would take another's place")
        return self

    @model_validator(mode="after")
    def _keeps_to_the_recipients_layout(self) -> Self:
        if not self.delivery.layout:
            return self
        _refuse_strangers("delivery.layout", (self.delivery.layout,), set(layout_ids()), "schemas/layouts")
        template = layout(self.delivery.layout)
        if not template.columns:
            return self
        _refuse_strangers("field.name", self.columns, set(template.columns), f"layout {template.id}")
        if missing := [name for name in template.required if name not in self.columns]:
            raise ValueError(f"field: layout {template.id} requires {', '.join(missing)}")
        if list(self.columns) != [name for name in template.columns if name in self.columns]:
            raise ValueError(f"field: the order is not that of layout {template.id}")
        if template.max_rows and (self.delivery.max_rows or template.max_rows + 1) > template.max_rows:
            raise ValueError(f"delivery.max_rows: layout {template.id} takes at most {template.max_rows} rows a file")
        return self


def _refuse_strangers(key: str, used: Iterable[str], known: Set[str], where: str) -> None:
    if strangers := sorted(set(used) - known):
        raise ValueError(f"{key}: {', '.join(strangers)} not in {where}")


def known_forms() -> set[str]:
    """Return the forms that a field may take."""
    return {row["form"] for row in _data.rows("forms.csv")}


def load_agreement(toml: Mapping[str, Any], *, file: str) -> Agreement:
    """Read one agreement from its TOML.

    Raises:
        AgreementRefused: naming the file and the key that is unknown, missing or wrong.
    """
    text = json.dumps(toml, default=_iso)  # JSON mode keeps strictness and still reads lists and dates
    try:
        return Agreement.model_validate_json(text)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        first = faults[0]
        key = ".".join(str(part) for part in first["loc"]) or "the file as a whole"
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        reason = first["msg"].removeprefix("Value error, ")
        raise AgreementRefused(
            f"Agreement file {file}: {key}: {reason}{more}; correct the file, nothing was written."
        ) from error


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a TOML value of type {type(value).__name__} has no place in an agreement")


def shipped_agreements() -> tuple[Agreement, ...]:
    """Return the sample agreements of the package, sorted by id."""
    files = _data.names(FOLDER, ".toml")
    return tuple(load_agreement(_data.toml(f"{FOLDER}/{name}"), file=f"schemas/{FOLDER}/{name}") for name in files)
