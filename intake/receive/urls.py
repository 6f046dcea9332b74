"""The contact form and what follows it; paths and names come from the registry of pages."""

from django.urls import path

from intake.receive import views
from pages.registry import by_name

urlpatterns = [
    path(by_name("contact").path, views.contact, name="contact"),
    path(by_name("contact-sent").path, views.sent, name="contact-sent"),
]
