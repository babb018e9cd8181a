"""School-level tables: the return's header, the school, classes, childcare and special provision."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas import _data
from transforms.synthetic.draw import Texts, only, pick, rate, role, table
from transforms.synthetic.made import Made, made
from transforms.synthetic.meals import meals_taken
from transforms.synthetic.scene import Scene

_INFANTS = {4: "F", 5: "1", 6: "1", 3: "F"}
_CLASS_SIZE, _NURSERY_SIZE = 28, 24
_WIDEST, _FEW, _NURSERY_AGE = 60, 2, 3


def header_of(scene: Scene, schools: pd.DataFrame) -> Made:
    """Make the header of each school's return."""
    count, rng = len(schools), scene.rng("header")
    software = table("software").take(schools["software"].to_numpy()).reset_index(drop=True)
    when = scene.census_day.astype("datetime64[s]") + rng.integers(9 * 3600, 6 * 86400, count).astype("timedelta64[s]")
    release, version = software["release"].to_numpy(object), software["xversion"].to_numpy(object)
    columns = {
        "collection": pick(rng, "collection", "school", count),
        "term": np.full(count, scene.collection.census_term, object),
        "year": np.full(count, scene.collection.year),
        "referencedate": np.full(count, scene.census_day),
        "sourcelevel": pick(rng, "sourcelevel", "school", count),
        "lea": np.full(count, scene.la, object),
        "estab": schools["laestab"].str.slice(3).to_numpy(object),
        "urn": only(schools["states_urn"].to_numpy(), schools["urn"].to_numpy(object)),
        "softwarecode": software["software"].to_numpy(object),
        "release": release,
        "xversion": only(version != "", version),
        "serialno": np.ones(count, dtype=np.int64),
        "datetime": when,
        "name": np.full(count, "School Census", object),
    }
    return made(columns, np.arange(count))


def school_of(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Made:
    """Make each school's own row: characteristics, and in spring appeals, reconciliation and meals."""
    count, rng = len(schools), scene.rng("school")
    codes = {int(row["age"]): row["code"] for row in _data.rows("synthetic/year_groups.csv")}
    text = {name: schools[name].to_numpy(object) for name in ("schoolname", "phase", "type", "intake", "governance")}
    special, unit = schools["special"].to_numpy(), schools["unit"].to_numpy()
    teens = np.where(unit, rng.integers(0, 6, count), np.nan)
    return made(
        {
            **text,
            "highestncyeargroup": schools["highest_age"].map(codes).to_numpy(object),
            "lowestncyeargroup": schools["lowest_age"].map(codes).to_numpy(object),
            "email": schools["email"].to_numpy(object),
            "phoneno": schools["phone"].to_numpy(object),
            **_special(scene, schools, special),
            "childmothers": only(unit, teens > 0),
            "teenmotherplaces": np.where(teens > 0, teens, np.nan),
            "childcareplaces": only(unit, teens > _FEW),
            **_appeals(rng, "infants", schools["primary"].to_numpy()),
            **_appeals(rng, "secondary", schools["secondary"].to_numpy()),
            **_reconciled(rng, schools, rolls),
            "freemealstaken": meals_taken(scene, schools, rolls),
        },
        np.arange(count),
    )


def _special(scene: Scene, schools: pd.DataFrame, special: np.ndarray) -> dict[str, object]:
    count = len(schools)
    boards = schools["boards"].to_numpy()
    kind = scene.pick("accommodation", "special", count, "accommodation")
    ages = {"min": schools["lowest_age"], "max": schools["highest_age"] + 1}
    return {
        "accommodation": only(special, kind),
        "maxdaypupils": np.where(special, 250, np.nan),
        "maxboarders": np.where(special, np.where(boards, 20, 0), np.nan),
        **{f"{end}{sex}age": np.where(special, age, np.nan) for end, age in ages.items() for sex in ("male", "female")},
    }


def _appeals(rng: np.random.Generator, which: str, has: np.ndarray) -> dict[str, object]:
    """Make appeal counts that add up: lodged = withdrawn + heard, heard = upheld + rejected."""
    lodged = rng.integers(0, 13, len(has))
    withdrawn = (lodged * rng.random(len(has)) * rate("appeal_withdrawn")).astype(int)
    heard = lodged - withdrawn
    upheld = (heard * rng.random(len(has)) * rate("appeal_upheld")).astype(int)
    counts = {"lodged": lodged, "withdrawn": withdrawn, "heard": heard, "upheld": upheld, "rejected": heard - upheld}
    return {f"{which}{name}": np.where(has, count, np.nan) for name, count in counts.items()}


def _reconciled(rng: np.random.Generator, schools: pd.DataFrame, rolls: pd.DataFrame) -> dict[str, object]:
    secondary = schools["secondary"].to_numpy()
    main = rolls.loc[rolls["enrolstatus"].eq(role("main")) & rolls["is_on_roll"], "school"]
    elsewhere = np.bincount(main, minlength=len(schools))
    drawn = {name: rng.integers(0, 4, len(schools)) for name in ("privatestudy", "workexperience", "fecollege")}
    counts = {name: np.where(secondary, values, 0) for name, values in drawn.items()}
    return {"parttimenotin": np.where(schools["early"], 2, 0), "pupilsatotherschool": elsewhere, **counts}


def classes_of(scene: Scene, schools: pd.DataFrame, rolls: pd.DataFrame) -> Made:
    """Make the classes of nursery, Reception and key stage 1 pupils, none over its ratio (1230Q, 1260Q)."""
    aged = rolls.assign(age=rolls["age"].mask(rolls["in_nursery"], np.minimum(rolls["age"], _NURSERY_AGE)))
    on_roll = aged.loc[aged["is_on_roll"] & aged["age"].isin(list(_INFANTS))]
    sizes = on_roll.groupby(["school", "age"]).size().reset_index(name="pupils")
    sizes = sizes.loc[~schools["special"].to_numpy()[sizes["school"]]]
    full = np.where(sizes["age"] == _NURSERY_AGE, _NURSERY_SIZE, _CLASS_SIZE)
    times = np.ceil(sizes["pupils"] / full).astype(int).to_numpy()
    place = np.concatenate([np.arange(number) for number in times]) if len(times) else np.zeros(0, int)
    rows = sizes.loc[sizes.index.repeat(times)].assign(place=place, of=np.repeat(times, times)).reset_index(drop=True)
    return made(_class_columns(scene, rows), rows["school"].to_numpy())


def _class_columns(scene: Scene, rows: pd.DataFrame) -> dict[str, object]:
    codes = {int(row["age"]): row["code"] for row in _data.rows("synthetic/year_groups.csv")}
    count, rng = len(rows), scene.rng("classes")
    nursery = rows["age"].eq(_NURSERY_AGE).to_numpy()
    year = rows["age"].map(codes).to_numpy(object)
    pupils = rows["pupils"].to_numpy() // rows["of"].to_numpy() + (rows["place"] < rows["pupils"] % rows["of"])
    letter = np.array([chr(ord("A") + place % 26) for place in rows["place"]], dtype=object)
    exceptional = {f"exception{kind}": rng.random(count) < rate("class_exception") for kind in "abcdefgh"}
    return {
        "classname": "Class " + year + letter,
        "teachers": np.ones(count, dtype=int),
        "nonteachers": np.where(nursery, 2, 1),
        "yeargroup": year,
        "category": np.where(nursery, role("nursery_class"), role("other_class")),
        "keystage": rows["age"].map(_INFANTS).to_numpy(object),
        "classactivity": scene.pick("classactivity", "all", count, "class_activity"),
        "homepupils": pupils.to_numpy(),
        "guestpupils": np.zeros(count, dtype=int),
        "ppateachers": np.where(rng.random(count) < rate("ppa_teacher"), "1", "0").astype(object),
        **{name: np.where(has, 1, np.nan) for name, has in exceptional.items()},
    }


def childcare_of(scene: Scene, schools: pd.DataFrame) -> Made:
    """Make the childcare that schools for young children signpost or offer, one row a kind."""
    kinds = sorted(scene.codes("childcare_type"))
    rows = np.repeat(np.flatnonzero(schools["early"] | schools["primary"]), len(kinds))
    count, rng = len(rows), scene.rng("childcare")
    answers = ("childcarebefore8am", "childcarecovers8amto6pm", "childcareuntil6pm", "holidaychildcareproviderhours")
    onsite = rng.random(count) < rate("childcare_on_site")
    return made(
        {
            "typeofchildcare": np.array(kinds * (count // max(len(kinds), 1)), dtype=object),
            "onsite": onsite,
            "childcaresignposting": scene.pick("childcaresignposting", "all", count, "childcare_signposting"),
            "childcareprovider": scene.pick("childcareprovider", "all", count, "childcare_provider"),
            "openingtime": _hour(rng, count, 7),
            "closingtime": _hour(rng, count, 17),
            "noofchildcareplaces": rng.integers(8, _WIDEST, count),
            "childcarewksopen": rng.integers(36, 51, count),
            "otherschools": rng.random(count) < rate("childcare_other_schools"),
            "childcareplacesavailability": scene.pick("childcareplacesavailability", "all", count, "childcare_places"),
            **{name: scene.pick(name, "all", count, "childcare_answer") for name in answers},
        },
        rows,
    )


def _hour(rng: np.random.Generator, count: int, first: int) -> Texts:
    choices = np.array([f"{first:02d}:30", f"{first + 1:02d}:00", f"{first:02d}:45"], dtype=object)
    return np.asarray(choices[rng.integers(0, len(choices), count)])


def provisions_of(scene: Scene, schools: pd.DataFrame) -> Made:
    """Make up to five types of provision of each special school, none twice."""
    rng = scene.lasting("provisions")
    special = np.flatnonzero(schools["special"])
    drawn = [pick(rng, "specialschooltype", "special", 5, within=scene.codes("special_provision")) for _ in special]
    kinds = [list(dict.fromkeys(kinds)) for kinds in drawn]
    rows = np.repeat(special, [len(kind) for kind in kinds])
    return made({"specialschooltype": np.array([code for kind in kinds for code in kind], dtype=object)}, rows)
