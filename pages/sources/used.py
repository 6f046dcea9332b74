"""Bibliography: every source that a page cites, by subject, for /sources/.

Templates are searched and not rendered, which also finds claims inside `{% if %}` blocks that this
clinic does not show.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.template import Context, Engine
from django.template.base import FilterExpression, Node, NodeList
from django.template.loader_tags import ExtendsNode, IncludeNode

from pages.registry import PAGES, Page
from pages.sources import facts
from pages.sources.facts import Source

SUBJECTS = {
    "F1": "Kinds of care",
    "F2": "What studies found",
    "F3": "Work, school and family",
    "F4": "Money",
    "F5": "Privacy and honest advertising",
    "F6": "Access and equal treatment",
    "F7": "Urgent help and safety",
    "F8": "Words and plain language",
}


@dataclass(frozen=True, slots=True)
class UsedSource:
    """A source and the pages that cite it."""

    source: Source
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The sources of one subject."""

    subject: str
    works: tuple[UsedSource, ...]


@cache
def groups() -> tuple[SourceGroup, ...]:
    """The sources by subject, in the order of sources.toml."""
    cited = {page: frozenset(facts_of(page)) for page in PAGES}
    used = [UsedSource(work, _resting_on(work, cited)) for work in facts.load_sources().works]
    found = (
        SourceGroup(
            subject, tuple(one for one in used if one.pages and _section(one.source) == section)
        )
        for section, subject in SUBJECTS.items()
    )
    return tuple(group for group in found if group.works)


def facts_of(page: Page) -> Iterator[str]:
    """The IDs of the facts that a page cites, in its template and all included ones."""
    yield from _facts_in(Engine.get_default().get_template(page.template).nodelist)


def _resting_on(work: Source, cited: dict[Page, frozenset[str]]) -> tuple[Page, ...]:
    return tuple(page for page, facts_of_page in cited.items() if facts_of_page & set(work.facts))


def _section(work: Source) -> str:
    """The section of docs/facts.md with most of its facts; the first one if there are several."""
    return Counter(fact.partition(".")[0] for fact in work.facts).most_common(1)[0][0]


def _facts_in(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        yield from getattr(node, "identifiers", ())
        for inner in _inside(node):
            yield from _facts_in(inner)


def _inside(node: Node) -> Iterator[NodeList]:
    for name in (*node.child_nodelists, "nodelist"):
        inner = getattr(node, name, None)
        if inner:
            yield inner
    match node:
        case (
            IncludeNode(template=FilterExpression() as name)
            | ExtendsNode(parent_name=FilterExpression() as name)
        ):
            yield Engine.get_default().get_template(name.resolve(Context())).nodelist
