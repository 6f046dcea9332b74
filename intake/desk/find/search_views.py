"""The search page. The term comes by POST, so that no address and no log holds it."""

import logging

from django import forms
from django.db import DatabaseError
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from intake.desk.entrance.rights import StaffRequest
from intake.desk.find import search
from intake.desk.find.search import SearchResult, Term
from intake.desk.forms import DeskForm
from intake.desk.frame.site import desk
from intake.seal.keys import KeyFileError

TOO_SHORT = "Enter at least two letters of a name, or four digits of a number."

logger = logging.getLogger(__name__)


class SearchForm(DeskForm):
    """One field for a name, a number, an address or a pseudonym."""

    term = forms.CharField(
        label="Name, phone number, email or pseudonym",
        help_text="The beginnings of names and the last digits of a number will do.",
        strip=False,
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": TOO_SHORT,
            "max_length": "Enter at most %(limit_value)d characters.",
        },
    )
    closed_too = forms.BooleanField(
        label="Also what was closed in the last 90 days", required=False
    )

    def clean_term(self) -> str:
        """Refuse a term that would match nearly everybody."""
        term: str = self.cleaned_data["term"]
        if Term.of(term).too_short:
            raise forms.ValidationError(TOO_SHORT)
        return term


@sensitive_post_parameters()
@sensitive_variables()
def show(request: StaffRequest) -> HttpResponse:
    """Show the empty form, or search and show the results."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    try:
        found = _find(request, form)
    except (DatabaseError, KeyFileError) as error:
        logger.error("desk: nothing was searched: %s", type(error).__name__)
        return _page(request, form, status=503, problem=_words_for(error))
    return _page(request, form, found=found)


@sensitive_variables()
def _find(request: StaffRequest, form: SearchForm) -> SearchResult:
    given = form.cleaned_data
    by, now = request.user.get_username(), timezone.now()
    return search.find(given["term"], closed_too=given["closed_too"], by=by, now=now)


def _words_for(error: Exception) -> str:
    """The error in words. A KeyFileError names files and keys, never content."""
    if isinstance(error, KeyFileError):
        return f"the keys of this server are not in order: {error}"
    return "the database does not answer, or the ledger cannot be written"


@sensitive_variables()
def _page(
    request: StaffRequest,
    form: SearchForm,
    *,
    found: SearchResult | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **desk.each_context(request),
        "title": "Error: Search" if form.errors else "Search",
        "form": form,
        "found": found,
        "problem": problem,
    }
    return TemplateResponse(request, "desk/find/search.html", context, status=status)
