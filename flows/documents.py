"""Each school's own document as it landed, fetched by its hash when a release needs it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping

import pandas as pd

from flows.inputs import CENSUS
from flows.landing import LandedFile, LandingPlace, landed, read_landed
from flows.workspace import Workspace
from schemas.errors import AgreementRefused
from transforms.parse.archives import unpack

_FORM = "xml"


def documents_of(work: Workspace, header: pd.DataFrame) -> Mapping[str, Callable[[], bytes]]:
    """Return, by LAEstab, a call that gives the school's XML as received."""
    place = LandingPlace(CENSUS, work.options.collection, work.options.la)
    files = landed(work.store, place, withdrawn=True)
    by_hash = {file.sha256: file for file in files}
    archives = [file for file in files if file.name.lower().endswith(".zip")]
    own = header.loc[header["form"].eq(_FORM).astype(bool)]
    pairs = zip(own["laestab"].to_list(), own["sha256"].to_list(), strict=True)
    return {laestab: functools.partial(_fetch, work, digest, by_hash, archives) for laestab, digest in pairs}


def _fetch(work: Workspace, digest: str, by_hash: Mapping[str, LandedFile], archives: list[LandedFile]) -> bytes:
    if digest in by_hash:
        return read_landed(work.store, by_hash[digest])
    for archive in archives:
        for _, data in unpack(read_landed(work.store, archive), name=archive.name):
            if hashlib.sha256(data).hexdigest() == digest:
                return data
    raise AgreementRefused("its landed document is no longer in the store; land the return again")
