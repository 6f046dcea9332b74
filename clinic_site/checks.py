"""Mistakes of a deployment, found by `manage.py check --deploy` before anybody is harmed."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def sample_clinic_is_not_published(**kwargs: object) -> list[CheckMessage]:
    """The sample's phone number reaches nobody."""
    if settings.CLINIC.sample:
        return [
            Error(
                "clinic.toml still describes the sample clinic.",
                hint="Fill in your own clinic and delete the line `sample = true`.",
                id="clinic_site.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def keys_are_pinned(**kwargs: object) -> list[CheckMessage]:
    """A swapped public key must be noticed, so production names the keys that it expects."""
    if not settings.INTAKE_PINNED_KEYS:
        return [
            Error(
                "INTAKE_PINNED_KEYS is empty.",
                hint="Set it to the key ids that `manage.py list_keys` prints.",
                id="clinic_site.E002",
            )
        ]
    return []


@register(Tags.security)
def desk_has_its_second_factor(**kwargs: object) -> list[CheckMessage]:
    """A password alone must not open requests."""
    if settings.PRODUCTION and settings.SERVES_DESK and not settings.DESK_SECOND_FACTOR:
        return [
            Error(
                "The desk cannot be served in production: it has no second factor yet.",
                hint="Set CLINIC_SERVES=site.",
                id="clinic_site.E003",
            )
        ]
    return []
