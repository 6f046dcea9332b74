"""Which tests need something outside of their own process: a browser, a server, any program.

They get the mark `outside`, and `make quick` leaves them out. Nobody keeps a list: what a test,
its fixtures and the functions of `tests` that they call mention is followed to whatever starts a
process. A test that starts one all the same, by a way that was not seen, fails and says so.
"""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache, partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

MARK = "outside"
STARTERS = (subprocess, "pytest_playwright", "clinic_site.tryout.child_processes")
FOLLOWED = ("tests.", "clinic_site.tryout.", *(each for each in STARTERS if isinstance(each, str)))
STARTING = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn")  # Python's audit events

_running: list[pytest.Item] = []


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark, and watch what is started."""
    config.addinivalue_line("markers", f"{MARK}: needs a browser or another process")
    sys.addaudithook(_refuse_unmarked)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark before `-m` chooses."""
    for item in items:
        if any(map(_starts_a_process, _functions_of(item))):
            item.add_marker(MARK)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Remember whose turn it is."""
    _running[:] = [item]
    try:
        return (yield)
    finally:
        _running.clear()


def _refuse_unmarked(event: str, _: object) -> None:
    if event in STARTING and _running and not _running[0].get_closest_marker(MARK):
        raise AssertionError(f"mark it: @pytest.mark.{MARK}, because it starts a process")


def _functions_of(item: pytest.Item) -> Iterator[Any]:
    """The test, and the fixtures that it gets."""
    yield getattr(item, "function", None)
    fixtures = getattr(item, "_fixtureinfo", None)
    for found in fixtures.name2fixturedefs.values() if fixtures else ():
        yield found[-1].func


@cache
def _starts_a_process(first: Any) -> bool:
    seen: set[int] = set()
    ahead = [first]
    while ahead:
        each = ahead.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if each in STARTERS or getattr(each, "__module__", "") in STARTERS:
            return True
        ahead += _mentioned_by(each)
    return False


def _mentioned_by(thing: Any) -> Iterator[Any]:
    """What a function of ours uses by name; all functions of a class of ours."""
    if isinstance(thing, partial):
        yield thing.func
    thing = getattr(thing, "__wrapped__", None) or getattr(thing, "__func__", thing)
    if not str(getattr(thing, "__module__", "")).startswith(FOLLOWED):
        return
    if isinstance(thing, type):
        yield from (each for each in vars(thing).values() if isinstance(each, FunctionType))
    elif isinstance(thing, FunctionType):
        names = set(_names(thing.__code__))
        for used in (thing.__globals__[name] for name in names if name in thing.__globals__):
            yield used
            if isinstance(used, ModuleType) and used.__name__.startswith(FOLLOWED):
                yield from (vars(used)[name] for name in names if name in vars(used))


def _names(code: CodeType) -> Iterator[str]:
    """Also those of the functions inside it."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
