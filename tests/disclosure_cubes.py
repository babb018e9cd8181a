"""Crossed tables (school x ethnicity x sex x SEN) with all margins, for the tests of disclosure control.

What protecting them costs is printed by `termly bench --disclosure`.
"""

import dataclasses
import time

from tests.disclosure_tables import SUPPRESS
from transforms.disclosure_control.counts import protect_and_audit
from transforms.disclosure_control.crossed import with_margins
from transforms.disclosure_control.joint import Joint
from transforms.synthetic.crossed_counts import crossed_counts as pupils

__all__ = ["Outcome", "cube", "policy", "protected", "pupils"]


def cube(inner, *, crossed=None, threshold=SUPPRESS.threshold):
    """A table of cells and its small counts; `crossed` says how many dimensions a school's table crosses at most."""
    return with_margins(inner).cells(threshold=threshold, crossed=crossed)


def policy(width, threshold=SUPPRESS.threshold):
    return SUPPRESS.model_copy(update={"minimum_width": width, "threshold": threshold})


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What protecting a table came to; `bound` is what no safe pattern goes below."""

    cells: int
    small: int
    hidden: int
    bound: float
    report: object
    seconds: float


def protected(cells, primary, *, width, bound=False):
    """Protect and audit a table; the time is the processor's."""
    begun = time.process_time()
    hidden, report = protect_and_audit(cells, primary=primary, policy=policy(width))
    seconds = time.process_time() - begun
    least = Joint(cells, primary=primary, width=width).bound if bound else float("nan")
    return Outcome(int(cells.publishable.sum()), int(primary.sum()), int(hidden.sum()), least, report, seconds)
