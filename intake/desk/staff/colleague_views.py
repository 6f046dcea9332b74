"""Views of colleagues' accounts, for managers; `intake.desk.urls` sets the guards."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from intake.desk.entrance import accounts
from intake.desk.entrance.accounts import AccountExists
from intake.desk.entrance.rights import StaffRequest
from intake.desk.frame.site import desk
from intake.desk.staff import colleagues
from intake.desk.staff.colleague_forms import NewColleagueForm, RoleForm
from intake.desk.staff.colleagues import ChangeRefused
from intake.models import Request


@require_safe
def show_all(request: StaffRequest) -> HttpResponse:
    """List the whole staff."""
    context = {"title": "Colleagues", "colleagues": colleagues.everybody()}
    return _page(request, "desk/staff/colleagues.html", context)


def add(request: StaffRequest) -> HttpResponse:
    """Create an account; the response shows its password, which is kept nowhere."""
    form = NewColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _added(request, **form.cleaned_data)
        except AccountExists:
            form.add_error("username", "This username is taken. Choose another one.")
    return _page(
        request, "desk/staff/colleague_add.html", {"title": "Add a colleague", "form": form}
    )


def show_one(request: StaffRequest, colleague: int) -> HttpResponse:
    """Show an account, or make the change that was posted."""
    change = CHANGES.get(request.POST.get("action", ""), _show)
    try:
        return change(request, colleague)
    except User.DoesNotExist:
        raise Http404 from None
    except ChangeRefused as refused:
        return _show(request, colleague, problem=str(refused))


def _show(
    request: StaffRequest, colleague_id: int, form: RoleForm | None = None, problem: str = ""
) -> HttpResponse:
    colleague = colleagues.one(colleague_id)
    context = {
        "title": "A colleague’s account",
        "colleague": colleague,
        "is_own": colleague.user.pk == request.user.pk,
        "form": form or RoleForm(role=colleague.role),
        "problem": problem,
        "requests": Request.objects.open().owned_by(colleague.user.username).by_due(),
    }
    return _page(request, "desk/staff/colleague.html", context)


def _change_role(request: StaffRequest, colleague_id: int) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _show(request, colleague_id, form)
    colleagues.change_role(colleague_id, form.cleaned_data["role"], by=request.user)
    return _done(request, "The role is changed.")


def _deactivate(request: StaffRequest, colleague_id: int) -> HttpResponse:
    colleagues.deactivate(colleague_id, by=request.user)
    return _done(request, "The account is deactivated, and its logins have ended.")


def _activate(request: StaffRequest, colleague_id: int) -> HttpResponse:
    colleagues.activate(colleague_id, by=request.user)
    return _done(request, "The account is active again.")


@sensitive_variables()
def _reset(request: StaffRequest, colleague_id: int) -> HttpResponse:
    password = colleagues.reset_factor(colleague_id, by=request.user)
    return _password(request, colleagues.one(colleague_id).user.username, password)


@sensitive_variables()
def _added(request: StaffRequest, username: str, role: str) -> HttpResponse:
    password = accounts.create(username, role, by=request.user.username)
    return _password(request, username, password)


@sensitive_variables()
def _password(request: StaffRequest, username: str, password: str) -> HttpResponse:
    """Show the password in this very response: for a redirect it would have to be kept."""
    context = {"title": "A new password", "username": username, "password": password}
    return _page(request, "desk/staff/new_password.html", context)


def _done(request: StaffRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(request.path)


def _page(request: StaffRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    form = context.get("form")
    refused = bool(context.get("problem") or (form and form.errors))
    if refused:
        context["title"] = f"Error: {context['title']}"
    context = {**desk.each_context(request), **context}
    return TemplateResponse(request, template, context, status=422 if refused else 200)


CHANGES = {
    "role": _change_role,
    "deactivate": _deactivate,
    "activate": _activate,
    "reset": _reset,
}
