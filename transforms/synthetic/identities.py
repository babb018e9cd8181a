"""UPNs and ULNs of the children: unique over schools, years and collections, and valid by their arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from schemas.errors import UsageError
from transforms.synthetic import identifiers
from transforms.synthetic.careers import RECEPTION
from transforms.synthetic.draw import Ints, Texts, only
from transforms.synthetic.scene import Scene

_SPARE_NUMBERS = 8000, 8999  # for what one establishment's 999 serials a year do not hold
_OTHER_ESTABS = 2000
_UPN_LAST_LA = 929  # authorities numbered above are too new to have issued every child's number


def identified(scene: Scene, schools: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Add to each child the permanent UPN, the temporary one some had at first, and the ULN."""
    issuer = _issuer(children)
    la, estab, serial = _numbers(scene, schools, children, issuer)
    year = children["cohort"].to_numpy() + RECEPTION - 1
    admitting = np.maximum(np.where(children["secondary"] >= 0, children["secondary"], children["primary"]), 0)
    count = len(children)
    ranks = pd.Series(admitting).groupby([admitting, children["cohort"].to_numpy()]).cumcount().to_numpy()
    return children.assign(
        permanent_upn=identifiers.upn(la, estab, year, serial),
        temporary_upn=identifiers.temporary_upn(
            np.full(count, int(scene.la)), schools["estab"].to_numpy()[admitting], year, ranks
        ),
        uln=identifiers.uln(children["child"].to_numpy()),
    )


def _issuer(children: pd.DataFrame) -> Ints:
    """Return the school that gave each child its UPN, -1 for a school outside the authority."""
    primary, special = children["primary"].to_numpy(), children["special"].to_numpy()
    nursery = children["nursery"].to_numpy()
    first = np.where(special >= 0, special, np.where(nursery >= 0, nursery, primary))
    return np.where(children["is_late"], -1, first)


def _numbers(scene: Scene, schools: pd.DataFrame, children: pd.DataFrame, issuer: Ints) -> tuple[Ints, Ints, Ints]:
    rank = pd.Series(issuer).groupby([issuer, children["cohort"].to_numpy()]).cumcount().to_numpy()
    block, serial = identifiers.upn_block(rank)
    own = issuer >= 0
    blocks = int(block[own].max(initial=0))
    spare = _SPARE_NUMBERS[0] + np.maximum(issuer, 0) * blocks + block - 1
    if blocks and (spare[own & (block > 0)] > _SPARE_NUMBERS[1]).any():
        raise UsageError("A school would need more UPNs a year than there are; ask for fewer pupils a school.")
    elsewhere = _elsewhere(scene)
    estab = np.where(block == 0, schools["estab"].to_numpy()[np.maximum(issuer, 0)], spare)
    other_la = elsewhere[rank % len(elsewhere)]
    other_estab = _OTHER_ESTABS + rank // len(elsewhere) % _OTHER_ESTABS
    other_serial = rank // (len(elsewhere) * _OTHER_ESTABS) % identifiers.SERIALS + 1
    return (
        np.where(own, int(scene.la), other_la),
        np.where(own, estab, other_estab),
        np.where(own, serial, other_serial),
    )


def _elsewhere(scene: Scene) -> Ints:
    """Return the numbers of other authorities that may stand in a UPN."""
    codes = [int(row["la"]) for row in _data.rows("la_codes.csv") if row["la"] != scene.la]
    return np.array([code for code in codes if code <= _UPN_LAST_LA])


def upns_on_day(rolls: pd.DataFrame, day: np.datetime64) -> tuple[Texts, Texts]:
    """Return UPN and former UPN as a return of a day has them: the temporary one in a late arrival's first months."""
    permanent, temporary = rolls["permanent_upn"].to_numpy(object), rolls["temporary_upn"].to_numpy(object)
    has = rolls["has_temporary"].to_numpy()
    still = has & (rolls["came"].to_numpy() > day - np.timedelta64(120, "D"))
    return np.where(still, temporary, permanent), only(has & ~still, temporary)
