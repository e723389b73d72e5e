"""What a person has of the made-up factor."""

from django.db import models
from django.test.utils import isolate_apps

from accounts.models import User
from accounts.second_factors import Factor

with isolate_apps("tests"):

    class GridCard(models.Model):
        user = models.ForeignKey(User, models.CASCADE, related_name="+")
        word = models.CharField(max_length=20)
        name = models.CharField(max_length=64, default="Grid card")
        created_at = models.DateTimeField(auto_now_add=True)
        last_used_at = models.DateTimeField(null=True)

        class Meta:
            app_label = "tests"


FACTOR = Factor(
    "grid_card",
    page="grid_card",
    model=GridCard,
    way="Use your grid card",
    words="a grid card",
)
