"""Template tags for links that cannot be dead and for claims with sources. Built in everywhere."""

import re

from django import template
from django.template import TemplateSyntaxError
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from pages.registry import by_name

# Also matches tags and text areas, so that numbers within them are skipped.
PHONE_NUMBER = re.compile(
    r"<textarea.*?</textarea>|<[^>]*>|(?P<number>\b(?:1-)?\d{3}-\d{3}-\d{4}\b)", re.DOTALL
)

register = template.Library()


@register.tag
def page_url(parser: Parser, token: Token) -> Node:
    """`{% page_url "contact" "for=someone" %}` -> /contact/?for=someone"""
    arguments = _literals(token, at_least=1, at_most=2)
    return TextNode(_address(*arguments))


@register.tag
def link(parser: Parser, token: Token) -> Node:
    """`{% link "faq" %}words{% endlink %}` -> a link to that page."""
    arguments = _literals(token, at_least=1, at_most=2)
    words = parser.parse(("endlink",))
    parser.delete_first_token()
    return LinkNode(_address(*arguments), words)


@register.filter
def whole_phone_numbers(html: str) -> SafeString:
    """Wrap each phone number in a span, whose style keeps it on one line.

    Browsers break lines after hyphens. Values of form fields are left alone.
    """
    return mark_safe(PHONE_NUMBER.sub(_whole, html))  # noqa: S308  only spans are added


@register.simple_tag(takes_context=True)
def style(context: Context, *names: str) -> SafeString:
    """Style elements with parts of the stylesheet that few pages need: `{% style "week" %}`."""
    parts = context["stylesheet"].parts
    return format_html_join("", "<style>{}</style>", ((parts[name],) for name in names))


@register.tag
def fact(parser: Parser, token: Token) -> Node:
    """`{% fact "F1.1" %}A sentence.{% endfact %}` -> the sentence with links to its sources."""
    identifiers = _literals(token, at_least=1, at_most=9)
    words = parser.parse(("endfact",))
    parser.delete_first_token()
    return FactNode(identifiers, words)


class TextNode(Node):
    """Prints constant text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, context: Context) -> str:
        return self.text


class LinkNode(Node):
    """Prints a link, whose target was checked when the template was compiled."""

    child_nodelists = ("words",)

    def __init__(self, address: str, words: NodeList) -> None:
        self.address = address
        self.words = words

    def render(self, context: Context) -> str:
        words = mark_safe(self.words.render(context))  # noqa: S308  escaped by its own nodes
        return format_html('<a href="{}">{}</a>', self.address, words)


class FactNode(Node):
    """Prints a claim; sources are numbered in the order in which the page first cites them."""

    child_nodelists = ("words",)

    def __init__(self, identifiers: tuple[str, ...], words: NodeList) -> None:
        self.identifiers = identifiers
        self.words = words

    def render(self, context: Context) -> str:
        words = mark_safe(self.words.render(context))  # noqa: S308  escaped by its own nodes
        numbers = context["sources"].cite(self.identifiers)
        links = format_html_join(
            "",
            '<a class="cite" href="#source-{}"><span class="vh">source </span>{}</a>',
            ((number, number) for number in numbers),
        )
        marks = format_html("<sup>{}</sup>", links) if links else ""
        return format_html(
            '<span data-fact="{}">{}</span>{}', " ".join(self.identifiers), words, marks
        )


def _whole(found: re.Match[str]) -> str:
    return f'<span class="tel">{found[0]}</span>' if found["number"] else found[0]


def _literals(token: Token, *, at_least: int, at_most: int) -> tuple[str, ...]:
    tag, *arguments = token.split_contents()
    if not at_least <= len(arguments) <= at_most:
        raise TemplateSyntaxError(f"{tag}: expected {at_least} to {at_most} quoted words")
    for argument in arguments:
        if len(argument) < 2 or argument[0] not in "\"'" or argument[-1] != argument[0]:
            raise TemplateSyntaxError(f"{tag}: {argument} must stand in quotes")
    return tuple(argument[1:-1] for argument in arguments)


def _address(name: str, query: str = "") -> str:
    try:
        path = by_name(name).path
    except KeyError as error:
        raise TemplateSyntaxError(error.args[0]) from None
    return f"/{path}?{query}" if query else f"/{path}"
