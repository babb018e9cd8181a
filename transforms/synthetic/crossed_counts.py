"""Made-up counts of schools by ethnicity, sex and SEN provision, for benchmarks of disclosure control."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Ethnic groups, sexes, kinds of SEN provision.
INSIDE: Final = (6, 2, 3)
_SEN: Final = (0.03, 0.13, 0.84)  # plan, support, none: about the shares in England


def crossed_counts(schools: int, *, seed: int = 0, inside: tuple[int, int, int] = INSIDE) -> NDArray[np.int64]:
    """Return the counts of every school, ethnicity, sex and SEN; schools differ in size and mix, one group is rare."""
    rng = np.random.default_rng(seed)
    ethnicities, sexes, sen = inside
    counts = np.zeros((schools, *inside), dtype=np.int64)
    for school in range(schools):
        size = int(np.clip(rng.lognormal(5.6, 0.7), 40, 1500))
        major = rng.uniform(0.35, 0.9)
        mix = np.append(major, (1 - major) * rng.dirichlet(np.linspace(2.5, 0.4, ethnicities - 1)))
        need = np.array(_SEN)[:sen]
        share = mix[:, None, None] * np.full((1, sexes, 1), 1 / sexes) * need / need.sum()
        counts[school] = rng.multinomial(size, share.ravel() / share.sum()).reshape(inside)
    return counts
