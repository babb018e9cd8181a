"""An authority of a few schools over some terms, published term by term; and somebody who knows who came and left."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from schemas.errors import DisclosureUnsafe
from schemas.release import CountsToProtect
from tests.disclosure_tables import SUPPRESS
from transforms.differences.comparison import Earlier, Now, compared_pupils
from transforms.differences.counts import kept_counts, true_counts
from transforms.disclosure_control.release import protect_release

TOPICS = {"FSM status": ("FSM", "Not FSM"), "First language": ("English", "Other", "Unknown")}
POLICY = SUPPRESS.model_copy(update={"threshold": 3, "small_group": 5})
LA, SCHOOL = "Local authority", "School"


@dataclass
class Authority:
    """Children by number: what each is (item of each topic, never changing), and the school of each in each term."""

    items: dict[str, np.ndarray]
    terms: list[np.ndarray]
    objects: np.ndarray
    shown: list[dict | None] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    apart: int = 0

    @property
    def schools(self):
        return sorted({name for term in self.terms for name in term} - {""})


def random_authority(rng, *, schools=4, size=14, terms=3, busy=2.0, objectors=0):
    """Children of some schools; between terms a few leave, come and change schools."""
    names = np.array([f"8562{number:03d}" for number in range(schools)], dtype=object)
    begin = np.repeat(names, size)
    number = len(begin) + terms * schools * 4
    items = {
        topic: np.array(kinds, dtype=object)[rng.choice(len(kinds), number, p=_shares(len(kinds)))]
        for topic, kinds in TOPICS.items()
    }
    now = np.append(begin, np.repeat("", number - len(begin)))
    held = [now]
    new = len(begin)
    for _ in range(terms - 1):
        now = now.copy()
        for school in names:
            here = rng.permutation(np.flatnonzero(now == school))
            gone = min(rng.poisson(busy / 2), 3)
            to = rng.choice([*names[names != school], "", "", ""], gone)
            now[here[:gone]] = to
            come = min(rng.poisson(busy / 2), 3)
            now[new : new + come] = school
            new += come
        held.append(now)
    objects = np.zeros(number, dtype=bool)
    objects[rng.choice(len(begin), objectors, replace=False)] = True
    return Authority(items, held, objects)


def _shares(kinds):
    return np.array([0.3, 0.7] if kinds == 2 else [0.6, 0.3, 0.1])


def people_of(authority, school):
    """Who is there in one term, as the record holds it."""
    here = np.flatnonzero(school != "")
    columns = {topic: items[here] for topic, items in authority.items.items()}
    child = np.array([f"child {number}" for number in here], dtype=object)
    flags = {"counted": True, "objects": authority.objects[here]}
    return pd.DataFrame({"child": child, "person": child, "laestab": school[here], **flags, **columns})


def rows_of(people, schools):
    """Every count of the people, noughts included."""
    places = [(LA, None, people), *((SCHOOL, name, people.loc[people["laestab"].eq(name)]) for name in schools)]
    rows = [
        ("pupils", level, place, topic, item, number)
        for level, place, held in places
        for topic, item, number in [
            ("Total", "Total", len(held)),
            *((topic, kind, int(held[topic].eq(kind).sum())) for topic, kinds in TOPICS.items() for kind in kinds),
        ]
    ]
    names = ["figure", "geography", "laestab", "breakdown_topic", "breakdown", "value"]
    return pd.DataFrame(rows, columns=names).assign(people=lambda made: made["value"])


def publish(authority, rule, *, order=None, policy=POLICY):
    """Publish term after term; `shown` gets {(place or "", topic, item): value} of each, None where it was refused.

    `order` gets the terms published, the first first, and `apart` the counts hidden because they could be subtracted.
    """
    on_record: dict[int, object] = {}
    authority.shown, authority.order, authority.apart = [None] * len(authority.terms), [], 0
    policy = policy.model_copy(update={"differences": rule})
    for term in range(len(authority.terms)) if order is None else order:
        people = people_of(authority, authority.terms[term])
        rows = CountsToProtect(rows_of(people.loc[~people["objects"]], authority.schools))
        now = Now(people, true_counts([rows]), "policy")
        earlier = Earlier(around=[each for other, each in on_record.items() if other != term])
        found = compared_pupils(now, earlier, policy)
        if found.refused:
            continue
        try:
            made = protect_release([rows], policy=policy, published=found.published, names="pupils")
        except DisclosureUnsafe:
            continue
        counts = kept_counts([rows], made.frame)
        on_record[term] = kept = now.kept(counts, found.published)
        authority.order.append(term)
        authority.apart += int(kept.counts["apart"].sum())
        keys = zip(counts["laestab"], counts["breakdown_topic"], counts["breakdown"], strict=True)
        authority.shown[term] = {
            key: value for key, value, shown in zip(keys, counts["value"], counts["shown"], strict=True) if shown
        }
    return authority


def moved_alone(authority, told, movement):
    """The children who are one of so few that a school or the authority gained and lost between two publications."""
    found = set()
    for first in told:
        for second in told:
            one, other = (np.where(authority.objects, "", authority.terms[term]) for term in (first, second))
            for name in authority.schools:
                moved = np.flatnonzero((one == name) != (other == name))
                found |= set(moved.tolist()) if len(moved) <= movement else set()
            moved = np.flatnonzero((one == "") != (other == ""))
            found |= set(moved.tolist()) if len(moved) <= movement else set()
    return sorted(found)


def fixed(authority, child, topic, terms, *, others=()):
    """Say whether somebody who knows who was where in some terms can tell a child's item of a topic from what is shown.

    `others` are further tables that are known: (place of every child, {(place, topic, item): value}).
    """
    tables = [(np.where(authority.objects, "", authority.terms[term]), authority.shown[term]) for term in terms]
    tables += others
    where = np.array([tuple(each) for each in zip(*(place for place, _ in tables), strict=True)], dtype=object)
    groups, of_child = np.unique(["|".join(each) for each in where], return_inverse=True)
    kinds, size = TOPICS[topic], np.bincount(of_child)
    places = [np.array(name.split("|")) for name in groups]
    columns = len(groups) * len(kinds)
    rows, sums = [], []
    for group in range(len(groups)):
        row = np.zeros(columns)
        row[group * len(kinds) : (group + 1) * len(kinds)] = 1
        rows.append(row)
        sums.append(size[group])
    for number, (_, shown) in enumerate(tables):
        for (place, shown_topic, item), value in shown.items():
            if shown_topic != topic:
                continue
            row = np.zeros(columns)
            for group, held in enumerate(places):
                if held[number] != "" and place in ("", held[number]):
                    row[group * len(kinds) + kinds.index(item)] = 1
            rows.append(row)
            sums.append(value)
    mine = int(of_child[child])
    target = np.zeros(columns)
    target[mine * len(kinds) + kinds.index(authority.items[topic][child])] = 1
    upper = np.repeat(size, len(kinds))
    answer = milp(
        target,
        integrality=np.ones(columns),
        bounds=Bounds(0, upper),
        constraints=LinearConstraint(np.array(rows), sums, sums),
    )
    assert answer.status == 0
    return round(answer.fun) == size[mine]


def leaks(authority, movement):
    """The children of small movements of whom a publication told: nothing published before, nor it alone, did."""
    found = []
    for number, term in enumerate(authority.order):
        told = authority.order[: number + 1]
        for child in moved_alone(authority, told, movement):
            for topic in TOPICS:
                if (
                    fixed(authority, child, topic, told)
                    and not fixed(authority, child, topic, [term])
                    and not fixed(authority, child, topic, told[:-1])
                ):
                    found.append((child, topic))
    return found
