"""Spells: who is on which school's roll from which day to which day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.synthetic.careers import RECEPTION, YEAR_7
from transforms.synthetic.draw import Days, Flags, Ints
from transforms.synthetic.scene import NEVER, closing_day, next_permitted, opening_day

_SHORTEST = np.timedelta64(12, "D")  # a shorter time is not entered on a roll
_CHANGEOVER = np.timedelta64(4, "D")  # from leaving one school to joining the next


def spells_of(children: pd.DataFrame) -> pd.DataFrame:
    """Return one row per child and unbroken time on a school's roll: the child's row, school, entry, leaving."""
    alone = children["beside_alone"].to_numpy()
    main = pd.concat([_nursery(children), _primary(children), _secondary(children), _special(children)])
    home = main["row"].to_numpy(), children["home_returns"].to_numpy()
    main = _interrupted(main, children, "home", returns=home[1])
    main = _interrupted(main, children, "beside", returns=alone, when=alone)
    there = children["beside"].to_numpy(), children["beside_from"].to_numpy(), children["beside_until"].to_numpy()
    stays = _spell(*(children[name].to_numpy() for name in ("stay", "stay_from", "stay_until")))
    stays = stays.assign(is_beside=children["stay_at_unit"].to_numpy()[stays["row"]])
    parts = [main.assign(is_beside=False), _spell(*there).assign(is_beside=True), stays]
    every = pd.concat(parts, ignore_index=True)
    return _present(every, children)


def _spell(school: Ints, entry: Days, leaving: Days, when: Flags | None = None) -> pd.DataFrame:
    """Return the spells of those who have the school."""
    rows = np.flatnonzero((school >= 0) & (entry < leaving) & (True if when is None else when))
    return pd.DataFrame({"row": rows, "school": school[rows], "entry": entry[rows], "leaving": leaving[rows]})


def _nursery(children: pd.DataFrame) -> pd.DataFrame:
    cohort = children["cohort"].to_numpy()
    entry = opening_day(cohort + children["nursery_starts"].to_numpy())
    return _spell(children["nursery"].to_numpy(), entry, closing_day(cohort + RECEPTION - 1))


def _primary(children: pd.DataFrame) -> pd.DataFrame:
    cohort, mainstream = children["cohort"].to_numpy(), children["special"].to_numpy() < 0
    through, moved = children["through"].to_numpy(), children["primary_move"].to_numpy()
    finishes = np.where(through, children["finishes"].to_numpy(), closing_day(cohort + YEAR_7 - 1))
    entry = opening_day(cohort + children["starts"].to_numpy())
    first = _spell(children["primary"].to_numpy(), entry, np.minimum(moved, finishes), mainstream)
    return pd.concat([first, _spell(children["primary_then"].to_numpy(), _joins(moved), finishes, mainstream)])


def _secondary(children: pd.DataFrame) -> pd.DataFrame:
    cohort = children["cohort"].to_numpy()
    own = ~children["through"].to_numpy() & (children["special"].to_numpy() < 0)
    moved, finishes = children["secondary_move"].to_numpy(), children["finishes"].to_numpy()
    entry = opening_day(cohort + YEAR_7)
    first = _spell(children["secondary"].to_numpy(), entry, np.minimum(moved, finishes), own)
    then = children["then_finishes"].to_numpy()
    return pd.concat([first, _spell(children["secondary_then"].to_numpy(), _joins(moved), then, own)])


def _special(children: pd.DataFrame) -> pd.DataFrame:
    entry = opening_day(children["cohort"].to_numpy() + RECEPTION)
    return _spell(children["special"].to_numpy(), entry, children["finishes"].to_numpy())


def _joins(day: Days) -> Days:
    """Return the day on which a child who leaves one school joins the next; never for those who do not leave."""
    leaves = day < NEVER
    return np.where(leaves, next_permitted(np.where(leaves, day, NEVER_SOON) + _CHANGEOVER), NEVER)


NEVER_SOON = np.datetime64("2010-01-04", "D")


def _interrupted(
    spells: pd.DataFrame, children: pd.DataFrame, event: str, *, returns: Flags, when: Flags | None = None
) -> pd.DataFrame:
    """Cut a time away out of the spells; those who return go on afterwards."""
    row, entry = spells["row"].to_numpy(), spells["entry"].to_numpy().astype("datetime64[D]")
    leaving, school = spells["leaving"].to_numpy().astype("datetime64[D]"), spells["school"].to_numpy()
    away = children[f"{event}_from"].to_numpy().astype("datetime64[D]")
    away = away if when is None else np.where(when, away, NEVER)
    until = _joins(children[f"{event}_until"].to_numpy().astype("datetime64[D]"))
    before = _pieces(row, school, entry, np.minimum(leaving, away[row]))
    again = returns[row] & (away[row] < NEVER)
    after = _pieces(row, school, np.maximum(entry, until[row]), leaving)
    resumed: pd.DataFrame = after.loc[again[after.index]]
    return pd.concat([before, resumed], ignore_index=True)


def _pieces(row: Ints, school: Ints, entry: Days, leaving: Days) -> pd.DataFrame:
    frame = pd.DataFrame({"row": row, "school": school, "entry": entry, "leaving": leaving})
    pieces: pd.DataFrame = frame.loc[frame["entry"] < frame["leaving"]]
    return pieces


def _present(spells: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Keep the part of each spell in which the child lives in the area."""
    row = spells["row"].to_numpy()
    entry = np.maximum(spells["entry"].to_numpy(), children["came"].to_numpy()[row])
    leaving = np.minimum(spells["leaving"].to_numpy(), children["left"].to_numpy()[row])
    kept: pd.DataFrame = spells.assign(entry=entry, leaving=leaving).loc[leaving - entry >= _SHORTEST]
    return kept.reset_index(drop=True)
