"""Pseudonyms: the same child keeps its own with one recipient, and nobody else can make or join them."""

import pandas as pd
import pyarrow as pa
import pytest

from schemas.errors import KeyMissing, UnexpectedFault
from schemas.identifiers import upn_check_letter
from transforms.pseudonymise import Namespace, derive, identities, internal_key, permanent_upns, pseudonyms

STRING = pd.ArrowDtype(pa.string())
MASTER = bytes(range(1, 33))
NHS = derive(MASTER, recipient="nhs", purpose="immunisation", epoch=1)

# Computed apart from the product: `openssl kdf … HKDF`, `openssl dgst -mac HMAC`, coreutils' `base32`.
VECTORS = {
    ("nhs", "immunisation", 1): (
        "0d467cc9",
        {
            "upn|1|B801200005001": "JQRWQQPMEQZRJNUVVWNERQKXLY",
            "child|1|856|C-000017": "VCZML4FKCDQRQQJ2BXRTVNUOSU",
            "invalid-upn|1|856|X123": "SQ37DTC6OCP3IL3Z7K3HWP2C2E",
        },
    ),
    ("nhs", "immunisation", 2): ("a4392065", {"upn|1|B801200005001": "EWKMVP3PY76TT6MTXXA6GDNFJE"}),
    ("icb", "statistics", 1): ("353751e9", {"upn|1|B801200005001": "LGZ7WYDNQT5K5PY5TDN6U3EJPQ"}),
}


def text(*values):
    return pd.Series(list(values), dtype=STRING)


def upns(*bodies):
    """Make valid UPNs of characters 2-13."""
    letters = upn_check_letter(text(*(f"A{body}" for body in bodies)))
    return [f"{letter}{body}" for letter, body in zip(letters, bodies, strict=True)]


PERMANENT, OTHER = upns("856400120001", "856400120002")
TEMPORARY, SECOND_TEMPORARY = upns("85640012001A", "85640012002B")


def chosen(upn, **further):
    return identities(text(upn), la="856", **{name: text(value) if name != "linked" else [text(v) for v in value]
                                              for name, value in further.items()}).ids[0]  # fmt: skip


@pytest.mark.parametrize("names", VECTORS)
def test_keys_and_pseudonyms_are_those_of_an_independent_computation(names):
    recipient, purpose, epoch = names
    key = derive(MASTER, recipient=recipient, purpose=purpose, epoch=epoch)
    key_id, expected = VECTORS[names]
    assert key.key_id == key_id
    assert pseudonyms(text(*expected), key).tolist() == list(expected.values())


def test_our_own_zone_has_a_key_that_no_recipient_can_have():
    key = internal_key(MASTER, epoch=1)
    assert (key.key_id, pseudonyms(text("upn|1|B801200005001"), key)[0]) == ("8d8842f6", "TLTYDDF2ZQ5OL3L66N6P4UIOBM")
    with pytest.raises(UnexpectedFault, match="rename it"):
        derive(MASTER, recipient="internal", purpose="internal", epoch=1)


@pytest.mark.parametrize("master", [b"", b"short", bytes(31)])
def test_no_key_is_an_error_never_a_plain_hash(master):
    with pytest.raises(KeyMissing):
        derive(master, recipient="nhs", purpose="immunisation", epoch=1)


@pytest.mark.parametrize(("recipient", "purpose"), [("nhs|immunisation", "x"), ("nhs", "a|1"), ("", "x"), ("nhs", "")])
def test_names_that_could_be_read_as_two_are_refused(recipient, purpose):
    with pytest.raises(UnexpectedFault):
        derive(MASTER, recipient=recipient, purpose=purpose, epoch=1)


def test_the_key_is_not_shown_by_its_text_form():
    assert repr(NHS.key) not in repr(NHS)
    assert NHS.key.hex() not in repr(NHS)


def test_a_permanent_upn_is_the_identity_whatever_else_is_known():
    assert chosen(PERMANENT, child_id="C-1", linked=[OTHER]) == f"upn|1|{PERMANENT}"


def test_letters_and_blanks_around_a_upn_do_not_change_the_identity():
    assert chosen(f" {PERMANENT.lower()} ") == chosen(PERMANENT)


def test_a_linked_former_upn_comes_before_the_child_id():
    assert chosen(None, child_id="C-1", linked=[PERMANENT]) == f"upn|1|{PERMANENT}"
    assert chosen(TEMPORARY, child_id="C-1", linked=[None, PERMANENT]) == f"upn|1|{PERMANENT}"


def test_a_child_without_any_upn_has_its_local_id_in_a_namespace_of_its_own():
    assert chosen(None, child_id="C-1") == "child|1|856|C-1"
    assert chosen(None, child_id=PERMANENT) != chosen(PERMANENT)


def test_a_temporary_upn_is_the_last_valid_resort():
    assert chosen(TEMPORARY) == f"upn|1|{TEMPORARY}"
    assert chosen(TEMPORARY, child_id="C-1") == "child|1|856|C-1"


def test_a_temporary_upn_leads_to_the_permanent_one_that_followed_it():
    known = permanent_upns(text(PERMANENT, PERMANENT), text(TEMPORARY, TEMPORARY))
    assert known.to_dict() == {TEMPORARY: PERMANENT}
    assert identities(text(TEMPORARY), la="856", permanent=known).ids[0] == f"upn|1|{PERMANENT}"
    assert identities(text(None), la="856", linked=[text(TEMPORARY)], permanent=known).ids[0] == f"upn|1|{PERMANENT}"


def test_a_temporary_upn_that_two_children_claim_leads_nowhere():
    known = permanent_upns(text(PERMANENT, OTHER, OTHER), text(TEMPORARY, TEMPORARY, SECOND_TEMPORARY))
    assert known.to_dict() == {SECOND_TEMPORARY: OTHER}


def test_former_upns_that_are_permanent_or_not_valid_lead_nowhere():
    assert permanent_upns(text(PERMANENT, PERMANENT, None), text(OTHER, "nonsense", TEMPORARY)).empty


def test_a_upn_that_is_none_is_counted_in_a_namespace_of_its_own():
    wrong = ("Z" if PERMANENT[0] != "Z" else "A") + PERMANENT[1:]
    made = identities(text(wrong, PERMANENT, None, TEMPORARY), la="856", child_id=text(None, "C-1", None, "C-2"))
    assert made.ids.tolist()[0] == f"invalid-upn|1|856|{wrong}"
    assert made.counts == {Namespace.UPN: 1, Namespace.CHILD: 1, Namespace.INVALID_UPN: 1}
    assert made.without == 1
    assert pseudonyms(made.ids, NHS).isna().tolist() == [False, False, True, False]


def test_the_index_of_the_rows_is_kept():
    upn = pd.Series([PERMANENT, None, PERMANENT], index=[7, 3, 5], dtype=STRING)
    made = pseudonyms(identities(upn, la="856").ids, NHS)
    assert made.index.tolist() == [7, 3, 5]
    assert made[7] == made[5]
    assert pd.isna(made[3])
    assert made.dtype == STRING


def test_no_rows_give_no_pseudonyms():
    made = identities(text(), la="856", child_id=text(), permanent=permanent_upns(text(), text()))
    assert made.without == 0
    assert len(pseudonyms(made.ids, NHS)) == 0


def test_chunked_columns_are_read_whole():
    chunked = pd.concat([text(PERMANENT), text(OTHER)], ignore_index=True)
    assert pseudonyms(identities(chunked, la="856").ids, NHS).nunique() == 2


def test_ten_thousand_children_have_ten_thousand_pseudonyms():
    upn = text(*upns(*(f"8564{place // 1000:03d}24{place % 1000:03d}" for place in range(10_000))))
    made = pseudonyms(identities(upn, la="856", permanent=permanent_upns(upn, text(*[None] * 10_000))).ids, NHS)
    assert made.nunique() == 10_000
