"""Nothing leaves under an agreement that is not in force, signed, current, grounded and told to those it is about."""

from datetime import date
from itertools import product

import pytest

from schemas.agreements.permission import (
    check_bases_in_force,
    check_may_release,
    may_release,
    reasons_against,
    warnings_of,
)
from schemas.collection import Collection
from schemas.errors import AgreementRefused
from tests.extract_samples import agreement, sample

DAY = date(2026, 2, 2)


def gateway(**changes):
    return {**sample("nhs-immunisation")["legal_gateway"], **changes}


def allowed(on=DAY, sample_allowed=True, **changes):
    made = agreement(**changes)
    return may_release(made, on=on, sample_allowed=sample_allowed)


@pytest.mark.parametrize(
    ("status", "is_sample", "sample_allowed", "day"),
    list(
        product(
            ("draft", "in force", "suspended", "ended"),
            (True, False),
            (True, False),
            (date(2024, 8, 31), date(2024, 9, 1), date(2027, 8, 31), date(2027, 9, 1)),
        )
    ),
)
def test_only_the_whole_of_status_days_and_sample_lets_an_agreement_release(status, is_sample, sample_allowed, day):
    expected = (
        status == "in force" and (sample_allowed or not is_sample) and date(2024, 9, 1) <= day <= date(2027, 8, 31)
    )
    assert allowed(on=day, status=status, sample=is_sample, sample_allowed=sample_allowed) is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"legal_gateway": gateway(power="")},
        {"legal_gateway": gateway(bases=[])},
        {"legal_gateway": gateway(uk_gdpr=[])},
        {"subjects_told": None},
        {"subjects_told": date(2026, 2, 3)},
        {"assessment": {"who_asks": "a", "for_what": "b", "how_sensitive": "c"}},
        {"territory": ["UK", "France"]},
    ],
    ids=["no power", "no basis", "no article", "nobody told", "told later", "open question", "abroad"],
)
def test_a_missing_ground_refuses(changes):
    toml_changes = {key: value for key, value in changes.items() if value is not None}
    if "subjects_told" in changes and changes["subjects_told"] is None:
        made = agreement().model_copy(update={"subjects_told": None})
        assert not may_release(made, on=DAY, sample_allowed=True)
        return
    assert not allowed(**toml_changes)


def test_a_territory_that_the_notice_tells_people_of_is_no_obstacle():
    made = agreement(territory=["UK", "Ireland"])
    assert may_release(made, on=DAY, sample_allowed=True, told_territory=frozenset({"UK", "Ireland"}))


def test_counts_about_nobody_need_no_telling():
    assert list(reasons_against(agreement("la-statistics"), on=DAY, sample_allowed=True)) == []


def test_the_refusal_names_agreement_and_remedy_and_has_its_exit_code():
    with pytest.raises(AgreementRefused, match=r"nhs-immunisation.*ended on 31 August 2027.*renew") as refused:
        check_may_release(agreement(), on=date(2027, 9, 1), sample_allowed=True)
    assert refused.value.exit_code == 11


def test_a_sample_says_how_to_see_what_it_would_write():
    with pytest.raises(AgreementRefused, match="--sample-agreements"):
        check_may_release(agreement(), on=DAY, sample_allowed=False)


def test_a_law_that_has_been_replaced_carries_nothing_after_its_span():
    made = agreement("dfe-school-census", legal_gateway=gateway(bases=["pupil_registration_2006"]))
    check_bases_in_force(made, Collection.parse("2024-summer"))
    with pytest.raises(AgreementRefused, match="pupil_registration_2024"):
        check_bases_in_force(made, Collection.parse("2024-autumn"))


def test_a_review_that_is_due_and_an_unverified_text_are_said_aloud():
    said = warnings_of(agreement("dfe-ehe-return"), on=date(2027, 6, 1))
    assert any("review was due" in each for each in said)
    assert any("unverified" in each for each in said)
    assert warnings_of(agreement(), on=DAY) == ()
