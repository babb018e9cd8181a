"""The pages that are generated from the program itself; `python -m flows.generated_pages` writes them (`make docs`)."""

from __future__ import annotations

from pathlib import Path

from flows.storage import Zone
from schemas.calendar import known_collections
from transforms.reports.dictionary import ZoneNote, data_dictionary, zones_readme

_LA = "the local authority"
_WHILE_NEEDED = "until the next collection is signed off"
_ZONES = {
    Zone.LANDING: ("files as received, with who landed them when", True, _LA, _WHILE_NEEDED),
    Zone.CLEAN: ("typed tables of census and register", True, _LA, "by the retention rules for each child"),
    Zone.FINDINGS: ("what the rules found", True, _LA, "with the clean tables"),
    Zone.QUARANTINE: ("what could not be read, with the reason", True, _LA, _WHILE_NEEDED),
    Zone.PSEUDONYMISED: ("clean tables under an internal key", False, _LA, "by the retention rules for each child"),
    Zone.STATISTICS: ("protected counts: Parquet, EES CSV", False, "everybody", "as long as it is of use"),
    Zone.RELEASED: ("files for recipients, with manifests", True, "the recipient named", "as the agreement says"),
    Zone.REPORTS: ("pages and lists for people", True, "schools and " + _LA, _WHILE_NEEDED),
    Zone.LEDGER: ("every file that was written for a recipient", False, _LA, "always; it holds no names"),
}


def generated() -> dict[str, str]:
    """Return every generated page by its path in the project."""
    zones = (ZoneNote(zone.value, *_ZONES[zone]) for zone in Zone)
    return {
        "schemas/README.md": data_dictionary(known_collections()),
        "data/README.md": zones_readme(zones),
    }


def write(root: Path) -> None:
    """Write the generated pages below a folder."""
    for path, text in generated().items():
        (root / path).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(__file__).parent.parent)
