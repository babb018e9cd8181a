"""The master key: found where it was said to be, refused when it is not right, shown to nobody."""

import hashlib
import hmac
import os

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from flows import keys
from flows.transaction import Transaction, opened
from schemas.errors import KeyMissing, UsageError

KEY = bytes(range(1, 33))
OTHER = bytes(range(33, 65))
posix = pytest.mark.skipif(os.name != "posix", reason="modes mean nothing on Windows; its access lists decide")


class RingInMemory(KeyringBackend):
    """A keyring that forgets."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.held = {}

    def get_password(self, service, username):
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.held[service, username] = password

    def delete_password(self, service, username):
        del self.held[service, username]


class LockedRing(RingInMemory):
    """A keyring that nobody unlocks."""

    def get_password(self, service, username):
        raise KeyringLocked

    def set_password(self, service, username, password):
        raise KeyringLocked


@pytest.fixture(autouse=True)
def ring():
    before = keyring.get_keyring()
    keyring.set_keyring(RingInMemory())
    yield keyring.get_keyring()
    keyring.set_keyring(before)


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key"
    path.write_text(KEY.hex() + "\n", encoding="ascii")
    path.chmod(0o600)
    return path


def test_the_environment_comes_before_the_file_and_the_file_before_the_keyring(key_file, ring):
    ring.set_password("termly", "master key", OTHER.hex())
    everywhere = {"TERMLY_MASTER_KEY": OTHER.hex().upper(), "TERMLY_KEY_FILE": str(key_file)}
    found = [keys.master_key(everywhere), keys.master_key({"TERMLY_KEY_FILE": str(key_file)}), keys.master_key({})]
    assert [(one.key, one.place) for one in found] == [(OTHER, "environment"), (KEY, "file"), (OTHER, "keyring")]


def test_the_key_id_is_the_beginning_of_a_keyed_digest():
    expected = hmac.new(KEY, b"kid", hashlib.sha256).hexdigest()[:8]
    assert keys.master_key({"TERMLY_MASTER_KEY": KEY.hex()}).key_id == keys.key_id(KEY) == expected == "17a8abc2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not written in hex"),
        ("hunter2-hunter2-hunter2-hunter2-hunter2", "not written in hex"),
        (KEY.hex()[:-1], "not written in hex"),
        (KEY.hex()[:-2], "fewer than 32 bytes"),
        ("00" * 32, "not random"),
        ("ab" * 64, "not random"),
    ],
)
def test_a_bad_key_is_refused_without_being_shown_and_no_other_place_is_tried(text, said, key_file):
    with pytest.raises(KeyMissing, match=said) as refused:
        keys.master_key({"TERMLY_MASTER_KEY": text, "TERMLY_KEY_FILE": str(key_file)})
    assert refused.value.exit_code == 14
    assert not text or text not in str(refused.value)


def test_no_key_anywhere_says_what_to_do():
    with pytest.raises(KeyMissing, match=r"There is no master key: set TERMLY_MASTER_KEY or TERMLY_KEY_FILE"):
        keys.master_key({})


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o777])
def test_a_key_file_open_to_others_is_refused(key_file, mode):
    key_file.chmod(mode)
    with pytest.raises(KeyMissing, match="open to others"):
        keys.master_key({"TERMLY_KEY_FILE": str(key_file)})


@pytest.mark.parametrize("name", ["gone", ".", ""])
def test_a_key_file_that_cannot_be_read_is_refused(tmp_path, name):
    with pytest.raises(KeyMissing):
        keys.master_key({"TERMLY_KEY_FILE": str(tmp_path / name)})


def test_a_binary_key_file_is_refused_without_being_shown(key_file):
    key_file.write_bytes(bytes(range(256)))
    with pytest.raises(KeyMissing, match="not written in hex"):
        keys.master_key({"TERMLY_KEY_FILE": str(key_file)})


def test_a_locked_keyring_is_one_sentence():
    keyring.set_keyring(LockedRing())
    with pytest.raises(KeyMissing, match="keyring cannot be opened"):
        keys.master_key({})
    with pytest.raises(KeyMissing):
        keys.init_key("keyring")


def test_a_key_is_not_shown_by_its_text_form():
    shown = repr(keys.master_key({"TERMLY_MASTER_KEY": KEY.hex()}))
    assert KEY.hex() not in shown
    assert repr(KEY) not in shown


def test_a_new_key_file_is_closed_to_others_and_can_be_used(tmp_path):
    made = keys.init_key("file", file=tmp_path / "new", backup=tmp_path / "backup")
    for name in ("new", "backup"):
        assert keys.master_key({"TERMLY_KEY_FILE": str(tmp_path / name)}).key == made.key
    assert len(made.key) == 32
    assert os.name != "posix" or (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_two_new_keys_differ(tmp_path):
    assert keys.init_key("file", file=tmp_path / "a").key != keys.init_key("file", file=tmp_path / "b").key


def test_a_key_is_never_overwritten(tmp_path, key_file, ring):
    with pytest.raises(UsageError, match="never overwritten"):
        keys.init_key("file", file=key_file)
    with pytest.raises(UsageError, match="never overwritten"):
        keys.init_key("file", file=tmp_path / "new", backup=key_file)
    assert not (tmp_path / "new").exists()
    assert key_file.read_text(encoding="ascii").strip() == KEY.hex()
    keys.init_key("keyring")
    held = dict(ring.held)
    with pytest.raises(UsageError, match="holds a master key already"):
        keys.init_key("keyring")
    assert ring.held == held


def test_a_new_key_in_the_keyring_can_be_used():
    made = keys.init_key("keyring")
    assert keys.master_key({}).key == made.key


def test_a_file_must_be_named():
    with pytest.raises(UsageError, match="Name the key file"):
        keys.init_key("file")


def test_the_warning_says_what_losing_the_key_means_and_offers_a_backup():
    assert "loses the continuity" in keys.LOSS
    assert "--backup" in keys.LOSS


def test_the_listing_shows_ids_and_faults_and_which_one_is_used(key_file):
    environ = {"TERMLY_MASTER_KEY": "short", "TERMLY_KEY_FILE": str(key_file)}
    listed = {one.place: one for one in keys.list_keys(environ)}
    assert listed["environment"].fault is not None
    assert listed["file"].key_id == keys.key_id(KEY)
    assert listed["keyring"].key_id is None
    assert not any(one.in_use for one in listed.values())
    assert [one.place for one in keys.list_keys({"TERMLY_KEY_FILE": str(key_file)}) if one.in_use] == ["file"]


def test_a_store_remembers_its_key_and_refuses_another(tmp_path):
    right, wrong = (keys.master_key({"TERMLY_MASTER_KEY": key.hex()}) for key in (KEY, OTHER))
    with opened(tmp_path / "data") as (store, _):
        keys.check_key(store, wrong)
        with Transaction(store) as transaction:
            keys.remember_key(transaction, store, right)
            transaction.commit()
        assert store.state().key_id == right.key_id
        keys.check_key(store, right)
        with pytest.raises(KeyMissing, match=f"{wrong.key_id} .* is not this store's, which is {right.key_id}"):
            keys.check_key(store, wrong)
        with Transaction(store) as transaction:
            keys.remember_key(transaction, store, right)
            assert transaction.is_empty


def test_a_run_that_is_not_committed_leaves_the_store_without_a_key(tmp_path):
    with opened(tmp_path / "data") as (store, _):
        with Transaction(store) as transaction:
            keys.remember_key(transaction, store, keys.master_key({"TERMLY_MASTER_KEY": KEY.hex()}))
        assert store.state().key_id is None
