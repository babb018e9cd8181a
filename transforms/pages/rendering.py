"""Filling a page: one self-contained file, whose policy lets its one style (and script) through, nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

import jinja2
from markupsafe import Markup


@cache
def environment(package: str) -> jinja2.Environment:
    """Return where a package's templates are; whatever stands in a page is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def asset(package: str, name: str) -> Markup:
    """Return a packaged style or script, without the carriage returns that a Windows checkout may add."""
    source, _, _ = jinja2.PackageLoader(package).get_source(environment(package), name)
    return Markup(source.replace("\r\n", "\n"))  # noqa: S704  # our own packaged file


def content_hash(text: str) -> str:
    """Return the hash by which the page's own policy lets this one style or script run, and nothing else."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
