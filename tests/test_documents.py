"""The documents are true to the repository: paths, links, tests, make targets, tree, records."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml  # comes with djlint
from django.contrib import admin

from tests import CHECKOUT

DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
PRODUCT = ("clinic_site", "pages", "intake")
RECORDS = sorted((CHECKOUT / "docs" / "decisions").glob("[0-9]*.md"))
PARTS = ("**Context.**", "**Decision.**", "**Alternatives.**", "**Consequences.**")

FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
WORD = re.compile(r"[\w.][\w./-]*(?:::\w+)?")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
NAME_OF_A_FILE = re.compile(r"[\w-]+(\.[\w-]+)*\.(py|md|toml|html|css|js|json|in|txt|yaml|yml|png)")
ADMIN = Path(admin.__file__).parent / "templates"
MADE_ELSEWHERE = {"headers.json"}  # by the program while it runs
OF_ONE_MACHINE = ("var/", "keys/", "files/", ".venv/")  # folders that are not in the repository
WITHOUT_A_LINE = {"commands", "management", "migrations", "templatetags"}  # Django's own names


def called(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=called)


def blocks_in(document: Path) -> list[str]:
    """The fenced blocks of code."""
    return FENCED.findall(document.read_text(encoding="utf-8"))


def code_in_lines(document: Path) -> list[str]:
    """What is set as code within a line."""
    return CODE.findall(FENCED.sub("", document.read_text(encoding="utf-8")))


def paths_in(document: Path) -> Iterator[str]:
    """What looks like a file of the repository, within a line also what looks like a folder."""
    for word in " ".join(code_in_lines(document)).split():
        yield from _path(word)
    for word in " ".join(blocks_in(document)).split():
        yield from (path for path in _path(word) if not path.endswith("/"))


def _path(word: str) -> Iterator[str]:
    """Patterns, addresses, and folders that a machine makes for itself are none."""
    path = word.strip("\"',;():").partition("::")[0]
    if WORD.fullmatch(path) and not path.startswith(OF_ONE_MACHINE):
        yield path


@cache
def bare_names() -> frozenset[str]:
    """The name of every file, and of every folder with a slash, in code, words and documents."""
    folders = (*PRODUCT, "templates", "static", "tests", "docs")
    inside = (path for folder in folders for path in (CHECKOUT / folder).rglob("*"))
    everything = (*inside, *CHECKOUT.iterdir())
    return frozenset(path.name + "/" * path.is_dir() for path in everything)


def is_there(path: str) -> bool:
    """A bare name may be that of any file or folder; a path stands where it says, or is a template.

    `admin/base.html` is one of Django admin.
    """
    if "/" not in path.removesuffix("/"):
        return path in bare_names() | MADE_ELSEWHERE
    return any((place / path).exists() for place in (CHECKOUT, CHECKOUT / "templates", ADMIN))


def looks_like_a_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return bool(NAME_OF_A_FILE.fullmatch(name)) or ("/" in path and not name)


@each_document
def test_every_path_exists(document: Path) -> None:
    named = {path for path in paths_in(document) if looks_like_a_file(path)}

    assert sorted(path for path in named if not is_there(path)) == []


@each_document
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))

    dead = [link for link in links if not (document.parent / link.partition("#")[0]).exists()]
    assert dead == []


@each_document
def test_every_named_test_is_there(document: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", document.read_text(encoding="utf-8"))

    assert [f"{path}::{name}" for path, name in named if name not in functions_in(path)] == []


@cache
def functions_in(path: str) -> frozenset[str]:
    tree = ast.parse((CHECKOUT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@each_document
def test_every_make_target_exists(document: Path) -> None:
    code = "\n".join((*blocks_in(document), *code_in_lines(document)))

    assert sorted(set(TARGET.findall(code)) - targets()) == []


def test_hooks_and_workflow_call_what_everybody_calls() -> None:
    hooks = yaml.safe_load((CHECKOUT / ".pre-commit-config.yaml").read_text())
    workflow = yaml.safe_load((CHECKOUT / ".github/workflows/ci.yml").read_text())
    steps = workflow["jobs"]["run"]["steps"]

    for hook in hooks["repos"][0]["hooks"]:
        make, *named = hook["entry"].split()
        assert make == "make"
        assert set(named) <= targets()
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]


@cache
def targets() -> frozenset[str]:
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.MULTILINE))


# ---- docs/architecture.md


def rooms_in_the_tree() -> set[str]:
    """Folders of the product as the tree of the page has them: four blanks for each level."""
    tree = blocks_in(CHECKOUT / "docs" / "architecture.md")[0]
    rooms, above = set(), [""]
    for blanks, name in re.findall(r"^( *)(\w+)/ ", tree, flags=re.MULTILINE):
        above[len(blanks) // 4 + 1 :] = [f"{above[len(blanks) // 4]}{name}/"]
        rooms.add(above[-1].rstrip("/"))
    return {room for room in rooms if room.startswith(PRODUCT)}


def rooms_of_the_product() -> set[str]:
    modules = (path for app in PRODUCT for path in (CHECKOUT / app).rglob("*.py"))
    rooms = {path.parent.relative_to(CHECKOUT) for path in modules}
    return {str(room) for room in rooms if not WITHOUT_A_LINE & set(room.parts)}


def test_tree_shows_every_room_and_no_other() -> None:
    assert rooms_in_the_tree() == rooms_of_the_product()


# ---- docs/decisions/


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_record_has_its_number_and_four_parts(record: Path) -> None:
    text = record.read_text(encoding="utf-8")

    assert text.startswith(f"# {int(record.name[:4])}. ")
    assert [part for part in PARTS if part not in text] == []


def test_every_record_is_in_the_index() -> None:
    index = (RECORDS[0].parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[?(\d{4})\b", index, flags=re.MULTILINE)

    assert listed == sorted(set(listed))
    assert {record.name[:4] for record in RECORDS} <= set(listed)
