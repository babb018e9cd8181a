"""The council's configuration: found, read, and written for the first time by `termly init`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows import deployments
from flows.clock import today
from flows.options import Outcome, RunOptions
from schemas import _data
from schemas.calendar import Calendar
from schemas.collection import Collection
from schemas.column_maps import column_map
from schemas.configuration.model import Settings, settings_for
from schemas.configuration.notice import Notice
from schemas.configuration.reading import read_part, read_settings
from schemas.errors import UsageError

SETTINGS = "termly.toml"
DEFAULT_STORE = Path("data")
TEMPLATES = "configuration/council"
MAPS = "column_maps"
EHE_MAP, CME_MAP = "ehe_register.toml", "cme_register.toml"


@dataclass(frozen=True)
class Configuration:
    """The settings of one authority with its files found and read; without a folder, what the package ships."""

    settings: Settings
    folder: Path | None
    store: Path
    agreements: Path | None
    key_file: Path | None
    notice: Notice | None
    column_map: Mapping[str, Any] | None
    disclosure: Mapping[str, Any] | None
    cme_column_map: Mapping[str, Any] | None = None

    def calendar(self, collection: Collection) -> Calendar:
        """Return the days of a collection, the council's own included."""
        return self.settings.calendar(collection)


def load(folder: Path | None, *, la: str | None = None) -> Configuration:
    """Read a configuration folder; without one, return the shipped settings for an authority.

    Raises:
        UsageError: naming the file and the key that cannot be followed.
    """
    if folder is None:
        if la is None:
            raise UsageError("Which local authority? Give --la NNN, or --config FOLDER with the council's settings.")
        return _found(settings_for(la), None, disclosure=None)
    content = _toml(folder / SETTINGS)
    files = content.get("files", {})
    named = files if isinstance(files, dict) else {}
    days = _toml_if(folder, named.get("census_days"))
    disclosure = _toml_if(folder, named.get("disclosure"))
    settings = read_settings(content, days=days or {}, disclosure=disclosure)
    if la is not None and la != settings.council.la:
        raise UsageError(f"--la {la} is not the authority of {folder / SETTINGS}; leave --la out or choose its folder.")
    return _found(settings, folder, disclosure=disclosure)


def _found(settings: Settings, folder: Path | None, *, disclosure: Mapping[str, Any] | None) -> Configuration:
    if folder is None:
        return Configuration(settings, None, DEFAULT_STORE, None, None, None, None, None)
    files = settings.files
    notice = _toml_if(folder, files.notice)
    return Configuration(
        settings=settings,
        folder=folder,
        store=folder / files.store if files.store else DEFAULT_STORE,
        agreements=_folder_if(folder, files.agreements),
        key_file=folder / settings.keys.file if settings.keys.file else None,
        notice=None if notice is None else read_part(Notice, notice, file=files.notice),
        column_map=_column_map_if(folder, files.column_map),
        disclosure=disclosure,
        cme_column_map=_column_map_if(folder, files.cme_column_map),
    )


def resolve(given: Mapping[str, Any]) -> RunOptions:
    """Turn a command's options into run options; what the command line leaves open comes from the configuration."""
    configuration = load(given["config"], la=given["la"])
    statistics = given.get("statistics", "linked") != "none"
    known = RunOptions.__dataclass_fields__
    taken = {name: value for name, value in given.items() if name in known}
    taken |= {"la": configuration.settings.council.la, "statistics": statistics}
    taken["store"] = given["store"] or configuration.store
    taken["agreements"] = given.get("agreements") or configuration.agreements
    return RunOptions(**taken)


def initialise(folder: Path, *, la: str) -> Outcome:
    """Write a council's configuration folder; nothing that is there already is touched.

    Raises:
        UsageError: when the authority is not known, or a file of that name is there already.
    """
    settings = settings_for(la)
    texts = _written(la, settings.council.shown_name)
    texts[deployments.NAME] = deployments.of_settings(settings, deployments.Place.of(folder))
    if there := sorted(name for name in texts if (folder / name).exists()):
        raise UsageError(f"{folder} already holds {', '.join(there)}; nothing was written: choose another folder.")
    outcome = Outcome()
    for name, text in texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        outcome.say(f"wrote {target}")
    outcome.say(f"Put your days, notice and agreements right there, then: termly check --config {folder}")
    return outcome


def renew_deployments(folder: Path) -> Outcome:
    """Write a council's `prefect.yaml` anew from its own days and settings; nothing else is touched.

    Raises:
        UsageError: when the folder's settings cannot be followed.
    """
    text = deployments.of_settings(load(folder).settings, deployments.Place.of(folder))
    target = folder / deployments.NAME
    target.write_text(text, encoding="utf-8", newline="\n")
    outcome = Outcome()
    outcome.say(f"wrote {target}; take it over in that folder with: prefect deploy --all")
    return outcome


def _written(la: str, name: str) -> dict[str, str]:
    """Return the folder's files by relative name, in the order in which to read them."""
    maps = _data.names(MAPS, ".toml")
    day = today()
    told = {
        "@LA@": la,
        "@NAME@": name,
        "@TODAY@": day.isoformat(),
        "@REVIEW@": day.replace(year=day.year + 1, day=min(day.day, 28)).isoformat(),
        "@COLUMN_MAP@": _map_line(maps),
    }
    names = ("README.md", SETTINGS, "census_days.toml", "notice.toml", "agreements/README.md")
    texts = {name: _data.text(f"{TEMPLATES}/{name}") for name in names}
    for mark, text in told.items():
        texts = {name: content.replace(mark, text) for name, content in texts.items()}
    return texts | {f"{MAPS}/{name}": _data.text(f"{MAPS}/{name}") for name in maps}


def _map_line(maps: tuple[str, ...]) -> str:
    named = {"column_map": (EHE_MAP, "home education"), "cme_column_map": (CME_MAP, "children missing education")}
    lines = [(f'{key} = "{MAPS}/{name}"', words) for key, (name, words) in named.items() if name in maps]
    return "".join(f"{line:<41} # how your register of {words} names its columns\n" for line, words in lines)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = f"There is no {path}; `termly init` writes a configuration folder, --config names it."
    except UnicodeDecodeError:
        problem = f"{path} is not UTF-8 text; save it as UTF-8."
    except tomllib.TOMLDecodeError as fault:
        problem = f"{path} is not TOML{_position(fault)}; correct it."
    raise UsageError(problem)


def _position(fault: tomllib.TOMLDecodeError) -> str:
    """Return where the fault is, without the text that stands there."""
    place = str(fault).rpartition("(at ")[2].rstrip(")")
    return f" (at {place})" if place.startswith(("line", "end")) else ""


def _toml_if(folder: Path, name: object) -> dict[str, Any] | None:
    return _toml(folder / name) if isinstance(name, str) and name else None


def _column_map_if(folder: Path, name: str) -> dict[str, Any] | None:
    content = _toml_if(folder, name)
    if content is not None:
        column_map(content, file=name)  # what cannot be followed is said before a run begins
    return content


def _folder_if(folder: Path, name: str) -> Path | None:
    if not name:
        return None
    if not (folder / name).is_dir():
        raise UsageError(f"{SETTINGS}: files.agreements: there is no folder {folder / name}; make it or mend the name.")
    return folder / name
