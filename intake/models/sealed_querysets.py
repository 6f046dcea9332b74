"""Questions about sealed texts and the wraps of their content keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, Max, Model, OuterRef, Q, QuerySet

from intake.models.parts import PartQuerySet, UnreadQuerySet

if TYPE_CHECKING:
    from intake.models.request import Request
    from intake.models.sealed import KeyWrap, StaffText, Submission  # noqa: F401 - of base classes

_Text = TypeVar("_Text", bound=Model)


class SealedQuerySet(PartQuerySet[_Text]):
    """Sealed texts of either kind."""

    def key_ids(self, texts: Iterable[UUID]) -> set[str]:
        """The ids of all keys that one of the texts with these ids is sealed to."""
        return set(self.filter(pk__in=list(texts)).values_list("wraps__key_id", flat=True))

    def lacking(self, key_id: str) -> Self:
        """Texts without a wrap for that key, read without their ciphertext."""
        return self.exclude(wraps__key_id=key_id).defer("ciphertext")

    def batch_after(self, last: UUID | None, size: int) -> list[_Text]:
        """Up to `size` texts with their wraps, in the order of their ids, behind the id `last`."""
        later = self if last is None else self.filter(pk__gt=last)
        return list(later.order_by("pk").prefetch_related("wraps")[:size])

    def _newest_of(self, requests: QuerySet[Request], key_ids: Iterable[str], *newest: str) -> Self:
        """One text of each request, in the order of their ids, with its wrap for one of these
        keys in the same row: `held_key`, `held_suite`, `held_wrapped`, all None without one.
        """
        held = Q(wraps__key_id__in=[*key_ids, ""])  # an empty list would leave no rows at all
        return (
            self.filter(request__in=requests.values("pk"))
            .annotate(held=FilteredRelation("wraps", condition=held))
            .annotate(
                held_key=F("held__key_id"),
                held_suite=F("held__suite"),
                held_wrapped=F("held__wrapped"),
            )
            .order_by("request_id", *newest, "held__key_id")
            .distinct("request_id")
        )


class SubmissionQuerySet(SealedQuerySet["Submission"]):
    """The sealed forms that visitors sent."""

    def newest_first(self) -> Self:
        """The same forms, the one that counts first."""
        return self.order_by("-revision", "id")

    def newest_revision(self) -> int:
        """The number of the form that counts: 1 when it was sent once, 0 without any form."""
        return self.aggregate(last=Max("revision"))["last"] or 0

    def newest_of(self, requests: QuerySet[Request], key_ids: Iterable[str]) -> Self:
        """The form that counts, of each request, with a wrap for one of these keys.

        The wrap stands in the row: `held_key`, `held_suite`, `held_wrapped`, all None without one.
        """
        return self._newest_of(requests, key_ids, "-revision", "id")


class StaffTextQuerySet(SealedQuerySet["StaffText"]):
    """What staff wrote about requests, sealed."""

    def in_order(self) -> Self:
        """The same texts, as they were written one after the other."""
        return self.order_by("written_at", "id")

    def newest_amendment_of(self, requests: QuerySet[Request], key_ids: Iterable[str]) -> Self:
        """The last amendment of contact details, of each request that has one.

        With a wrap in the row, like `SubmissionQuerySet.newest_of`.
        """
        amendments = self.filter(kind="amendment")
        return amendments._newest_of(requests, key_ids, "-written_at", "-id")

    def of_kind(self, kind: str) -> Self:
        """Texts of one `StaffText.Kind`."""
        return self.filter(kind=kind)

    def newest_amendment(self) -> Self:
        """The last amendment of contact details, or nothing."""
        return self.filter(kind="amendment").order_by("-written_at", "id")[:1]

    def since(self, moment: datetime) -> Self:
        """Texts that were written at that moment or later."""
        return self.filter(written_at__gte=moment)


class KeyWrapQuerySet(UnreadQuerySet["KeyWrap"]):
    """Wraps of content keys, each for one recipient."""

    def of_request(self, request: Request) -> Self:
        """The wraps of everything that is sealed in one request."""
        return self.filter(Q(submission__request=request) | Q(staff_text__request=request))

    def for_key(self, key_id: str) -> Self:
        """The wraps that one key opens."""
        return self.filter(key_id=key_id)

    def with_ids(self, ids: Iterable[UUID]) -> Self:
        """The wraps with these ids."""
        return self.filter(pk__in=list(ids))

    def dispensable(self, text: str, recipients: Iterable[str]) -> Self:
        """Wraps of texts that have a wrap for every one of these key ids as well.

        `text` says which texts: "submission" or "staff_text".
        """
        rows = self.filter(**{f"{text}__isnull": False})
        for key_id in recipients:
            same_text = Q((text, OuterRef(text)), key_id=key_id)
            rows = rows.filter(Exists(self.model._default_manager.filter(same_text)))
        return rows
