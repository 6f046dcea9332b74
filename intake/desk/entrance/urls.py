"""URLs of signing in: those of allauth's views that the desk uses, each with its guard.

allauth's other views (sign-up, email, password reset) have no address. The names of the URLs are
allauth's own, because its views redirect to them.
"""

from collections.abc import Callable

from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
)
from allauth.usersessions.views import ListUserSessionsView
from django.urls import URLPattern, path
from django.views import generic
from django.views.decorators.debug import sensitive_post_parameters

from intake.desk.entrance.rights import View
from intake.desk.entrance.second_factor import needs_proof, needs_step_up, or_first_time
from intake.desk.entrance.views import Login, Logout, RemovePasskey


def _page(
    address: str,
    name: str,
    view: type[generic.View],
    title: str,
    guard: Callable[[View], View] = lambda view: view,
) -> URLPattern:
    shown = view.as_view(extra_context={"title": title}) if title else view.as_view()
    return path(address, sensitive_post_parameters()(guard(shown)), name=name)


urlpatterns = [
    _page("login/", "account_login", Login, "Sign in"),
    _page("login/code/", "mfa_authenticate", AuthenticateView, "Second step"),
    _page("login/passkey/", "mfa_login_webauthn", LoginWebAuthnView, "Sign in"),
    _page("logout/", "account_logout", Logout, ""),
    _page("security/", "mfa_index", IndexView, "Signing in securely", or_first_time(needs_proof)),
    _page(
        "security/app/",
        "mfa_activate_totp",
        ActivateTOTPView,
        "Set up an authenticator app",
        or_first_time(needs_step_up),
    ),
    _page(
        "security/app/remove/",
        "mfa_deactivate_totp",
        DeactivateTOTPView,
        "Remove the authenticator app",
        needs_step_up,
    ),
    _page(
        "security/passkeys/add/",
        "mfa_add_webauthn",
        AddWebAuthnView,
        "Add a passkey",
        or_first_time(needs_step_up),
    ),
    _page(
        "security/passkeys/<int:pk>/remove/",
        "mfa_remove_webauthn",
        RemovePasskey,
        "Remove a passkey",
        needs_step_up,
    ),
    _page(
        "security/codes/",
        "mfa_view_recovery_codes",
        ViewRecoveryCodesView,
        "Recovery codes",
        needs_step_up,
    ),
    _page(
        "security/codes/new/",
        "mfa_generate_recovery_codes",
        GenerateRecoveryCodesView,
        "New recovery codes",
        needs_step_up,
    ),
    _page(
        "security/logins/", "usersessions_list", ListUserSessionsView, "Your logins", needs_proof
    ),
    _page(
        "security/again/",
        "mfa_reauthenticate",
        ReauthenticateView,
        "Once more, please",
        needs_proof,
    ),
    _page(
        "security/again/passkey/",
        "mfa_reauthenticate_webauthn",
        ReauthenticateWebAuthnView,
        "Once more, please",
        needs_proof,
    ),
]
