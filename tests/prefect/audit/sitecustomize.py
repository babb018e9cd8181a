"""Loaded by every Python process of a session under test: writes down each address that it would speak to."""

import os
import sys

LOG = os.environ.get("TERMLY_TEST_ADDRESSES")


def _note(event, arguments):
    if event not in ("socket.connect", "socket.getaddrinfo"):
        return
    address = arguments[1] if event == "socket.connect" else arguments[0]
    host = address[0] if isinstance(address, tuple) else address
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    with open(LOG, "a", encoding="utf-8") as log:  # noqa: PTH123  # the hook must import nothing
        log.write(f"{event.rpartition('.')[2]} {name}\n")


if LOG:
    sys.addaudithook(_note)
