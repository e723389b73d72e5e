"""How many guesses are left: one row a key, one moment a row."""

from django.db import models


class Budget(models.Model):
    """State of a generic cell rate algorithm: the theoretical arrival time of the next claim."""

    key = models.CharField(primary_key=True, max_length=200)
    arrival_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
