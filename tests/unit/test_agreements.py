"""A sharing agreement says everything it must, in words the program knows, or nothing is written under it."""

import tomllib
from datetime import date

import pytest

from schemas.agreements.columns import check_columns, faults_of
from schemas.agreements.model import known_forms, load_agreement, shipped_agreements
from schemas.collection import Collection
from schemas.errors import AgreementRefused
from schemas.model import all_fields
from schemas.sources.model import source
from tests.extract_samples import agreement, sample
from transforms.extract.forms import FORMS

SHIPPED = {each.id: each for each in shipped_agreements()}
COLLECT_FLAGS = {"moveoffrollflag", "moveonrollflag", "missingaddress", "duplicatenotfunded"}


def refusal(toml):
    with pytest.raises(AgreementRefused) as refused:
        load_agreement(toml, file="council/agreement.toml")
    return str(refused.value)


def changed(agreement_id="nhs-immunisation", *, field=None, **top):
    toml = {**sample(agreement_id), **top}
    if field:
        toml["field"][0] = {**toml["field"][0], **field}
    return toml


def test_the_agreements_of_the_first_issue_are_shipped_as_samples():
    assert set(SHIPPED) >= {"dfe-school-census", "dfe-ehe-return", "la-statistics", "nhs-immunisation"}
    assert all(each.sample for each in SHIPPED.values())


@pytest.mark.parametrize("each", SHIPPED.values(), ids=list(SHIPPED))
def test_every_shipped_agreement_names_only_what_exists(each):
    assert list(faults_of(each)) == []


def test_an_unknown_key_is_refused_by_file_and_key():
    said = refusal(changed(recipients=["everyone"]))
    assert "council/agreement.toml" in said
    assert "recipients" in said


def test_an_unknown_key_within_a_field_is_refused():
    assert "field.0.wildcard" in refusal(changed(field={"wildcard": True}))


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("purposes", ["immunisation", "curiosity"], "curiosity"),
        ("recipient", "the_neighbours", "the_neighbours"),
        ("status", "perhaps", "status"),
        ("role", "processor", "contract_reference"),
        ("signed", "soon", "signed"),
        ("review", date(2020, 1, 1), "signed, review and expires"),
        ("sample", "yes", "sample"),
    ],
)
def test_a_word_that_is_not_listed_is_refused(key, value, named):
    assert named in refusal(changed(**{key: value}))


def test_an_unknown_form_is_refused():
    assert "shouted" in refusal(changed(field={"form": "shouted"}))


def test_an_unknown_legal_basis_is_refused():
    gateway = {**sample("nhs-immunisation")["legal_gateway"], "bases": ["common_sense"]}
    assert "common_sense" in refusal(changed(legal_gateway=gateway))


def test_a_column_that_nothing_holds_is_refused_by_file_and_key():
    loaded = load_agreement(changed(field={"from": ["pupils.shoe_size"]}), file="x")
    with pytest.raises(AgreementRefused, match=r"council\.toml.*CHILD_SCHOOL_URN.*pupils\.shoe_size"):
        check_columns(loaded, file="council.toml")


def test_a_wildcard_is_no_column():
    loaded = load_agreement(changed(field={"from": ["pupils.*"]}), file="x")
    assert any("pupils.*" in fault for fault in faults_of(loaded))


def test_a_special_category_column_without_its_condition_is_refused():
    without = load_agreement(changed(field={"from": ["pupils.ethnicity"]}), file="x")
    with_it = load_agreement(changed(field={"from": ["pupils.ethnicity"], "condition": "stated by the lead"}), file="x")
    assert [fault for fault in faults_of(without) if "condition" in fault]
    assert list(faults_of(with_it)) == []


def test_items_of_the_census_need_their_condition_too():
    toml = sample("dfe-school-census")
    for items in toml["items"]:
        items.pop("condition", None)
    faults = list(faults_of(load_agreement(toml, file="x")))
    assert any("pupils.ethnicity" in fault for fault in faults)
    assert any("pupils.plaa" in fault for fault in faults)


def test_a_source_may_not_serve_a_purpose_it_does_not_declare():
    loaded = load_agreement(changed(purposes=["immunisation", "crime_prevention"]), file="x")
    assert any("ehe_register may not serve crime_prevention" in fault for fault in faults_of(loaded))


def test_no_agreement_may_name_the_register_of_children_missing_education_whatever_its_purpose():
    toml = changed(field={"from": ["cme_register.surname"]}, purposes=["identify_missing_education"])
    faults = list(faults_of(load_agreement(toml, file="x")))
    assert "source cme_register stays in the authority: no extract may name it" in faults


def test_an_item_of_the_ehe_return_that_is_not_sourced_is_refused():
    toml = sample("dfe-ehe-return")
    toml["items"][0]["names"].append("by ethnicity")
    assert any("by ethnicity" in fault for fault in faults_of(load_agreement(toml, file="x")))


def test_a_file_for_a_recipients_layout_keeps_the_layouts_order():
    toml = sample("nhs-immunisation")
    toml["field"] = [toml["field"][1], toml["field"][0], *toml["field"][2:]]
    assert "order" in refusal(toml)


def test_a_file_for_a_recipients_layout_has_the_columns_it_requires():
    toml = sample("nhs-immunisation")
    toml["field"] = [field for field in toml["field"] if field["name"] != "CHILD_POSTCODE"]
    assert "CHILD_POSTCODE" in refusal(toml)


def test_a_file_for_a_recipients_layout_is_never_longer_than_it_takes():
    toml = sample("nhs-immunisation")
    toml["delivery"]["max_rows"] = 10_001
    assert "10000" in refusal(toml)


def test_the_mavis_file_holds_no_upn():
    origins = {origin for field in SHIPPED["nhs-immunisation"].fields for origin in field.origins}
    assert not {origin for origin in origins if "upn" in origin}


def test_home_educated_children_give_the_four_details_of_their_notice_only():
    taken = {
        origin.partition(".")[2]
        for field in SHIPPED["nhs-immunisation"].fields
        for origin in field.origins
        if origin.startswith("ehe_register.")
    }
    assert taken == {
        "forename",
        "surname",
        "date_of_birth",
        "sex",
        "address_line_1",
        "address_line_2",
        "town",
        "postcode",
    }


def test_the_census_agreement_forgets_no_item_of_the_message():
    agreed = {(items.of, name) for items in SHIPPED["dfe-school-census"].items for name in items.names}
    modelled = Collection.parse("2024-autumn")
    held = {
        (field.table, field.column)
        for field in all_fields()
        if field.xml_path and (field.span.last is None or modelled <= field.span.last)
    }
    assert held - agreed == set()


def test_collects_own_flags_are_agreed_nowhere():
    agreed = {name for items in SHIPPED["dfe-school-census"].items for name in items.names}
    assert agreed & COLLECT_FLAGS == set()


def test_every_form_of_the_list_is_one_function_and_every_function_is_listed():
    assert set(FORMS) == known_forms()


def test_a_new_recipient_is_one_file_and_no_python():
    toml = tomllib.loads("""
        id = "youth-support"
        version = "1.0"
        title = "Young people aged 13 to 19"
        extract = "people"
        recipient = "youth_support"
        controller = "The council"
        role = "controller"
        purposes = ["youth_support"]
        status = "in force"
        signed = 2025-09-01
        review = 2026-05-01
        expires = 2026-08-31
        subjects_told = 2025-09-01
        [legal_gateway]
        bases = ["education_and_skills_act_2008_s72"]
        power = "Education and Skills Act 2008 s72"
        uk_gdpr = ["6(1)(e)"]
        label = "unverified"
        source = "the council's lead"
        [assessment]
        who_asks = "a"
        for_what = "b"
        how_sensitive = "c"
        how_stored = "d"
        [disclosure]
        level = "identifiable"
        [[people]]
        from = "pupils"
        age = { youngest = 13, oldest = 19, on = "day of extract" }
        [objections]
        effect = "reduce"
        keep = ["Surname"]
        [[field]]
        name = "Surname"
        from = ["pupils.surname"]
        form = "as held"
        why = "identity"
        [[field]]
        name = "Parent"
        from = ["contacts.adult_name"]
        form = "as held"
        why = "who answers for the child"
        [delivery]
        format = "csv"
        file_name = "youth_{laestab}_{part}.csv"
        one_file_per = "school"
        retention_days = 30
    """)
    loaded = load_agreement(toml, file="youth.toml")
    assert list(faults_of(loaded)) == []
    assert loaded.columns == ("Surname", "Parent")


def test_only_statutory_purposes_put_an_agreement_beyond_objections():
    assert agreement("dfe-school-census").objection_purposes == ()
    assert agreement().objection_purposes == ("immunisation",)
    mixed = agreement("dfe-school-census", purposes=["statutory_return", "inspection"])
    assert mixed.objection_purposes == ("statutory_return", "inspection")


def test_the_register_permits_what_the_shipped_agreements_take_it_for():
    assert {"statutory_return", "immunisation"} <= set(source("ehe_register").purposes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file_name": "mavis_{la}.csv"}, "without part"),
        ({"file_name": "{la}_{surname}_{part}.csv"}, "surname"),
        ({"file_name": "../{la}_{part}.csv"}, "folder"),
        ({"one_file_per": "school"}, "without laestab"),
    ],
    ids=["parts would overwrite each other", "unknown part of the name", "a way out of the folder", "schools would"],
)
def test_files_are_named_apart_and_within_their_folder(changes, said):
    delivery = {**sample("nhs-immunisation")["delivery"], **changes}
    assert said in refusal(changed(delivery=delivery))


def test_a_form_for_dates_takes_dates_only():
    loaded = load_agreement(changed(field={"from": ["pupils.surname"], "form": "year of birth"}), file="x")
    assert any("takes a date" in fault for fault in faults_of(loaded))


def test_an_unknown_code_map_is_refused():
    assert "emoji" in refusal(changed(field={"form": "code map", "code_map": "emoji"}))
