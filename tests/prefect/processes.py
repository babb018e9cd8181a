"""Starting Prefect's processes with an environment of their own, and seeing what is left of them."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
_KEPT = {"APPDATA", "COMSPEC", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "LOCALAPPDATA", "PATH", "SYSTEMROOT"}
_KEPT |= {"USERPROFILE", "VIRTUAL_ENV"}
#: Settings under which Prefect keeps and says as much as it can.
TALKATIVE = {
    "PREFECT_DEBUG_MODE": "true",
    "PREFECT_LOGGING_LEVEL": "DEBUG",
    "PREFECT_LOGGING_LOG_PRINTS": "true",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
    "PREFECT_TASKS_DEFAULT_PERSIST_RESULT": "true",
}
MARK = "TERMLY_TEST_SESSION"
ADDRESSES = "addresses.txt"
#: The names of this machine; None is the wildcard.
HERE = {"127.0.0.1", "localhost", "::1", "None"}


def environment(folder, **more):
    """Return an environment in which nothing of the developer's is set; every process of it bears one mark."""
    temporary = folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        **{name: value for name, value in os.environ.items() if name.upper() in _KEPT},
        "PREFECT_HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "prefect" / "audit"), str(ROOT)]),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "TERMLY_TEST_ADDRESSES": str(folder / ADDRESSES),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
        MARK: uuid4().hex,
        **more,
    }


def begin(command, *, env, log, cwd=ROOT):
    """Start a process whose output goes to a file."""
    with log.open("wb") as file:
        return subprocess.Popen(
            [str(part) for part in command], env=env, cwd=cwd, stdout=file, stderr=subprocess.STDOUT
        )


def python(*arguments):
    """Return the command line of this Python."""
    return [sys.executable, *arguments]


def left(env):
    """Return the processes of an environment that are still there; on systems without /proc none can be seen."""
    mark = f"{MARK}={env[MARK]}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue  # another user's, or gone meanwhile
    return found


def spoken_to(folder, *how):
    """Return the addresses that the processes of a session looked up (getaddrinfo) or connected to (connect)."""
    lines = (line.split(" ", 1) for line in (folder / ADDRESSES).read_text(encoding="utf-8").splitlines())
    return {address for kind, address in lines if kind in how}


def free_port():
    """Return a port of this machine that nobody listens on."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
