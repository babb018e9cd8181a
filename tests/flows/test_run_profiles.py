"""A council chooses another disclosure profile: what then stands in the published files, and what stays inside."""

import io
import json
import shutil

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.stores import contents
from tests.termly_calls import rows_of, termly

ROUNDED = {"round-ehe": 10, "round-n": 5, "small-count-rounding": 5}
#: Symbols in place of counts and amounts: what a table does not have is z.
SHOWN = {"round-ehe": {"low", "x", "z"}, "round-n": {"low", "x", "z"}, "small-count-rounding": {"x", "z"}}


@pytest.fixture(scope="module")
def under(spring, finished, tmp_path_factory):
    """Return a maker of stores whose statistics were made again under a profile."""
    made = {}

    def make(profile, **single):
        asked = (profile, *single.items())
        if asked not in made:
            place = tmp_path_factory.mktemp("profile")
            store = shutil.copytree(finished, place / "store")
            chosen = "".join(f'{name} = "{each}"\n' for name, each in single.items())
            (place / "termly.toml").write_text(
                f'[council]\nla = "856"\n\n[disclosure]\nprofile = "{profile}"\n\n[disclosure.datasets]\n{chosen}',
                encoding="utf-8",
            )
            said = termly("statistics", *spring.base(store), "--on", spring.on, "--config", place)
            made[asked] = store, said
        return made[asked]

    return make


def dataset(store, name):
    return pd.read_parquet(store / "statistics" / name)


def symbols(table):
    """Every symbol that stands in the place of a count or an amount."""
    signs = [set(table[name].dropna()) for name in table.columns if name.endswith("_count_symbol")]
    return set().union(*signs)


def whole_numbers(table):
    """Every published count and amount of a table."""
    return [table[name].dropna() for name in table.columns if name.endswith("_count")]


@pytest.mark.parametrize("profile", ROUNDED)
def test_every_count_is_as_the_profile_says_in_every_dataset(under, profile):
    store, said = under(profile)
    assert said.code == 0, said.sentences
    names = [path.name for path in (store / "statistics").iterdir() if path.name != "ees"]
    assert len(names) > 5
    for name in names:
        for numbers in whole_numbers(dataset(store, name)):
            assert not numbers.between(1, ROUNDED[profile] - 1).any(), name
            assert profile == "small-count-rounding" or (numbers.astype("int64") % ROUNDED[profile] == 0).all(), name
        assert symbols(dataset(store, name)) <= SHOWN[profile]


def test_totals_are_the_sums_of_what_is_shown_where_small_counts_are_changed(under):
    table = dataset(under("small-count-rounding")[0], "pupils_characteristics")
    counts = table.set_index(["breakdown_topic", "breakdown"])["pupil_count"]
    total = counts["Total", "Total"]
    for topic in table["breakdown_topic"].unique():
        if topic not in ("Total", "SEN primary need"):
            assert counts[topic].sum() == total, topic


@pytest.mark.parametrize("profile", ROUNDED)
def test_the_files_for_dfes_platform_pass_every_check_and_name_the_profile(under, profile, spring):
    store, _ = under(profile)
    rows = rows_of((store / "statistics/ees/la=856/pupils_characteristics_establishments.csv").read_bytes())
    assert {row["pupil_count"] for row in rows} & {"low", "0", "5", "10"}
    part = (spring.here(store, "statistics", "pupils_characteristics") / "part-0.parquet").read_bytes()
    assert pq.read_schema(io.BytesIO(part)).metadata[b"profile"].decode() == profile
    about = (store / "statistics/ees/la=856/pupils_characteristics.csv-metadata.json").read_text(encoding="utf-8")
    assert profile in about


@pytest.mark.parametrize("profile", ROUNDED)
def test_the_page_tells_how_many_counts_were_changed_and_what_is_not_claimed(under, profile):
    folder = under(profile)[0] / "statistics/ees/la=856"
    (told,) = json.loads((folder / "protection.json").read_text(encoding="utf-8")).values()
    changed = told["changed"][profile]
    assert changed["changed"].startswith("about")
    assert changed["claims"] is (profile != "round-ehe")
    assert changed["claims"] is (changed["exact"] == changed["narrow"] == "none") or not changed["claims"]
    words = (folder / "protection.html").read_text(encoding="utf-8")
    assert f"Under {profile}, of {changed['counts']} counts {changed['changed']} are not the true ones" in words
    not_claimed = "does not claim that no count follows" if profile == "round-ehe" else "the second program has proved"
    assert not_claimed in words


def test_percentages_tell_no_more_than_the_rounded_counts(under):
    table = dataset(under("round-ehe")[0], "pupils_characteristics")
    total = table.loc[table["breakdown_topic"].eq("Total"), "pupil_count"].iloc[0]
    shown = table.loc[table["pupil_percent"].notna()]
    reckoned = 100 * shown["pupil_count"].astype(float) / total
    assert ((shown["pupil_percent"] - reckoned).abs() <= 0.0501).all()
    low = table.loc[table["pupil_count_symbol"].eq("low").fillna(value=False)]
    assert len(low)
    assert set(low["pupil_percent_symbol"]) <= {"low", "x"}


def test_amounts_are_told_only_where_enough_people_are_behind_them(under):
    rounded = dataset(under("round-ehe")[0], "suspensions")
    few = rounded["suspended_pupil_count"].isna()
    assert rounded.loc[few, "suspension_count"].isna().all()
    claimed = dataset(under("small-count-rounding")[0], "absence")
    assert claimed["session_absent_count"].isna().all()
    assert claimed["persistent_absentee_count"].notna().any()


def test_one_dataset_may_have_a_profile_of_its_own(under, finished):
    store, said = under("suppress", ehe_census="round-ehe")
    assert said.code == 0, said.sentences
    home = dataset(store, "ehe_census")
    assert "low" in set(home["child_count_symbol"].dropna())
    pd.testing.assert_frame_equal(dataset(store, "absence"), dataset(finished, "absence"))


def test_datasets_that_share_counts_cannot_have_different_profiles(under, finished):
    store, said = under("suppress", sen="round-n")
    assert said.code == 2
    assert any("share counts, so they need one profile" in line for line in said.sentences)
    assert contents(store) == contents(finished)


def test_figures_that_nothing_protects_stay_among_the_reports(under, spring):
    store, said = under("none")
    assert said.code == 0
    assert any("nothing was published" in line and "for the authority alone" in line for line in said.sentences)
    assert not [name for name in contents(store) if name.startswith("statistics/")]
    inside = spring.here(store, "reports") / "unprotected"
    pupils = pd.read_parquet(inside / "pupils_characteristics.parquet")
    assert pupils["pupil_count"].between(1, 4).any()
    assert pq.read_schema(inside / "pupils_characteristics.parquet").metadata[b"profile"] == b"none"
    assert (inside / "pupils_characteristics.csv").exists()
    said = termly("statistics", *spring.base(store), "--table", "sen", "--out", store.parent / "sen.csv")
    assert said.code == 15


def test_figures_that_nothing_protects_are_refused_at_the_door_of_the_open_zone(store, spring, tmp_path, monkeypatch):
    from flows import statistics as module  # noqa: PLC0415

    monkeypatch.setattr(module, "is_unprotected", lambda *_: False)
    (tmp_path / "termly.toml").write_text('[council]\nla = "856"\n\n[disclosure]\nprofile = "none"\n', encoding="utf-8")
    before = contents(store)
    said = termly("statistics", *spring.base(store), "--on", spring.on, "--config", tmp_path)
    assert said.code == 2
    assert "which protects nothing, so it is not written to statistics/" in " ".join(said.sentences)
    assert contents(store) == before


def test_figures_that_nothing_protects_go_when_a_profile_protects_them_again(under, spring, tmp_path):
    store = shutil.copytree(under("none")[0], tmp_path / "store")
    assert termly("statistics", *spring.base(store), "--on", spring.on).code == 0
    assert not (spring.here(store, "reports") / "unprotected").exists()
    assert (spring.here(store, "statistics", "sen") / "part-0.parquet").exists()


def test_who_rounds_what_stood_published_before_is_told_that_both_can_be_compared(under):
    _, said = under("round-ehe")
    assert any(line.startswith("ehe_") and "published before under another profile" in line for line in said.sentences)
    assert any("pupils_characteristics" in line and "can compare them" in line for line in said.sentences)
    _, said = under("none")
    assert not any("published before under another profile" in line for line in said.sentences)


@pytest.mark.parametrize("profile", ROUNDED)
def test_statistics_made_again_are_the_same_bytes(under, profile, spring, tmp_path):
    place = tmp_path / "again"
    store = shutil.copytree(under(profile)[0], place / "store")
    (place / "termly.toml").write_text(
        f'[council]\nla = "856"\n\n[disclosure]\nprofile = "{profile}"\n', encoding="utf-8"
    )
    shutil.rmtree(store / "statistics")
    assert termly("statistics", *spring.base(store), "--on", spring.on, "--config", place).code == 0
    before, after = (
        {name: digest for name, digest in contents(each).items() if name.startswith("statistics/")}
        for each in (under(profile)[0], store)
    )
    assert before == after


@pytest.mark.parametrize("line", ['profile = "rond-ehe"', '[disclosure.datasets]\nehe = "round-ehe"'])
def test_a_choice_that_cannot_be_followed_is_refused_by_its_key(finished, spring, tmp_path, line):
    (tmp_path / "termly.toml").write_text(f'[council]\nla = "856"\n\n[disclosure]\n{line}\n', encoding="utf-8")
    said = termly("statistics", *spring.base(finished), "--on", spring.on, "--config", tmp_path)
    assert said.code == 2
    assert "termly.toml: disclosure." in " ".join(said.sentences)
