"""The pseudonymised zone: the children of a run under pseudonyms made for nobody outside."""

from __future__ import annotations

import os
from collections.abc import Mapping

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
from schemas.code_sets import code_set
from schemas.model import PUPILS, FieldType, model_for
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
    kept = {
        field.column: field.code_set
        for field in model_for(work.options.collection).tables[PUPILS].fields
        if field.sensitivity not in _IDENTIFYING and field.type is not FieldType.STRING
    }
    plain = without_free_text(pupils[["laestab", "is_on_roll", "record", *kept]], kept)
    return plain.assign(**{PSEUDONYM: pseudonyms(found.ids, key)})


def children_under(
    register: Register, pupils: pd.DataFrame, key: RecipientKey, known: pd.Series, work: Workspace
) -> pd.DataFrame:
    """Return the register with a pseudonym for id, numbers, names and address; one row per row of the register."""
    table = register.table if register.table is not None else pd.DataFrame()
    linked = [table["former_upn"]]
    if register.links is not None:
        linked.append(table["child_id"].map(upn_of_linked(register.links, pupils)).astype(table["upn"].dtype))
    found = identities(table["upn"], la=work.options.la, linked=linked, child_id=table["child_id"], permanent=known)
    kept = {
        column.name: column.code_set
        for column in source(REGISTER).columns
        if column.sensitivity not in _IDENTIFYING and column.type is not FieldType.STRING
    }
    plain = without_free_text(table[["record", *kept]], kept)
    return plain.assign(**{PSEUDONYM: pseudonyms(found.ids, key)})


def without_free_text(table: pd.DataFrame, code_sets: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with null for codes of no set: somebody may have typed a name there."""
    known = {name: sorted({code.code for code in code_set(of).codes}) for name, of in code_sets.items() if of}
    return table.assign(**{name: table[name].cat.set_categories(codes) for name, codes in known.items()})
