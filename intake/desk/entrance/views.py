"""The sign-in, sign-out and passkey views in which the desk differs from allauth's own."""

from typing import Any

from allauth.account.views import LoginView, LogoutView
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse_lazy

from intake.desk.entrance import second_factor
from intake.desk.entrance.second_factor import SecondFactor


class Login(LoginView):  # type: ignore[misc]  # allauth has no types
    """Sign-in by password. Who is half signed in is sent to set up a factor, or starts over."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form only to who is signed out, or cannot enter the desk as they are."""
        if request.user.is_authenticated and not second_factor.may_enter(request):
            if not second_factor.proved(request) and second_factor.may_set_up(request):
                return redirect("mfa_index")
            logout(request)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


class Logout(LogoutView):  # type: ignore[misc]  # allauth has no types
    """Sign-out by POST only: no link and no image can sign somebody out."""

    http_method_names = ["post"]


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """Adding a passkey (WebAuthn). With user verification it can replace the password."""

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
