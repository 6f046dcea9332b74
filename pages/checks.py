"""Mistakes in the pages, found by `manage.py check` before anybody is harmed."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from pages import prescribed, redirects


@register(deploy=True)
def prescribed_texts_are_there(**kwargs: object) -> list[CheckMessage]:
    """A notice that a law prescribes is no marked place any more."""
    return [_error(one) for one in prescribed.missing(settings.CLINIC)]


@register
def old_addresses_lead_somewhere(**kwargs: object) -> list[CheckMessage]:
    """A line of the file of redirects that cannot be served is named with its number."""
    file = settings.REDIRECTS_FILE
    try:
        found = redirects.mistakes(redirects.load(file))
        return [
            Error(f"{file.name}, line {each.line}: {why}.", id="pages.E002") for each, why in found
        ]
    except redirects.RedirectsFileError as error:
        return [Error(str(error), id="pages.E002")]


def _error(one: prescribed.Missing) -> Error:
    text, file = one.text, f"templates/{one.text.file(one.language)}"
    return Error(
        f"The official text {file} is missing ({text.rule}).",
        hint=f"Paste the {text.title(settings.CLINIC)} of {text.agency}, {text.url}.",
        id="pages.E001",
    )
