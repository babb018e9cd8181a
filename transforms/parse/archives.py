"""Zips of returns: opened in memory, guarded against bombs, odd names and damage."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath

from schemas.errors import Unreadable

# Limits against hostile archives, far beyond any authority's own: census XML packs at most about sixty to one.
MOST_MEMBERS = 10_000
MOST_BYTES = 4 << 30
MOST_RATIO = 400
_RATIO_FROM = 16 << 20
DEEPEST = 2
_PIECE = 1 << 20
_ENCRYPTED = 0x1
_RESOURCE_FORK = "__MACOSX/"  # macOS adds a shadow of each file, which holds nothing of it


def unpack(data: bytes, *, name: str, depth: int = 1) -> Iterator[tuple[str, bytes]]:
    """Return the files of a zip, and of zips within it, by name and in order of name.

    Raises:
        Unreadable: when the zip is damaged, encrypted, hostile or nested too deep.
    """
    with open_zip(data, name=name) as archive:
        members = sorted(_files(archive), key=lambda member: member.filename)
        left = MOST_BYTES
        for member in members:
            content = _content(archive, member, name=name, most=left)
            left -= len(content)
            if member.filename.lower().endswith(".zip"):
                yield from _inner(content, member.filename, name=name, depth=depth)
            else:
                yield member.filename, content


def open_zip(data: bytes, *, name: str) -> zipfile.ZipFile:
    """Open a zip whose directory passes the guards (workbooks are zips too).

    Raises:
        Unreadable: when it does not.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(f"{name} is damaged and cannot be opened; ask for it to be sent again.") from None
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise Unreadable(f"{name} holds more than any return could ({len(members)} files); leave it out.")
    if any(_swells(member) for member in members):
        raise Unreadable(f"{name} is packed like a zip bomb; leave it out and ask who sent it.")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Unreadable(f"{name} is protected by a password; ask for it without one, sent by a secure route.")
    if len({member.filename for member in members}) != len(members):
        raise Unreadable(f"{name} holds two files of one name; ask for it to be packed again.")
    if not all(_is_plain(member) for member in members):
        raise Unreadable(f"{name} holds file names that lead out of it, or links; leave it out and ask who sent it.")
    return archive


def _inner(content: bytes, member: str, *, name: str, depth: int) -> Iterator[tuple[str, bytes]]:
    if depth >= DEEPEST:
        raise Unreadable(f"{name} has zips within zips within zips; unpack it first.")
    for inner, data in unpack(content, name=f"{name}/{member}", depth=depth + 1):
        yield f"{member}/{inner}", data


def _files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for member in archive.infolist():
        if not member.is_dir() and not member.filename.startswith(_RESOURCE_FORK):
            yield member


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, name: str, most: int) -> bytes:
    """Unpack one file, no further than it says it is long: the directory of a hostile zip may lie."""
    pieces, length = [], 0
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                length += len(piece)
                if length > min(member.file_size, most):
                    raise Unreadable(f"{name} unpacks to more than it says; leave it out and ask who sent it.")
                pieces.append(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable(f"{name} is damaged: a file in it cannot be unpacked; ask for it to be sent again.") from None
    return b"".join(pieces)


def _swells(member: zipfile.ZipInfo) -> bool:
    return member.file_size > _RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1)


def _is_plain(member: zipfile.ZipInfo) -> bool:
    posix, windows = PurePosixPath(member.filename), PureWindowsPath(member.filename)
    leads_out = posix.is_absolute() or bool(windows.drive) or windows.is_absolute() or ".." in windows.parts
    return not leads_out and not stat.S_ISLNK(member.external_attr >> 16)
