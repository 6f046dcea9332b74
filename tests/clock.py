"""Times on the clinic's clock."""

from datetime import datetime, timedelta

from django.utils import timezone


def local(hour: int, minute: int = 0, day: int = 24) -> datetime:
    """A time of the last November week of 2026 on the clinic's clock; the 24th is a Tuesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=timezone.get_default_timezone())


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of March 2025 on the clinic's clock; the 11th is the Tuesday of `rows.NOW`."""
    return datetime(2025, 3, day, hour, minute, tzinfo=timezone.get_default_timezone())


def minutes(count: float) -> timedelta:
    """For readable tests."""
    return timedelta(minutes=count)
