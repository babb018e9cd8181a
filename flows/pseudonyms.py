"""The pseudonymised zone: the children of a run under pseudonyms made for nobody outside."""

from __future__ import annotations

import os

import pandas as pd

from flows import keys
from flows.configuration import Configuration
from flows.elective_home_education import Register
from flows.inputs import REGISTER
from flows.keys import MasterKey
from flows.school_census import Census
from flows.storage import Zone
from flows.tasks import stage
from flows.workspace import Workspace
from schemas.model import PUPILS, Field, model_for
from schemas.sources.model import Sensitivity, source
from transforms.link import upn_of_linked
from transforms.pseudonymise import RecipientKey, identities, internal_key, permanent_upns, pseudonyms

PSEUDONYM = "pseudonym"
#: Fields of these kinds stay in the clean zone.
_IDENTIFYING = {Sensitivity.IDENTIFIER, Sensitivity.IDENTITY, Sensitivity.ADDRESS, Sensitivity.CONTACT}


def fetch_key(work: Workspace) -> MasterKey:
    """Fetch the master key and hold it against the store's.

    Raises:
        KeyMissing: when there is none or it is not this store's.
    """
    key = find_key(work.configuration)
    keys.check_key(work.store, key)
    return key


def find_key(configuration: Configuration) -> MasterKey:
    """Find the master key, whatever the store.

    Raises:
        KeyMissing: when there is none.
    """
    environ = dict(os.environ)
    file = configuration.key_file
    if file is not None and keys.KEY_VARIABLE not in environ:
        environ.setdefault(keys.FILE_VARIABLE, str(file))
    return keys.master_key(environ)


@stage("pseudonymise")
def pseudonymise_stage(work: Workspace, census: Census, register: Register, key: MasterKey) -> None:
    """Write pupils and register under pseudonyms, without names, numbers and addresses."""
    with work.progress.stage("pseudonymise"):
        keys.remember_key(work.transaction, work.store, key)
        own = internal_key(key.key, epoch=work.store.state().epoch)
        pupils = census.tables[PUPILS]
        known = permanent_upns(pupils["upn"], pupils["formerupn"])
        work.stage_table(work.place(Zone.PSEUDONYMISED, PUPILS), pupils_under(pupils, own, known, work))
        folder = work.place(Zone.PSEUDONYMISED, REGISTER)
        if register.table is None:
            work.transaction.clear(folder)
        else:
            work.stage_table(folder, children_under(register, pupils, own, known, work))


def pupils_under(pupils: pd.DataFrame, key: RecipientKey, known: pd.Series, work: Workspace) -> pd.DataFrame:
    """Return the pupils under pseudonyms; one row per pupil record. Key: laestab, is_on_roll, record."""
    found = identities(pupils["upn"], la=work.options.la, linked=[pupils["formerupn"]], permanent=known)
    fields: tuple[Field, ...] = model_for(work.options.collection).tables[PUPILS].fields
    kept = [field.column for field in fields if field.sensitivity not in _IDENTIFYING]
    columns = ["laestab", "is_on_roll", "record", *kept]
    return pupils[columns].assign(**{PSEUDONYM: pseudonyms(found.ids, key)})


def children_under(
    register: Register, pupils: pd.DataFrame, key: RecipientKey, known: pd.Series, work: Workspace
) -> pd.DataFrame:
    """Return the register with a pseudonym for id, numbers, names and address; one row per row of the register."""
    table = register.table if register.table is not None else pd.DataFrame()
    linked = [table["former_upn"]]
    if register.links is not None:
        linked.append(table["child_id"].map(upn_of_linked(register.links, pupils)).astype(table["upn"].dtype))
    found = identities(table["upn"], la=work.options.la, linked=linked, child_id=table["child_id"], permanent=known)
    kept = [column.name for column in source(REGISTER).columns if column.sensitivity not in _IDENTIFYING]
    return table[["record", *kept]].assign(**{PSEUDONYM: pseudonyms(found.ids, key)})
