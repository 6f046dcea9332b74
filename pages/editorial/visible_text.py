"""Text extraction from HTML: blocks of text with their headings, claims and links.

Left out are navigation, drawings (`aria-hidden`), scripts, the list of sources, and official texts
(`data-prescribed`), whose words are not ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from html.parser import HTMLParser

# Marks around words that a template prints from a variable, set by `rendered_pages`.
CLINIC_START, CLINIC_END = "\ue000", "\ue001"

UNREAD = {"nav", "svg", "script", "style", "template", "noscript"}
SHELL = {"header", "footer"}
SHELL_CLASSES = {"facts", "reviewed", "crumbs", "call-bar"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LABELS = {"button", "label", "legend", "option", "th", "dt", "caption", "summary"}
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "em", "i", "kbd", "mark", "q"}
    | {"s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr"}
)


class PagePart(StrEnum):
    """The part of a page to which a block belongs."""

    HEAD = "title and description"
    SHELL = "header, footer or strip"
    MAIN = "main"


@dataclass(frozen=True)
class Claim:
    """A sentence tagged with `{% fact %}`, the IDs of its facts, and the heading above it."""

    facts: tuple[str, ...]
    words: str
    heading: str


@dataclass(frozen=True)
class TextLink:
    """The words of a link as a screen reader reads them, and the heading above it."""

    words: str
    heading: str


@dataclass(frozen=True)
class TextBlock:
    """A paragraph, list item, cell, label or heading, with the heading above it.

    `bare` are its words without claims and without the clinic's own facts.
    """

    tag: str
    part: PagePart
    heading: str
    words: str
    bare: str
    hidden: bool = False
    form: bool = False
    error: bool = False

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading that everybody can see."""
        return self.tag in HEADINGS and not self.hidden

    @property
    def is_label(self) -> bool:
        """Whether it labels something: a control, a table or a list."""
        return self.tag in LABELS


@dataclass(frozen=True)
class VisibleText:
    """The text of a page in reading order."""

    blocks: tuple[TextBlock, ...]
    claims: tuple[Claim, ...]
    links: tuple[TextLink, ...]


def read_html(html: str) -> VisibleText:
    """Extract the text of a page, or of a fragment, which then counts as MAIN."""
    reader = _Reader(whole_page="<main" in html)
    reader.feed(html)
    reader.close()
    return reader.text()


@dataclass(frozen=True)
class _Within:
    tag: str = ""
    block: str = "div"
    part: PagePart = PagePart.MAIN
    unread: bool = False
    hidden: bool = False
    form: bool = False
    error: bool = False
    facts: tuple[str, ...] = ()
    starts_claim: bool = False
    starts_link: bool = False


@dataclass
class _Passage:
    """Text that is being collected: all words, and those without claims and clinic facts."""

    words: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, *, whole_page: bool) -> None:
        super().__init__()
        self._stack = [_Within(part=PagePart.SHELL if whole_page else PagePart.MAIN)]
        self._heading = ""
        self._clinic_depth = 0
        self._passage = _Passage()
        self._claim: list[str] = []
        self._link: list[str] = []
        self._blocks: list[TextBlock] = []
        self._claims: list[Claim] = []
        self._links: list[TextLink] = []

    def text(self) -> VisibleText:
        self._flush()
        return VisibleText(tuple(self._blocks), tuple(self._claims), tuple(self._links))

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        attributes = {name: _unmarked(value or "") for name, value in attrs}
        self._read_attributes(tag, attributes)
        if tag not in INLINE:
            self._flush()
        if tag == "br":
            self.handle_data(" ")
        if tag not in VOID:
            self._open(_within(self._stack[-1], tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {within.tag for within in self._stack}:
            return
        if tag not in INLINE:
            self._flush()
        while self._close(self._stack.pop()) != tag:
            pass

    def handle_data(self, data: str) -> None:
        within = self._stack[-1]
        words, bare = self._split_clinic(data)
        if within.unread:
            return
        self._link.append(words)
        if within.hidden:
            self._add(within.block, within.part, _joined([words]), hidden=True)
            return
        self._claim.append(words)
        self._passage.words.append(words)
        self._passage.bare.append(" " if within.facts else bare)

    def _read_attributes(self, tag: str, attributes: dict[str, str]) -> None:
        if self._stack[-1].unread:
            return
        if tag == "meta" and attributes.get("name") == "description":
            self._add("meta", PagePart.HEAD, attributes.get("content", ""))
        for name in ("alt", "aria-label", "placeholder", "title"):
            if attributes.get(name):
                self._add(name, self._stack[-1].part, attributes[name], hidden=True)

    def _add(self, tag: str, part: PagePart, words: str, *, hidden: bool = False) -> None:
        if words:
            self._blocks.append(TextBlock(tag, part, self._heading, words, "", hidden=hidden))

    def _open(self, within: _Within) -> None:
        self._stack.append(within)
        if within.starts_claim:
            self._claim = []
        elif within.starts_link:
            self._link = []

    def _close(self, within: _Within) -> str:
        if within.starts_claim:
            self._claims.append(Claim(within.facts, _joined(self._claim), self._heading))
            self._claim = []
        elif within.starts_link and not within.unread:
            self._links.append(TextLink(_joined(self._link), self._heading))
        return within.tag

    def _flush(self) -> None:
        words, bare = _joined(self._passage.words), _joined(self._passage.bare)
        self._passage = _Passage()
        if not words:
            return
        within = self._stack[-1]
        if within.block in HEADINGS and within.part is PagePart.MAIN:
            self._heading = words
        self._blocks.append(
            TextBlock(
                within.block,
                within.part,
                self._heading if within.part is PagePart.MAIN else "",
                words,
                bare,
                form=within.form,
                error=within.error,
            )
        )

    def _split_clinic(self, data: str) -> tuple[str, str]:
        bare = []
        for letter in data:
            if letter == CLINIC_START:
                self._clinic_depth += 1
            elif letter == CLINIC_END:
                self._clinic_depth -= 1
            else:
                bare.append(" " if self._clinic_depth else letter)
        return _unmarked(data), "".join(bare)


def _within(outer: _Within, tag: str, attributes: dict[str, str]) -> _Within:
    classes = set(attributes.get("class", "").split())
    facts = tuple(attributes.get("data-fact", "").split())
    return replace(
        outer,
        tag=tag,
        block=outer.block if tag in INLINE else tag,
        part=_part(outer.part, tag, classes),
        unread=outer.unread or _is_unread(tag, classes, attributes),
        hidden=outer.hidden or "vh" in classes or "hidden" in attributes,
        form=outer.form or tag == "form",
        error=outer.error or any("error" in name for name in classes),
        facts=facts or outer.facts,
        starts_claim=bool(facts),
        starts_link=tag == "a",
    )


def _is_unread(tag: str, classes: set[str], attributes: dict[str, str]) -> bool:
    cites = tag == "sup" or "cite" in classes or "sources" in classes
    drawn = attributes.get("aria-hidden") == "true"
    return cites or drawn or tag in UNREAD or "data-prescribed" in attributes


def _part(outer: PagePart, tag: str, classes: set[str]) -> PagePart:
    if tag == "main":
        return PagePart.MAIN
    if tag == "title":
        return PagePart.HEAD
    return PagePart.SHELL if tag in SHELL or classes & SHELL_CLASSES else outer


def _unmarked(text: str) -> str:
    return text.replace(CLINIC_START, "").replace(CLINIC_END, "")


def _joined(pieces: Sequence[str]) -> str:
    return " ".join("".join(pieces).split())
