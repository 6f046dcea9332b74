"""The desk's only table of its own: a cache that its processes share."""

from django.db import models


class Remembered(models.Model):
    """A cache row that lives for minutes: a count of failed sign-ins, or a code that was used.

    It is the table of Django's `DatabaseCache`, which prescribes the columns.
    """

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "desk_remembered"
