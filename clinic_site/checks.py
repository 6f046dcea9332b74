"""Django system checks: what is wrong with a deployment, told by `manage.py check --deploy`."""

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from intake import startup
from intake.seal import keys
from intake.seal.keys import KeyFileError


@register(Tags.security, deploy=True)
def sample_clinic_is_not_published(**kwargs: object) -> list[CheckMessage]:
    """Error E001 for the sample clinic, whose phone number reaches nobody."""
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
    """Error E002 without INTAKE_PINNED_KEYS: a public key could be swapped without notice."""
    if not settings.INTAKE_PINNED_KEYS:
        return [
            Error(
                "INTAKE_PINNED_KEYS is empty.",
                hint="Set it to the key ids that `manage.py list_keys` prints.",
                id="clinic_site.E002",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def keys_are_fit(**kwargs: object) -> list[CheckMessage]:
    """Error E004 for keys that a process would refuse at its start, and for development keys."""
    fault = startup.key_fault() or _development_key()
    hint = "`manage.py list_keys` shows what is in INTAKE_KEYS."
    return [Error(fault, hint=hint, id="clinic_site.E004")] if fault else []


@register(Tags.security, deploy=True)
def pinned_keys_are_here(**kwargs: object) -> list[CheckMessage]:
    """Warning W001 for a pinned key that is missing, as it may be while keys are rotated."""
    try:
        present = {key.id for key in keys.public_keys()}
    except KeyFileError:
        return []  # reported as E004
    missing = [pin for pin in settings.INTAKE_PINNED_KEYS if pin not in present]
    text = "key {}: in INTAKE_PINNED_KEYS, but not in INTAKE_KEYS."
    return [checks.Warning(text.format(pin), id="clinic_site.W001") for pin in missing]


def _development_key() -> str | None:
    made = [key.id for key in keys.recipients() if key.development]
    return f"key {made[0]}: made for development" if made else None


@register(Tags.security, deploy=True)
def second_factor_keeps_its_secrets(**kwargs: object) -> list[CheckMessage]:
    """Error E003 without an MFA_KEY of 32 characters: no second factor could be stored."""
    if not settings.SERVES_DESK or (settings.MFA_KEYS and min(map(len, settings.MFA_KEYS)) >= 32):
        return []
    return [
        Error(
            "MFA_KEY is not set, or shorter than 32 characters.",
            hint="openssl rand -hex 32",
            id="clinic_site.E003",
        )
    ]
