"""`termly bench --linkage`: what fuzzy linking finds and misses among invented children with planted errors."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pandas as pd

from flows.bench import COLLECTION, LA, PUPILS_A_SCHOOL
from flows.options import Outcome
from flows.printing import show_listing
from schemas.linkage import linkage
from transforms.link import link
from transforms.linkage.register import fuzzy_links
from transforms.linkage.two_upns import under_two_upns
from transforms.reports.listing import Cell, Listing
from transforms.synthetic.authority import SyntheticAuthority, synthetic_la
from transforms.synthetic.linkage_case import ABSENT, LinkageCase, register_case, two_upn_case

CHILDREN = 2000
_KEY = ["laestab", "is_on_roll", "record"]


@dataclass(frozen=True)
class Found:
    """What a search came to.

    `kinds`: one row per kind of error; children, share linked by itself, share listed for a clerk. `pairs` were linked
    (or, where nothing is linked, listed), of these `right` are one child; `listed` is the length of the clerk's list.
    """

    kinds: pd.DataFrame
    pairs: int
    right: int
    listed: int
    seconds: float

    @property
    def precision(self) -> float:
        """Return the share of right ones among the pairs."""
        return self.right / max(self.pairs, 1)

    def recall(self, *columns: str) -> float:
        """Return the share of children found in any of the ways named (linked, listed)."""
        present = self.kinds.loc[self.kinds["kind"] != ABSENT]
        found = sum((present[name] * present["children"]).sum() for name in columns)
        return float(found / present["children"].sum())


def register_found(case: LinkageCase) -> Found:
    """Link a register exactly and then by likeness; children whom the exact way finds are not counted."""
    tables = (case.pupils, case.addresses)
    exact = link(case.register, *tables).frame
    began = time.perf_counter()
    found = fuzzy_links(case.register, tables, exact, data=linkage())
    seconds = time.perf_counter() - began
    asked = case.register_truth.loc[~case.register_truth["child_id"].isin(exact["child_id"])]
    linked, listed = (_judged(pairs, case) for pairs in (found.found, found.review))
    kinds = _by_kind(asked, "child_id", linked=linked, listed=listed)
    return Found(kinds, len(linked), int(linked["right"].sum()), len(listed), seconds)


def two_upns_found(case: LinkageCase) -> Found:
    """Look for pupils under two UPNs; nothing is linked, the list is what counts."""
    began = time.perf_counter()
    found = under_two_upns(case.pupils, case.addresses, linkage())
    seconds = time.perf_counter() - began
    child = case.pupil_truth.drop_duplicates("upn").set_index("upn")["child"]
    one, other = found["upn"].map(child), found["other_upn"].map(child)
    listed = pd.DataFrame({"child": one, "right": (one == other).to_numpy(dtype=bool)})
    kinds = _by_kind(case.kinds, "child", linked=listed.iloc[:0], listed=listed)
    return Found(kinds, len(listed), int(listed["right"].sum()), len(listed), seconds)


def _judged(pairs: pd.DataFrame, case: LinkageCase) -> pd.DataFrame:
    told = pairs.merge(case.pupil_truth[[*_KEY, "child"]], on=_KEY, how="left", validate="m:1")
    both = told.merge(case.register_truth, on="child_id", how="left", validate="m:1", suffixes=("_found", ""))
    return both.assign(right=(both["child_found"] == both["child"]).to_numpy(dtype=bool))


def _by_kind(asked: pd.DataFrame, key: str, **found: pd.DataFrame) -> pd.DataFrame:
    shares = {name: asked[key].isin(pairs.loc[pairs["right"], key]) for name, pairs in found.items()}
    grouped = asked.assign(children=1, **shares).groupby("kind", sort=True)
    return grouped.agg({"children": "sum", "linked": "mean", "listed": "mean"}).reset_index()


def benchmark_linkage(pupils: int) -> Outcome:
    """Run `termly bench --linkage` on some pupils."""
    outcome = Outcome()
    size = min(PUPILS_A_SCHOOL, pupils)
    authority = synthetic_la(max(1, pupils // size), size, collection=COLLECTION, la=LA, seed=1)
    for listing in listings(authority):
        show_listing(outcome, listing, as_json=False)
    return outcome


def listings(authority: SyntheticAuthority, *, children: int = CHILDREN, seed: int = 1) -> tuple[Listing, Listing]:
    """Return precision and recall of both searches, and recall by kind of error."""
    known = register_found(register_case(authority, children, seed=seed))
    twice = two_upns_found(two_upn_case(authority, children // 2, seed=seed))
    title = (
        f"{children} children of a register: {known.pairs} linked, {known.precision:.4f} of them rightly; of those who "
        f"are pupils {known.recall('linked'):.3f} linked and {known.recall('listed'):.3f} among the {known.listed} "
        f"pairs for a clerk, in {known.seconds:.1f} s"
    )
    second = (
        f"{children // 2} pupils under two UPNs: {twice.recall('listed'):.3f} of them among {twice.listed} pairs for a "
        f"clerk, {twice.precision:.3f} of these rightly, in {twice.seconds:.1f} s"
    )
    return _listing(title, known.kinds, ("linked", "listed")), _listing(second, twice.kinds, ("listed",))


def _listing(title: str, kinds: pd.DataFrame, shares: tuple[str, ...]) -> Listing:
    text = kinds.assign(**{name: kinds[name].map("{:.2f}".format) for name in shares}).astype({"children": "str"})
    columns = ("kind", "children", *shares)
    rows = ({str(name): str(value) for name, value in row.items()} for row in text[list(columns)].to_dict("records"))
    return Listing(title, columns, tuple(dict[str, Cell](row) for row in rows))
