"""The least that a Django site is: one address, no model, no template, no middleware."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="bare")


def answer(request: HttpRequest) -> HttpResponse:
    """Always the same."""
    return HttpResponse("Hello")


urlpatterns = [path("contact/", answer)]
application = get_wsgi_application()
