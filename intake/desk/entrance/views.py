"""Views of signing in where allauth's own do not fit: login, logout, passkeys."""

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
    """Password first. Who is signed in already but may not enter starts anew or sets up."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not second_factor.may_enter(request):
            if not second_factor.proved(request) and second_factor.may_set_up(request):
                return redirect("mfa_index")
            logout(request)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


class Logout(LogoutView):  # type: ignore[misc]  # allauth has no types
    """By a button only."""

    http_method_names = ["post"]


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A key that also asks who holds it can do without the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        box = self.fields["passwordless"]
        box.initial = True
        box.label = "It signs me in alone, without the password"
        box.help_text = "It then asks for a fingerprint, your face or a PIN each time."


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Not the last factor."""

    success_url = reverse_lazy("mfa_index")
    context_object_name = "authenticator"

    def form_valid(self, form: Form) -> HttpResponse:
        adapter = SecondFactor()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(str(self.success_url))
        answer: HttpResponse = super().form_valid(form)
        return answer
