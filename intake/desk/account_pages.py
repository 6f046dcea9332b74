"""The pages of signing in: only those that are used, each with the guard that it needs.

allauth's other pages (sign-up, e-mail, password reset) have no address here.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import REASON_CSRF_TOKEN_MISSING
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse_lazy
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from clinic_site.web.middleware import is_desk
from intake.desk import kept_post, navigation, quiet_failures, second_factor
from intake.desk.second_factor import (
    SecondFactor,
    needs_proof,
    needs_proof_again,
    or_first_time,
)
from intake.desk.site import desk
from pages import error_pages


class Login(LoginView):
    """Password first. Who is signed in already but may not enter starts anew or sets up."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not desk.has_permission(request):
            if not second_factor.proved(request) and second_factor.may_set_up(request):
                return redirect("mfa_index")
            logout(request)
        return super().dispatch(request, *args, **kwargs)


class Logout(LogoutView):
    """By a button only."""

    http_method_names = ["post"]


class PasskeyForm(AddWebAuthnForm):
    """A key that also asks who holds it can do without the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        box = self.fields["passwordless"]
        box.initial = True
        box.label = "It signs me in alone, without the password"
        box.help_text = "It then asks for a fingerprint, your face or a PIN each time."


class RemovePasskey(RemoveWebAuthnView):
    """Not the last factor."""

    success_url = reverse_lazy("mfa_index")
    context_object_name = "authenticator"

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = SecondFactor()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(str(self.success_url))
        return super().form_valid(form)


def too_many(request: HttpRequest, exception: object = None) -> HttpResponse:
    """429, for staff only: a visitor is never told to come back later."""
    return TemplateResponse(request, "desk/too_many.html", {"title": "Please wait"}, status=429)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: which roles may do this, for staff; everybody else gets the readers' page."""
    if not is_desk(request) or not desk.has_permission(request):
        return error_pages.forbidden(request, exception)
    context = {"title": "Not with your role", "roles": getattr(exception, "roles", ())}
    return TemplateResponse(request, "desk/forbidden.html", context, status=403)


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form from before the last sign-in; a post that the desk keeps can be sent again."""
    if not is_desk(request):
        return error_pages.forbidden(request, PermissionDenied())
    kept = None
    if reason != REASON_CSRF_TOKEN_MISSING:
        kept = kept_post.answer(request, signed_in=desk.has_permission(request))
    context = {"title": "This form can no longer be sent"}
    return kept or TemplateResponse(request, "desk/stale_form.html", context, status=403)


def desk_words(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the frame needs on every page of the desk, on these too."""
    if not is_desk(request) or not hasattr(request, "user"):
        return {}
    return {
        "site_header": desk.site_header,
        "site_title": desk.site_title,
        "site_url": desk.site_url,
        "has_permission": desk.has_permission(request),
        "at_hand": SimpleLazyObject(lambda: navigation.links(request, navigation.AT_HAND)),
        "more": SimpleLazyObject(lambda: navigation.links(request, navigation.MORE)),
        "findings": SimpleLazyObject(lambda: quiet_failures.found(timezone.now())),
    }


def _page(
    address: str, name: str, view: type[View], title: str, guard: Callable = lambda view: view
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
        or_first_time(needs_proof_again),
    ),
    _page(
        "security/app/remove/",
        "mfa_deactivate_totp",
        DeactivateTOTPView,
        "Remove the authenticator app",
        needs_proof_again,
    ),
    _page(
        "security/passkeys/add/",
        "mfa_add_webauthn",
        AddWebAuthnView,
        "Add a passkey",
        or_first_time(needs_proof_again),
    ),
    _page(
        "security/passkeys/<int:pk>/remove/",
        "mfa_remove_webauthn",
        RemovePasskey,
        "Remove a passkey",
        needs_proof_again,
    ),
    _page(
        "security/codes/",
        "mfa_view_recovery_codes",
        ViewRecoveryCodesView,
        "Recovery codes",
        needs_proof_again,
    ),
    _page(
        "security/codes/new/",
        "mfa_generate_recovery_codes",
        GenerateRecoveryCodesView,
        "New recovery codes",
        needs_proof_again,
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
