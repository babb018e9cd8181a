"""Somebody who holds nothing but the published files and a solver: what can be told of each hidden figure?

Written against the files alone. What is known: every topic adds up to its total in every place, minor ethnic groups to
major ones, schools to the authority and to pupils registered twice, parts are no more than their wholes, and a count that
stands in two files is one count.
"""

import dataclasses

import highspy
import numpy as np
import pandas as pd

from schemas.breakdowns import nested_topics
from schemas.collection import Collection

TOTAL = ("Total", "Total")
AUTHORITY = ""
#: Columns by dataset, and the population or amount that each counts; two columns of one name are one count.
COLUMNS = {
    "pupils_characteristics": {"pupil_count": "pupils"},
    "suspensions": {
        "pupil_count": "pupils",
        "suspended_pupil_count": "suspended",
        "suspension_count": "suspensions",
        "permanent_exclusion_count": "exclusions",
    },
    "absence": {
        "enrolment_count": "enrolments",
        "persistent_absentee_count": "persistent",
        "severe_absentee_count": "severe",
        "session_possible_count": "possible",
        "session_absent_count": "absent",
        "session_authorised_count": "authorised",
        "session_unauthorised_count": "unauthorised",
    },
    "leavers": {"pupil_count": "leavers"},
    "post16": {"pupil_count": "post16"},
    "class_sizes": {"class_count": "classes", "pupil_count": "class pupils"},
    "ehe_census": {"child_count": "home educated"},
}
#: Topics of which one child may have several items.
SEVERAL = {("suspended", "Reason"), ("suspensions", "Reason"), ("exclusions", "Reason")}
#: What a school counts and the authority does not are pupils registered twice; the events of these are counted once.
TWICE = ("pupils", "enrolments", "possible")
WHOLES = {"persistent": "enrolments", "severe": "persistent", "suspended": "suspensions"}
FILTERS = {
    "sen_provision": "SEN provision",
    "sen_primary_need": "SEN primary need",
    "sex": "Sex",
    "year_group": "Year group",
}
#: Figures of our own that no file has: who is registered twice, and sums of several items.
OWN = {"twice", "sum"}
MOST = 1e6
NEAR = 1e-6


@dataclasses.dataclass
class Attack:
    """The figures by number, those known, and the equations (numbers, signs, least, most)."""

    numbers: dict = dataclasses.field(default_factory=dict)
    known: dict = dataclasses.field(default_factory=dict)
    rows: list = dataclasses.field(default_factory=list)

    def number(self, key):
        return self.numbers.setdefault(key, len(self.numbers))

    def read(self, key, value):
        """Take a figure from a file; one that is there twice must be the same."""
        at = self.number(key)
        if not pd.isna(value):
            assert self.known.setdefault(at, float(value)) == float(value)

    def equal(self, whole, parts):
        self.rows.append(([self.number(whole), *map(self.number, parts)], [1, *[-1] * len(parts)], 0.0, 0.0))

    def no_more(self, part, whole):
        self.rows.append(([self.number(whole), self.number(part)], [1, -1], 0.0, highspy.kHighsInf))

    def widths(self, enough):
        """Return how far each hidden figure may lie, no farther than is `enough`, by key."""
        solver = self._solver()
        hidden = [at for key, at in self.numbers.items() if at not in self.known and not OWN & {*key[:2]}]
        least, most = np.full(len(self.numbers), np.inf), np.full(len(self.numbers), -np.inf)
        for at in hidden:
            for sign in (-1.0, 1.0):
                if most[at] - least[at] < enough - NEAR:
                    solver.changeColCost(at, sign)
                    solver.run()
                    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
                    place = np.array(solver.getSolution().col_value)
                    least, most = np.minimum(least, place), np.maximum(most, place)
                    solver.changeColCost(at, 0.0)
        named = {at: key for key, at in self.numbers.items()}
        return {named[at]: most[at] - least[at] for at in hidden}

    def _solver(self):
        size = len(self.numbers)
        least, most = np.zeros(size), np.full(size, MOST)
        for at, value in self.known.items():
            least[at] = most[at] = value
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = size, len(self.rows)
        programme.col_cost_, programme.col_lower_, programme.col_upper_ = np.zeros(size), least, most
        programme.row_lower_ = np.array([row[2] for row in self.rows])
        programme.row_upper_ = np.array([row[3] for row in self.rows])
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.cumsum([0, *(len(row[0]) for row in self.rows)])
        programme.a_matrix_.index_ = np.concatenate([row[0] for row in self.rows])
        programme.a_matrix_.value_ = np.concatenate([row[1] for row in self.rows]).astype(float)
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("simplex_strategy", 4)
        solver.passModel(programme)
        return solver


def attack_on(store, collection, la):
    """Read every dataset of a collection as somebody outside would."""
    attack = Attack()
    for dataset, columns in COLUMNS.items():
        for name in (dataset, f"{dataset}_establishments"):
            rows = published(store, name, collection, la)
            if rows is not None:
                _breakdowns(attack, rows, columns)
    _adds_up(attack, nested_topics("pupils_characteristics", Collection.parse(collection)))
    rows = published(store, "sen", collection, la)
    if rows is not None:
        _crossed(attack, rows)
    return attack


def published(store, name, collection, la):
    part = store / "statistics" / name / f"collection={collection}" / f"la={la}" / "part-0.parquet"
    return pd.read_parquet(part) if part.exists() else None


def _breakdowns(attack, rows, columns):
    place = rows["school_laestab"].astype(str) if "school_laestab" in rows else [AUTHORITY] * len(rows)
    for column, name in columns.items():
        if column in rows:
            figures = (place, rows["breakdown_topic"], rows["breakdown"], rows[column], rows[f"{column}_symbol"])
            for where, topic, item, value, symbol in zip(*figures, strict=True):
                if pd.isna(symbol) or symbol == "c":
                    attack.read((name, where, *(TOTAL if item == "Total" else (topic, item))), value)


def _adds_up(attack, nested):
    topics = {}
    for name, where, topic, item in list(attack.numbers):
        if (topic, item) != TOTAL and (name, topic) not in SEVERAL:
            topics.setdefault((name, where, topic), []).append((name, where, topic, item))
    for (name, where, _), items in topics.items():
        attack.equal((name, where, *TOTAL), items)
    for each in nested:
        for name, where in {key[:2] for key in attack.numbers if key[2] == each.child_topic}:
            for above, below in each.sums:
                rest = ("sum", where, each.parent_topic, above)
                attack.equal(rest, [(name, where, each.parent_topic, item) for item in above])
                attack.equal(rest, [(name, where, each.child_topic, item) for item in below])
    for name, where, topic, item in [key for key in attack.numbers if key[0] in WHOLES]:
        whole = (WHOLES[name], where, topic, item)
        if whole in attack.numbers:
            attack.no_more((name, where, topic, item), whole)
    for _, where, topic, item in [key for key in attack.numbers if key[0] == "absent"]:
        attack.equal(
            ("absent", where, topic, item), [(one, where, topic, item) for one in ("authorised", "unauthorised")]
        )
    _schools(attack)


def _schools(attack):
    for name in TWICE:
        keys = {key for key in attack.numbers if key[0] == name}
        schools = {key[1] for key in keys} - {AUTHORITY}
        twice = []
        for _, _, *item in [key for key in keys if key[1] == AUTHORITY]:
            parts = [(name, school, *item) for school in schools]
            if parts and keys.issuperset(parts):
                twice.append((name, "twice", *item))
                attack.rows.append(
                    (
                        [attack.number(one) for one in (twice[-1], (name, AUTHORITY, *item), *parts)],
                        [1, 1, *[-1] * len(parts)],
                        0.0,
                        0.0,
                    )
                )
        for topic in {key[2] for key in twice} - {"Total"}:
            items = [key for key in twice if key[2] == topic]
            if (name, topic) not in {("pupils", "Ethnicity minor")}:
                attack.equal((name, "twice", *TOTAL), items)


def _crossed(attack, rows):
    held = {}
    figures = (*(rows[name] for name in FILTERS), rows["pupil_count"], rows["pupil_count_symbol"])
    for *items, value, symbol in zip(*figures, strict=True):
        if pd.isna(symbol) or symbol == "c":
            fixed = [(topic, item) for topic, item in zip(FILTERS.values(), items, strict=True) if item != "Total"]
            alone = ("pupils", AUTHORITY, *(fixed[0] if fixed else TOTAL))
            key = alone if len(fixed) < 2 and alone in attack.numbers else ("crossed", AUTHORITY, *map(str, fixed))
            attack.read(key, value)
            held[tuple(items)] = key
    below = {}
    for items, key in held.items():
        for axis, item in enumerate(items):
            if item != "Total":
                below.setdefault((*items[:axis], "Total", *items[axis + 1 :], axis), []).append(key)
    for (*above, _), keys in below.items():
        if tuple(above) in held:
            attack.equal(held[tuple(above)], keys)
