"""Where headless Chromium is, if anywhere; the pipe that the tests speak to it over is not to be had on Windows."""

import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = None if sys.platform == "win32" else next((found for name in NAMES if (found := shutil.which(name))), None)
LEFT_OUT = "browser tests: left out, there is no headless Chromium here (on Debian: apt-get install chromium)"
