"""Passkeys (WebAuthn): asked for at sign-in and again at step-up, added, and removed.

allauth runs the ceremonies (W3C Web Authentication, section 7); the desk names their addresses and
guards them.
"""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse_lazy

from intake.desk.entrance.pages import page
from intake.desk.entrance.second_factor import (
    SecondFactor,
    needs_proof,
    needs_step_up,
    or_first_time,
)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Adding a passkey. With user verification it can replace the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        box = self.fields["passwordless"]
        box.initial = True
        box.label = "It signs me in alone, without the password"
        box.help_text = "It then asks for a fingerprint, your face or a PIN each time."


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Removal of a passkey, unless it is the account's last second factor."""

    success_url = reverse_lazy("mfa_index")
    context_object_name = "authenticator"

    def form_valid(self, form: Form) -> HttpResponse:
        """Remove it, or say why it stays."""
        adapter = SecondFactor()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(str(self.success_url))
        answer: HttpResponse = super().form_valid(form)
        return answer


urlpatterns = [
    page("login/passkey/", "mfa_login_webauthn", LoginWebAuthnView, "Sign in"),
    page(
        "security/again/passkey/",
        "mfa_reauthenticate_webauthn",
        ReauthenticateWebAuthnView,
        "Once more, please",
        needs_proof,
    ),
    page(
        "security/passkeys/add/",
        "mfa_add_webauthn",
        AddWebAuthnView,
        "Add a passkey",
        or_first_time(needs_step_up),
    ),
    page(
        "security/passkeys/<int:pk>/remove/",
        "mfa_remove_webauthn",
        RemovePasskey,
        "Remove a passkey",
        needs_step_up,
    ),
]
