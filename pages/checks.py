"""Django system checks of the pages, part of `manage.py check`."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

from pages import prescribed, redirects
from pages.drawings import social_card


@register(deploy=True)
def prescribed_texts_are_there(**kwargs: object) -> list[CheckMessage]:
    """Error E001 for each official text that a law prescribes and the clinic has not added."""
    return [_error(one) for one in prescribed.missing(settings.CLINIC)]


@register
def old_addresses_lead_somewhere(**kwargs: object) -> list[CheckMessage]:
    """Error E002 for each line of redirects.toml that cannot be served, with its number."""
    file = settings.REDIRECTS_FILE
    try:
        found = redirects.mistakes(redirects.load_redirects(file))
        return [
            Error(f"{file.name}, line {each.line}: {why}.", id="pages.E002") for each, why in found
        ]
    except redirects.RedirectsFileError as error:
        return [Error(str(error), id="pages.E002")]


@register
def social_card_is_ours(**kwargs: object) -> list[CheckMessage]:
    """Warning W003 while developing when the social card shows outdated facts."""
    return _other_card(Caution)


@register(deploy=True)
def social_card_is_ours_when_published(**kwargs: object) -> list[CheckMessage]:
    """Error E003 on deployment when the social card shows another clinic or outdated facts."""
    return _other_card(Error)


def _other_card(message: type[Error] | type[Caution]) -> list[CheckMessage]:
    if social_card.shows(settings.CLINIC):
        return []
    return [
        message(
            f"{social_card.CARD.name} shows another name, sample mark or group than clinic.toml.",
            hint="Draw it anew where you develop: make manage ARGS=social_card",
            id=f"pages.{message.__name__[0]}003",
        )
    ]


def _error(one: prescribed.MissingText) -> Error:
    text, file = one.text, f"templates/{one.text.file(one.language)}"
    return Error(
        f"The official text {file} is missing ({text.rule}).",
        hint=f"Paste the {text.title(settings.CLINIC)} of {text.agency}, {text.url}.",
        id="pages.E001",
    )
