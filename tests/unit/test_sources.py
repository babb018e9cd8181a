"""Inputs other than the census are declared, not coded: one file a source builds its contract."""

import pandas as pd
import pytest
from pydantic import ValidationError

from schemas import _data
from schemas.code_sets import code_set_names
from schemas.contract import hold_to
from schemas.errors import ContractBroken
from schemas.sources.model import Sensitivity, Source, contract_for_source, source, source_ids
from tests.clean_tables import ehe_register
from tests.extract_samples import source_table


def test_the_sources_of_the_first_issue_are_declared():
    assert {"ehe_register", "social_care_status", "contacts", "protections", "gias"} <= set(source_ids())


@pytest.mark.parametrize("source_id", source_ids())
def test_every_code_of_a_source_has_its_code_set(source_id):
    assert {column.code_set for column in source(source_id).columns if column.code_set} <= set(code_set_names())


@pytest.mark.parametrize("source_id", source_ids())
def test_no_source_holds_a_barred_identifier(source_id):
    assert [column.name for column in source(source_id).columns if column.sensitivity is Sensitivity.BARRED] == []


def test_what_the_contract_says_of_the_register_holds_for_a_clean_register():
    table = ehe_register("child_id | sex | date_of_birth\n 1 | Female | 2015-01-01")
    assert hold_to(contract_for_source(source("ehe_register")), table) is table


def test_a_register_with_a_column_too_many_breaks_its_contract_without_a_value_in_the_message():
    table = ehe_register("child_id | forename\n 1 | Wilhelmina").assign(shoe_size="38")
    with pytest.raises(ContractBroken) as broken:
        hold_to(contract_for_source(source("ehe_register")), table)
    assert "Wilhelmina" not in str(broken.value)


def test_a_position_may_not_be_missing():
    table = ehe_register("child_id\n 1")
    table["record"] = pd.Series([None], dtype="int64[pyarrow]")
    with pytest.raises(ContractBroken, match="record"):
        hold_to(contract_for_source(source("ehe_register")), table)


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"key": ["shoe_size"]},
        {"purposes": ["curiosity"]},
        {"columns": []},
        {"retention": {"trigger": "shoe_size", "label": "ours", "source": "x"}},
    ],
    ids=["unknown key", "key not declared", "unknown purpose", "no columns", "trigger not declared"],
)
def test_a_declaration_that_does_not_hold_together_is_refused(change):
    with pytest.raises(ValidationError):
        Source.model_validate({**_data.toml("sources/ehe_register.toml"), **change})


def test_a_column_of_codes_names_its_code_set_and_no_other_does():
    toml = _data.toml("sources/ehe_register.toml")
    toml["columns"][0]["code_set"] = "sex"
    with pytest.raises(ValidationError, match="code_set"):
        Source.model_validate(toml)


def test_a_source_that_is_not_declared_is_named():
    with pytest.raises(ContractBroken, match="horoscopes"):
        source("horoscopes")


def test_the_register_has_what_the_statistics_and_the_return_count():
    assert {"ehe_start_date", "ehe_end_date", "end_reason", "primary_reason", "previous_setting"} <= set(
        source("ehe_register").column_names
    )


def test_blank_provision_is_no_fault_of_the_register():
    assert "suitability_status" not in source("ehe_register").required


def test_protections_say_who_recorded_them_and_when():
    table = source_table(
        "protections", "upn | protection | recorded_by | recorded_on\n A1 | court_order | M. Clerk | 2025-01-01"
    )
    assert table["recorded_by"].tolist() == ["M. Clerk"]
