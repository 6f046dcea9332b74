"""Rows that belong to one request and are deleted with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from intake.models.request import Request

_Row = TypeVar("_Row", bound=Model)


class UnreadQuerySet(QuerySet[_Row]):
    """Rows that a database role may delete but not read."""

    def delete_unread(self) -> int:
        """Delete the rows with one DELETE statement and return how many they were.

        Django's `delete()` would first read whole rows, and the worker may not read ciphertext.
        Nothing cascades: the caller deletes what depends on these rows before.
        """
        return self._raw_delete(self.db)


class PartQuerySet(UnreadQuerySet[_Row]):
    """Rows with a foreign key to the request that they belong to."""

    def of_request(self, request: Request) -> Self:
        """The rows of one request."""
        return self.filter(request=request)
