"""The register of children missing education: who left and was not found yet, and who waits for a school."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.authority import SyntheticAuthority
from transforms.synthetic.draw import Days, Flags, only, picked, rate
from transforms.synthetic.register import child_ids, uk_date
from transforms.synthetic.scene import NEVER

_KEPT_DAYS = np.timedelta64(730, "D")  # ended times that stay in the export
_LEAST, _MOST_FOUND, _MOST_WAITED = 20, 700, 150


def missing_register_of(authority: SyntheticAuthority) -> pd.DataFrame:
    """Return the register as text, by the headers of the authority's export; a child stands in it once at most."""
    scene, children = authority.scene, authority.children
    begins, ends, arrives = _times(authority)
    listed = (begins <= scene.census_day) & (ends > scene.census_day - _KEPT_DAYS)
    kept = children.loc[listed].reset_index(drop=True)
    begins, ends, arrives = begins[listed], ends[listed], arrives[listed]
    reasons = np.where(
        arrives,
        picked(scene.steady(kept, "cme reason"), "cmereason", "arrives"),
        picked(scene.steady(kept, "cme reason"), "cmereason", "left"),
    )
    columns: dict[str, object] = {
        "Child ID": child_ids(kept),
        "UPN": only(scene.steady(kept, "cme upn") < rate("cme_upn_known"), kept["permanent_upn"].to_numpy(object)),
        "Forename": kept["forename"].to_numpy(object),
        "Surname": kept["surname"].to_numpy(object),
        "Date of Birth": uk_date(np.asarray(kept["dob"].to_numpy().astype("datetime64[D]"))),
        "Gender": kept["sex"].to_numpy(object),
        "CME Start Date": uk_date(begins),
        "CME End Date": only(ends <= scene.census_day, uk_date(ends)),
        "CME Reason": only(scene.steady(kept, "cme known") < rate("cme_reason_known"), reasons),
    }
    frame = pd.DataFrame(columns, dtype=object)
    return frame.where(frame.notna(), "")


def _times(authority: SyntheticAuthority) -> tuple[Days, Days, Flags]:
    """Return for every child the day it begins to be missing and the day that ends, and whether it is an arrival."""
    scene, children = authority.scene, authority.children
    left = np.minimum(_day(children, "left"), _day(children, "stay_until"))
    came = _day(children, "came")
    at_home = _day(children, "home_from") < NEVER
    draw = scene.steady(children, "cme")
    arrives = children["is_late"].to_numpy(bool) & (draw < rate("cme_of_arrivals"))
    gone = ~arrives & (left < NEVER) & (draw < rate("cme_of_leavers"))
    length = scene.steady(children, "cme length")
    waited = (_LEAST + length * (_MOST_WAITED - _LEAST)).astype("timedelta64[D]")
    found = (_LEAST + length * (_MOST_FOUND - _LEAST)).astype("timedelta64[D]")
    begins = np.where(arrives, came - waited, left)
    ends = np.where(arrives, came, np.where(gone, left + found, NEVER))
    listed = (arrives | gone) & ~at_home
    return np.where(listed, begins, NEVER), ends, arrives


def _day(children: pd.DataFrame, name: str) -> Days:
    return np.asarray(children[name].to_numpy().astype("datetime64[D]"))
