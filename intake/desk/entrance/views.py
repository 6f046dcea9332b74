"""The sign-in and sign-out views in which the desk differs from allauth's own."""

from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from intake.desk.entrance import second_factor


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
