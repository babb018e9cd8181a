"""Pseudonyms: keyed digests with a key of each recipient's own, so that two recipients' files cannot be joined by them.

A UPN can be enumerated, so a plain or salted hash of it is none; here the secret is the master key, from which HKDF
(SHA-256) derives a key for each recipient, purpose and epoch. A pseudonym is HMAC-SHA-256 of namespace, version and
identity, cut to 128 bits and written as 26 signs of base32. The same child keeps it for one recipient across terms.

The identity of a child is the first of these that it has: a permanent UPN; the permanent UPN that is known to follow
its temporary one; a linked former UPN; LA and child id; a temporary UPN; a UPN that is none (a namespace of its own).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.contract import STRING
from schemas.errors import KeyMissing, UnexpectedFault
from schemas.identifiers import upn_temporary, upn_valid

LENGTH = 26
_MASTER_BYTES = 32
_TOKEN_BYTES = 16
_BASE32 = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", np.uint8)
_PLACES = np.array([16, 8, 4, 2, 1], np.uint8)
_SEPARATOR = "|"
_VERSION = "1"
#: The pseudonyms of the `pseudonymised` zone are made for nobody outside; no recipient may bear this name.
_INTERNAL = "internal"


class Namespace(StrEnum):
    """What kind of identity a pseudonym stands for."""

    UPN = "upn"
    CHILD = "child"
    INVALID_UPN = "invalid-upn"


@dataclass(frozen=True)
class RecipientKey:
    """The key of one recipient, purpose and epoch, and the id under which manifests and ledger name it."""

    key_id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Identities:
    """Each row's identity (null: it has none), and how many rows stand in each namespace or have none."""

    ids: pd.Series
    counts: dict[Namespace, int]
    without: int


def derive(master: bytes, *, recipient: str, purpose: str, epoch: int) -> RecipientKey:
    """Derive a recipient's key for one purpose and epoch.

    Raises:
        KeyMissing: when there is no master key, or a short one.
        UnexpectedFault: when a name could be read as two, or is the one kept for our own zone.
    """
    if recipient == _INTERNAL:
        raise UnexpectedFault("A recipient bears the name that is kept for the store's own pseudonyms; rename it.")
    return _derive(master, recipient, purpose, epoch)


def internal_key(master: bytes, *, epoch: int) -> RecipientKey:
    """Derive the key of the `pseudonymised` zone, which is no recipient's."""
    return _derive(master, _INTERNAL, _INTERNAL, epoch)


def permanent_upns(upn: pd.Series, former_upn: pd.Series) -> pd.Series:
    """Return the permanent UPN that follows each temporary one (index), from records that state both.

    A temporary UPN that two permanent ones claim is left out.
    """
    now, before = _normalised(upn), _normalised(former_upn)
    both = pd.DataFrame({"permanent": now.where(_is_permanent(now)), "temporary": before.where(_is_temporary(before))})
    pairs = both.dropna().drop_duplicates()
    single = pairs.loc[~pairs.duplicated("temporary", keep=False)]
    return single.set_index("temporary")["permanent"].sort_index()


def identities(
    upn: pd.Series,
    *,
    la: str,
    linked: Sequence[pd.Series] = (),
    child_id: pd.Series | None = None,
    permanent: pd.Series | None = None,
) -> Identities:
    """Choose the identity of each row.

    `linked` are further UPNs of the same children, best first (a former UPN, the UPN of a linked pupil); `permanent`
    comes from `permanent_upns`, over all terms that are known.
    """
    texts = [_normalised(column) for column in (upn, *linked)]
    stable = [part for text in texts for part in _permanent_ones(text, permanent)]
    temporary = [text.where(_is_temporary(text)) for text in texts]
    invalid = texts[0].where(~upn_valid(texts[0]).fillna(value=False))
    ranked = [
        *(_in_namespace(Namespace.UPN, part) for part in stable),
        *([_in_namespace(Namespace.CHILD, child_id, la)] if child_id is not None else []),
        *(_in_namespace(Namespace.UPN, part) for part in temporary),
        _in_namespace(Namespace.INVALID_UPN, invalid, la),
    ]
    ids = pc.coalesce(*ranked)
    counts = {name: _count(pc.starts_with(ids, f"{name}{_SEPARATOR}")) for name in Namespace}
    return Identities(pd.Series(ids, index=upn.index, dtype=STRING), counts, ids.null_count)


def pseudonyms(ids: pd.Series, key: RecipientKey) -> pd.Series:
    """Return the pseudonym of each identity for one recipient; no identity, no pseudonym."""
    encoded = _text(ids).dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    tokens = pa.DictionaryArray.from_arrays(encoded.indices, _tokens(distinct, key.key))
    return pd.Series(tokens.cast(pa.string()), index=ids.index, dtype=STRING)


def _derive(master: bytes, *names: str | int) -> RecipientKey:
    if len(master) < _MASTER_BYTES:
        raise KeyMissing(f"The master key is missing or has fewer than {_MASTER_BYTES} bytes; no pseudonym was made.")
    parts = [str(name) for name in names]
    if any(not part or _SEPARATOR in part for part in parts):
        raise UnexpectedFault(f"A recipient or purpose is empty or holds the sign {_SEPARATOR}; no pseudonym was made.")
    info = _SEPARATOR.join(parts).encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)
    return RecipientKey(hmac.new(key, b"kid", hashlib.sha256).hexdigest()[:8], key)


def _tokens(ids: list[str], key: bytes) -> pa.Array:
    """Return the digests of distinct identities in base32 (RFC 4648), all at once: five bits a sign."""
    begun = hmac.new(key, digestmod=hashlib.sha256)
    digests = []
    for identity in ids:
        digest = begun.copy()
        digest.update(identity.encode())
        digests.append(digest.digest()[:_TOKEN_BYTES])
    bits = np.unpackbits(np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _TOKEN_BYTES), axis=1)
    whole = np.pad(bits, ((0, 0), (0, LENGTH * 5 - _TOKEN_BYTES * 8))).reshape(-1, LENGTH, 5)
    signs = _BASE32[whole @ _PLACES].view(f"S{LENGTH}").ravel()
    return pa.array(signs, pa.binary()).cast(pa.string())


def _permanent_ones(text: pd.Series, permanent: pd.Series | None) -> list[pd.Series]:
    """Return the permanent UPNs of a column and, after them, those known to follow its temporary ones."""
    own = text.where(_is_permanent(text))
    if permanent is None or permanent.empty:
        return [own]
    return [own, text.map(permanent).astype(STRING)]


def _is_permanent(text: pd.Series) -> pd.Series:
    return upn_valid(text).fillna(value=False) & ~upn_temporary(text).fillna(value=False)


def _is_temporary(text: pd.Series) -> pd.Series:
    return upn_valid(text).fillna(value=False) & upn_temporary(text).fillna(value=False)


def _in_namespace(namespace: Namespace, values: pd.Series, *scope: str) -> pa.Array:
    prefix = _SEPARATOR.join([namespace, _VERSION, *scope, ""])
    return pc.binary_join_element_wise(prefix, _text(values), "")


def _normalised(upn: pd.Series) -> pd.Series:
    """Return UPNs in capitals without blanks around them; a blank one is null."""
    text = pc.utf8_upper(pc.utf8_trim_whitespace(_text(upn)))
    return pd.Series(pc.if_else(pc.equal(text, ""), None, text), index=upn.index, dtype=STRING)


def _text(values: pd.Series) -> pa.Array:
    array = pa.array(values.array, from_pandas=True)
    flat = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return flat.cast(pa.string())


def _count(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)
