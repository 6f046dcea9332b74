"""The one table of the desk itself."""

from django.db import models


class Remembered(models.Model):
    """What all processes of the desk must know of each other for minutes: wrong passwords, codes
    that were used. It is the table of Django's `DatabaseCache`, which names the columns.
    """

    cache_key = models.CharField(primary_key=True, max_length=255)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "desk_remembered"
