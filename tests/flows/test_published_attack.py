"""What is published, taken together as anybody could who has the files, tells of no hidden figure."""

import pytest

from schemas.disclosure import policy
from tests.published_attack import AUTHORITY, TOTAL, Attack, attack_on
from tests.termly_calls import LA

WIDTH = policy("suppress").minimum_width


@pytest.mark.parametrize("collection", ["2025-autumn", "2026-spring"])
def test_no_hidden_figure_follows_from_all_files_of_a_term_together(two_terms, collection):
    attack = attack_on(two_terms, collection, LA)
    widths = attack.widths(WIDTH)
    assert len(widths) > 100
    assert len(attack.known) > len(widths) / 2
    narrow = {key[0] for key, width in widths.items() if width < WIDTH - 1e-6}
    assert not narrow


def test_the_attack_finds_a_count_that_was_hidden_alone():
    attack = Attack()
    sexes = [("pupils", AUTHORITY, "Sex", sex) for sex in ("Female", "Male")]
    attack.read(("pupils", AUTHORITY, *TOTAL), 60)
    attack.read(sexes[0], 57)
    attack.equal(("pupils", AUTHORITY, *TOTAL), sexes)
    assert attack.widths(WIDTH) == {sexes[1]: 0.0}
