"""The pages of Signet, and the one of the made-up factor."""

from django.urls import path

from idp import urls
from tests.accounts.made_up.page import view

urlpatterns = [path("login/grid-card", view, name="grid_card"), *urls.urlpatterns]
