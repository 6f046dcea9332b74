"""Template tags of the notices, the list of sources and the team: `{% load notices %}`."""

from collections.abc import Iterable

from django import template
from django.template import Engine, TemplateSyntaxError
from django.template.base import FilterExpression, Node, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clinic_site.clinic.languages import Language
from clinic_site.clinic.tables import Member
from pages import prescribed
from pages.bound_page import BoundPage
from pages.drawings import letters
from pages.registry import Page
from pages.sources import used

register = template.Library()


@register.tag("prescribed")
def prescribed_text(parser: Parser, token: Token) -> Node:
    """`{% prescribed "notice-of-availability" language %}`: official text or placeholder."""
    tag, *arguments = token.split_contents()
    if not 1 <= len(arguments) <= 2 or arguments[0][0] not in "\"'":
        raise TemplateSyntaxError(f"{tag}: expected a quoted name, and perhaps a language")
    try:
        text = prescribed.by_name(arguments[0][1:-1])
    except KeyError as error:
        raise TemplateSyntaxError(error.args[0]) from None
    return PrescribedNode(text, parser.compile_filter(arguments[1]) if arguments[1:] else None)


@register.simple_tag
def source_groups() -> tuple[used.SourceGroup, ...]:
    """Every source that a page cites, by subject."""
    return used.groups()


@register.simple_tag(takes_context=True)
def labels(context: Context, pages: Iterable[Page]) -> str:
    """The labels of pages in one line: "What is an IOP?; Compare care"."""
    return "; ".join(BoundPage(page, context["clinic"]).label for page in pages)


@register.simple_tag
def initials(member: Member) -> SafeString:
    """The initials of a team member, drawn in lit windows."""
    return mark_safe(letters.initials(member.initials))  # noqa: S308


class PrescribedNode(Node):
    """Prints the clinic's copy of an official text, or a placeholder for it."""

    def __init__(self, text: prescribed.PrescribedText, language: FilterExpression | None) -> None:
        self.text = text
        self.language = language

    def render(self, context: Context) -> str:
        language = self.language.resolve(context) if self.language else None
        template = prescribed.official(self.text, language.tag if language else prescribed.ENGLISH)
        if template:
            words = mark_safe(template.render(context))  # noqa: S308  a template's words
            return format_html("<div data-prescribed{}>{}</div>", _of(language), words)
        place = Engine.get_default().get_template("components/marked_place.html")
        given = {"text": self.text, "title": self.text.title(context["clinic"])}
        with context.push(**given, language=language):
            return place.render(context)


def _of(language: Language | None) -> str:
    if language is None:
        return ""
    return format_html(' lang="{}" dir="{}"', language.tag, language.direction)
