"""Headless Chromium, spoken to over a pipe by its own protocol; without it these tests are left out (tests/conftest.py says so)."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM

if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]


class Browser:
    """One tab; every call waits for Chromium's answer."""

    def __init__(self, profile: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()

        def wire() -> None:  # Chromium reads its orders from descriptor 3 and answers on 4
            inbox, outbox = os.dup(to_read), os.dup(to_write)
            os.dup2(inbox, 3)
            os.dup2(outbox, 4)

        self._process = subprocess.Popen(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={profile}",
                "--remote-debugging-pipe",
                "about:blank",
            ],
            preexec_fn=wire,  # noqa: PLW1509  # no other thread runs at that moment
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._number = 0
        self._session = None
        self._rest = b""
        self.events = []
        pages = self.call("Target.getTargets")["targetInfos"]
        tab = next(page["targetId"] for page in pages if page["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{part}.enable")

    def _message(self):
        while b"\0" not in self._rest:
            self._rest += os.read(self._read, 1 << 16)
        first, self._rest = self._rest.split(b"\0", 1)
        return json.loads(first)

    def call(self, method, **parameters):
        self._number += 1
        order = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            order["sessionId"] = self._session
        os.write(self._write, json.dumps(order).encode() + b"\0")
        while (answer := self._message()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, page: Path, *, width=1280, height=900, dark=False, script=True):
        self.events.clear()
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message())

    def js(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key, code=None, text=""):
        known = {"Tab": 9, "Enter": 13, " ": 32}
        common = {"key": key, "code": code or key, "windowsVirtualKeyCode": known.get(key, ord(key[0].upper()))}
        self.call(
            "Input.dispatchKeyEvent", type="keyDown", text=text or {"Enter": "\r", " ": " "}.get(key, ""), **common
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def screenshot(self, to: Path, *, whole=True):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        to.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self) -> bytes:
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def requests(self):
        """Every address asked for since `open`, but the page itself."""
        asked = [e["params"]["request"]["url"] for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return asked[1:]

    def complaints(self):
        """What Chromium logged: script errors, policy refusals."""
        logged = [e for e in self.events if e.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}]
        return [event["params"] for event in logged]

    def close(self):
        self._session = None
        self.call("Browser.close")
        self._process.wait(timeout=20)
        os.close(self._read)
        os.close(self._write)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    started = Browser(tmp_path_factory.mktemp("chromium"))
    yield started
    started.close()
