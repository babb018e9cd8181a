"""A council's configuration: what is written can be read, what is not known is refused, no key stands in it."""

from datetime import date, time
from pathlib import Path

import pytest

from flows.configuration import DEFAULT_STORE, initialise, load, resolve
from flows.sources import map_of
from schemas.calendar import calendar_for
from schemas.collection import Collection
from schemas.configuration.model import Settings, settings_for
from schemas.errors import UsageError
from schemas.sources.model import source

SPRING = Collection.parse("2026-spring")
MINIMAL = '[council]\nla = "856"\n'


def folder_with(tmp_path, settings=MINIMAL, **files):
    (tmp_path / "termly.toml").write_text(settings, encoding="utf-8")
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def refused(folder):
    with pytest.raises(UsageError) as caught:
        load(folder)
    return str(caught.value)


def test_what_init_writes_can_be_read_and_is_the_authoritys(tmp_path):
    initialise(tmp_path / "council", la="856")
    configuration = load(tmp_path / "council")
    assert configuration.settings.council.la == "856"
    assert configuration.settings.council.shown_name == "Leicester"
    assert configuration.agreements == tmp_path / "council" / "agreements"
    assert configuration.notice.territory == {"UK"}
    assert configuration.store == DEFAULT_STORE


def test_init_says_every_file_that_it_wrote_and_what_to_do_next(tmp_path):
    outcome = initialise(tmp_path, la="856")
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"termly.toml", "notice.toml", "census_days.toml", "README.md", "agreements/README.md"} <= files
    assert len(outcome.lines) == len(files) + 1
    assert outcome.lines[-1].endswith(f"termly check --config {tmp_path}")


def test_init_leaves_no_mark_unfilled(tmp_path):
    initialise(tmp_path, la="330")
    assert not any("@" in path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.toml"))


def test_init_touches_nothing_that_is_there(tmp_path):
    folder_with(tmp_path, "mine")
    with pytest.raises(UsageError, match=r"already holds termly\.toml; nothing was written"):
        initialise(tmp_path, la="856")
    assert [path.name for path in tmp_path.iterdir()] == ["termly.toml"]
    assert (tmp_path / "termly.toml").read_text(encoding="utf-8") == "mine"


def test_init_for_an_authority_that_does_not_exist_writes_nothing(tmp_path):
    with pytest.raises(UsageError, match="No current local authority has the number 999"):
        initialise(tmp_path / "council", la="999")
    assert not (tmp_path / "council").exists()


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ('[council]\nla = "856"\ncolour = "red"', "council.colour is not a key that termly knows"),
        ('[counsel]\nla = "856"', "counsel is not a key"),
        ("[council]\nla = 856", "council.la"),
        ('[council]\nname = "x"', "council.la is missing"),
        ('[council]\nla = "999"', "council.la: is not the number of a current local authority"),
        (MINIMAL + '[disclosure]\nprofile = "open"', "disclosure.profile: there is no such profile"),
        (MINIMAL + '[schedule]\nat = "noon"', "schedule.at"),
        (MINIMAL + '[schedule]\nzone = "Europe/Paris"', "schedule.zone"),
        (MINIMAL + '[keys]\nheld_in = "file"', "names a file"),
        (MINIMAL + '[keys]\nheld_in = "environment"\nfile = "key"', "names a file"),
        (MINIMAL + "[days.2026-spring]\ncensus_day = 2026-01-15", "move them there"),
        (MINIMAL + "files = 3", "council.files is not a key"),
        ("files = 3\n" + MINIMAL, "files"),
    ],
)
def test_a_setting_that_cannot_be_followed_is_named_with_its_file(tmp_path, settings, place):
    said = refused(folder_with(tmp_path, settings))
    assert said.startswith("termly.toml")
    assert place in said


def test_an_unknown_key_is_answered_with_those_that_are_known(tmp_path):
    said = refused(folder_with(tmp_path, MINIMAL + '[files]\nstor = "x"'))
    assert said == (
        "termly.toml: files.stor is not a key that termly knows; remove it or write one of "
        "store, agreements, notice, census_days, column_map, cme_column_map, disclosure."
    )


def test_a_key_that_stands_in_a_setting_is_refused_and_not_repeated(tmp_path):
    key = "0123456789abcdef" * 4
    said = refused(folder_with(tmp_path, MINIMAL + f'[keys]\nheld_in = "file"\nfile = "{key}"'))
    assert "looks like a key itself" in said
    assert key not in said


def test_broken_toml_is_named_with_its_line_and_not_quoted(tmp_path):
    said = refused(folder_with(tmp_path, "[council]\nla = secret"))
    assert "is not TOML (at line 2, column 6); correct it." in said
    assert "secret" not in said.replace(str(tmp_path), "")


def test_a_folder_without_settings_says_how_to_get_them(tmp_path):
    assert "`termly init` writes a configuration folder" in refused(tmp_path)


def test_settings_in_another_encoding_are_named(tmp_path):
    (tmp_path / "termly.toml").write_bytes('[council]\nname = "Zoë"'.encode("latin-1"))
    assert "save it as UTF-8" in refused(tmp_path)


def test_a_file_that_the_settings_name_must_be_there(tmp_path):
    assert "there is no folder" in refused(folder_with(tmp_path, MINIMAL + '[files]\nagreements = "signed"'))
    assert "notice.toml" in refused(folder_with(tmp_path, MINIMAL + '[files]\nnotice = "notice.toml"'))


def test_an_unknown_key_in_the_notice_is_named_with_its_file(tmp_path):
    notice = 'title = "x"\neffective = 2026-01-01\nreview = 2027-01-01\nrecipient = []'
    said = refused(folder_with(tmp_path, MINIMAL + '[files]\nnotice = "notice.toml"', notice=notice))
    assert said.startswith("notice.toml: recipient is not a key that termly knows")


def test_a_notice_may_name_only_known_recipients_and_purposes(tmp_path):
    notice = 'title = "x"\neffective = 2026-01-01\nreview = 2027-01-01\n[[recipients]]\nrecipient = "aunt"\npurposes = ["fun"]'
    said = refused(folder_with(tmp_path, MINIMAL + '[files]\nnotice = "notice.toml"', notice=notice))
    assert "aunt not in schemas/recipients.csv" in said


def test_a_territory_beyond_the_uk_holds_only_if_the_notice_lists_it(tmp_path):
    notice = (
        'title = "x"\neffective = 2026-01-01\nreview = 2027-01-01\n'
        '[[territory_exceptions]]\nterritory = "IE"\nwhy = "liaison about a named child"'
    )
    configuration = load(folder_with(tmp_path, MINIMAL + '[files]\nnotice = "notice.toml"', notice=notice))
    assert configuration.notice.territory == {"UK", "IE"}


DAYS = MINIMAL + '[files]\ncensus_days = "days.toml"'


def test_a_councils_own_days_take_the_place_of_the_shipped_ones(tmp_path):
    configuration = load(folder_with(tmp_path, DAYS, days='["2026-spring"]\nreturn_day = 2026-02-10'))
    assert configuration.calendar(SPRING).return_day == date(2026, 2, 10)
    assert configuration.calendar(SPRING).census_day == calendar_for(SPRING).census_day


def test_a_census_day_that_moves_takes_the_free_meals_windows_with_it(tmp_path):
    configuration = load(folder_with(tmp_path, DAYS, days='["2026-spring"]\ncensus_day = 2026-01-22'))
    assert configuration.calendar(SPRING).fsm_last == date(2026, 1, 22)
    assert configuration.calendar(SPRING.next()).fsm_first == date(2026, 1, 23)
    assert configuration.calendar(SPRING.next()).previous_census_day == date(2026, 1, 22)


def test_every_other_day_stays_as_shipped(tmp_path):
    configuration = load(folder_with(tmp_path))
    assert configuration.calendar(SPRING) == calendar_for(SPRING)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ('["2026-spring"]\ncensus_dya = 2026-01-15', "2026-spring.census_dya is not a key"),
        ('["2026-spring"]\ncensus_day = "soon"', "2026-spring.census_day"),
        ('["2026-winter"]\ncensus_day = 2026-01-15', "2026-winter is no collection"),
        ('["2026-spring"]\ncensus_day = 2026-03-15', "comes after a return day"),
    ],
)
def test_days_that_cannot_be_are_refused(tmp_path, days, said):
    assert said in refused(folder_with(tmp_path, DAYS, days=days))


def test_a_councils_own_disclosure_profile_can_be_chosen(tmp_path):
    disclosure = (
        '[profiles.stricter]\nmethod = "none"\nlabel = "our policy"\nsource = "ours"\ndate = 2026-01-01\n'
        'zone = "local authority"'
    )
    settings = MINIMAL + '[files]\ndisclosure = "disclosure.toml"\n[disclosure]\nprofile = "stricter"'
    configuration = load(folder_with(tmp_path, settings, disclosure=disclosure))
    assert configuration.settings.disclosure.profile in configuration.disclosure["profiles"]


def test_paths_are_relative_to_the_folder_unless_absolute(tmp_path):
    configuration = load(folder_with(tmp_path, MINIMAL + '[files]\nstore = "../data"'))
    assert configuration.store == tmp_path / "../data"
    absolute = (tmp_path / "elsewhere").as_posix()
    configuration = load(folder_with(tmp_path, MINIMAL + f'[files]\nstore = "{absolute}"'))
    assert configuration.store == tmp_path / "elsewhere"


def test_the_key_is_held_by_reference(tmp_path):
    configuration = load(folder_with(tmp_path, MINIMAL + '[keys]\nheld_in = "file"\nfile = "../secrets/key"'))
    assert configuration.key_file == tmp_path / "../secrets/key"


def test_without_a_folder_everything_is_as_shipped():
    configuration = load(None, la="856")
    assert configuration.settings == settings_for("856")
    assert configuration.settings.schedule.at == time(7, 0)
    assert (configuration.agreements, configuration.notice) == (None, None)


def test_without_folder_and_authority_the_user_is_asked():
    with pytest.raises(UsageError, match="Give --la NNN, or --config FOLDER"):
        load(None)


def test_another_authority_than_the_folders_is_refused(tmp_path):
    with pytest.raises(UsageError, match="--la 330 is not the authority"):
        load(folder_with(tmp_path), la="330")


GIVEN = {"collection": SPRING, "la": None, "store": None, "config": None, "on": date(2026, 2, 1)}


def test_the_command_line_comes_before_the_configuration(tmp_path):
    folder = folder_with(tmp_path, MINIMAL + '[files]\nstore = "kept"\nagreements = "."')
    settled = resolve(GIVEN | {"config": folder})
    assert (settled.la, settled.store, settled.agreements) == ("856", tmp_path / "kept", tmp_path / ".")
    settled = resolve(GIVEN | {"config": folder, "store": Path("s"), "agreements": Path("a"), "statistics": "none"})
    assert (settled.store, settled.agreements, settled.statistics) == (Path("s"), Path("a"), False)


def test_settings_cannot_be_changed_while_a_run_uses_them():
    with pytest.raises(ValueError, match="frozen"):
        settings_for("856").council.la = "330"


def test_every_key_of_the_settings_is_explained_in_the_file_that_init_writes(tmp_path):
    initialise(tmp_path, la="856")
    written = (tmp_path / "termly.toml").read_text(encoding="utf-8")
    parts = {name: field.annotation for name, field in Settings.model_fields.items() if name != "days"}
    unexplained = [
        f"{part}.{key}"
        for part, model in parts.items()
        for key in model.model_fields
        if f"\n{key} = " not in written and f"\n# {key} = " not in written
    ]
    assert unexplained == []


def test_the_column_map_that_init_copies_is_the_one_in_use(tmp_path):
    initialise(tmp_path, la="856")
    configuration = load(tmp_path)
    assert configuration.column_map["source"] == "ehe_register"
    assert (tmp_path / configuration.settings.files.column_map).is_file()


def test_each_register_is_read_by_the_councils_own_map_of_it(tmp_path):
    initialise(tmp_path, la="856")
    path = tmp_path / "column_maps" / "cme_register.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"Pupil Ref" = "child_id"', '"Case Number" = "child_id"'), encoding="utf-8")
    configuration = load(tmp_path)
    assert map_of(configuration, source("cme_register")).headers["Case Number"] == "child_id"
    assert "Case Number" not in map_of(configuration, source("ehe_register")).headers


def test_a_column_map_that_cannot_be_followed_is_refused_before_a_run(tmp_path):
    settings = MINIMAL + '[files]\ncolumn_map = "map.toml"'
    said = refused(folder_with(tmp_path, settings, map='source = "ehe_register"\n[headers]\n"Name" = "nickname"'))
    assert said.startswith("map.toml: it: no column of ehe_register: nickname")
