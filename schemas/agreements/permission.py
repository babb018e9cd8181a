"""May this agreement release anything on this day: `check_` raises, `may_` answers, from one list of reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from schemas import _data
from schemas.agreements.model import Agreement
from schemas.collection import Collection
from schemas.errors import AgreementRefused
from schemas.spans import Span

HOME = frozenset({"UK"})


def check_may_release(
    agreement: Agreement, *, on: date, sample_allowed: bool, told_territory: frozenset[str] = HOME
) -> None:
    """Hold an agreement to everything that must be so before a byte is written under it.

    Raises:
        AgreementRefused: with the first reason against, and what to do.
    """
    for reason in reasons_against(agreement, on=on, sample_allowed=sample_allowed, told_territory=told_territory):
        raise AgreementRefused(
            f"{agreement.id} {agreement.version} ({agreement.title}): {reason}; nothing was written."
        )


def may_release(agreement: Agreement, *, on: date, sample_allowed: bool, told_territory: frozenset[str] = HOME) -> bool:
    """Say whether an agreement may release on a day."""
    against = reasons_against(agreement, on=on, sample_allowed=sample_allowed, told_territory=told_territory)
    return next(against, None) is None


def reasons_against(
    agreement: Agreement, *, on: date, sample_allowed: bool, told_territory: frozenset[str] = HOME
) -> Iterator[str]:
    """Give every reason against a release on a day."""
    if agreement.sample and not sample_allowed:
        yield "it is a shipped sample; sign your own, or pass --sample-agreements to see what it would write"
    if not set(agreement.territory) <= told_territory:
        yield "its territory goes beyond what your notice tells people; list the exception in the notice or narrow it"
    for reason in (_status, _days, _basis, _told, _assessed):
        if said := reason(agreement, on):
            yield said


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _status(agreement: Agreement, _on: date) -> str:
    if agreement.status == "in force":
        return ""
    return f"its status is {agreement.status!r}; only an agreement in force releases"


def _days(agreement: Agreement, on: date) -> str:
    if on < agreement.signed:
        return f"it is signed as of {_written(agreement.signed)}, after the day of this release; wait, or pass --on"
    if on > agreement.expires:
        return f"it ended on {_written(agreement.expires)}; renew it and raise its version"
    return ""


def _basis(agreement: Agreement, _on: date) -> str:
    gateway = agreement.legal_gateway
    if not gateway.power.strip() or not gateway.bases:
        return "its legal_gateway names no power; the information governance lead must supply it"
    if agreement.identifies and not gateway.uk_gdpr:
        return "its legal_gateway.uk_gdpr is empty though its files are about people; supply the article"
    return ""


def _told(agreement: Agreement, on: date) -> str:
    if not agreement.identifies:
        return ""
    if agreement.subjects_told is None:
        return "subjects_told is not set: tell the people it is about, then record the day"
    if agreement.subjects_told > on:
        return "subjects_told lies after the day of this release; wait, or correct it"
    return ""


def _assessed(agreement: Agreement, _on: date) -> str:
    if agreement.assessment.answered:
        return ""
    return "its assessment leaves a question open: who asks, for what, how sensitive, how stored"


def check_bases_in_force(agreement: Agreement, collection: Collection) -> None:
    """Refuse an agreement that rests on a law no longer, or not yet, in force for a collection.

    Raises:
        AgreementRefused: naming the basis and its successor.
    """
    for row in _data.rows("legal_bases.csv"):
        if row["code"] in agreement.legal_gateway.bases and not Span.parse(row["first"], row["last"]).holds(collection):
            after = f"; its successor is {row['successor']}" if row["successor"] else ""
            raise AgreementRefused(
                f"{agreement.id}: legal basis {row['code']} is not in force for {collection}{after}; "
                "correct legal_gateway.bases, nothing was written."
            )


def warnings_of(agreement: Agreement, *, on: date) -> tuple[str, ...]:
    """Say what someone should soon look at, though it stops nothing."""
    said: list[str] = []
    if agreement.status == "in force" and agreement.review <= on <= agreement.expires:
        said.append(f"{agreement.id}: review was due on {_written(agreement.review)}")
    if agreement.legal_gateway.label == "unverified":
        said.append(f"{agreement.id}: the text of its legal gateway is unverified")
    return tuple(said)
