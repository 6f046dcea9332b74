"""Finds a browser, or installs one: `python -m tests.plugin.chromium`.

One that the machine has comes first, then Playwright's own, then the system's package manager.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from typing import Any

from playwright.sync_api import Error, sync_playwright

from tests.plugin import fonts

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Of several lists of features the last one counts, so Playwright's own that matter here come again.
# The rest draws the buttons of a window that nobody sees, each window in a process of its own.
UNUSED = (
    *("PaintHolding", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "MediaRouter"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("InitialWebUI", "PreloadTopChromeWebUI", "WebUIToolbar", "WebUIReloadButton"),
    *("WebUIBackForwardButton", "WebUIHomeButton", "WebUILocationBar", "WebUIOmniboxPopup"),
    *("WebUIPinnedToolbarActions", "WebUIAppMenuButton", "WebUIAvatarButton"),
    *("WebUIExtensionsContainer", "WebUISplitTabsButton"),
)
SECONDS_TO_DOWNLOAD = 600
ADVICE = "No browser for the tests. Install Chromium, for example: apt-get install chromium"


def launch_arguments() -> dict[str, Any]:
    """What Playwright needs to start it, with fonts of our own."""
    arguments: dict[str, Any] = {
        "args": [*QUIET, f"--disable-features={','.join(UNUSED)}", *_without_sandbox()],
        "env": os.environ | fonts.environment(),
    }
    if path := installed():
        arguments["executable_path"] = path
    return arguments


@cache
def installed() -> str | None:
    """The machine's own Chromium, or None: then Playwright looks for the one it downloaded."""
    for name in NAMES:
        if (path := shutil.which(name)) and _answers([path, "--version"]):
            return path
    return None


def ensure() -> bool:
    """Make sure that a browser starts; False when there is none to be had."""
    return _starts() or (_download() and _starts()) or (_from_system() and _starts())


def _without_sandbox() -> list[str]:
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def _answers(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _starts() -> bool:
    installed.cache_clear()
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(**launch_arguments()).close()
    except Error:
        return False
    return True


def _download() -> bool:
    """Playwright's own. Without a way to it this fails within seconds."""
    print("Downloading a browser for the tests ...", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    environment = os.environ | {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, timeout=SECONDS_TO_DOWNLOAD, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _from_system() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium with apt-get ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        command = ["apt-get", "--quiet", "--quiet", *words]
        if subprocess.run(command, env=environment, check=False).returncode != 0:
            return False
    return True


if __name__ == "__main__":
    if not ensure():
        sys.exit(ADVICE)
