"""Mistakes in the pages, found by `manage.py check --deploy` before anybody is harmed."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from pages import prescribed


@register(deploy=True)
def prescribed_texts_are_there(**kwargs: object) -> list[CheckMessage]:
    """A notice that a law prescribes is no marked place any more."""
    return [_error(one) for one in prescribed.missing(settings.CLINIC)]


def _error(one: prescribed.Missing) -> Error:
    text, file = one.text, f"templates/{one.text.file(one.language)}"
    return Error(
        f"The official text {file} is missing ({text.rule}).",
        hint=f"Paste the {text.title(settings.CLINIC)} of {text.agency}, {text.url}.",
        id="pages.E001",
    )
