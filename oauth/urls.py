"""What answers where on the protocol floor. Endpoints first: no cookie, no session."""

from django.urls import path

from oauth.adapters import django_view
from oauth.mounts import ENDPOINTS
from oauth.pages import (
    app_access,
    cancel,
    choose_account,
    client_brand,
    client_logo,
    connected_apps,
    consent,
    home,
    logout,
    refused_requests,
    resume,
)

app_name = "oauth"
urlpatterns = [
    *(
        path(where.removeprefix("/"), django_view(one), name=one.name)
        for where, one in ENDPOINTS.items()
    ),
    path("oauth/authorize/resume", resume.view, name="resume"),
    path("oauth/authorize/cancel", cancel.view, name="cancel"),
    path("clients/<str:client_id>/brand.css", client_brand.view, name="client_brand"),
    path("oauth/consent", consent.view, name="consent"),
    path("oauth/logout", logout.view, name="logout"),
    path("accounts/choose", choose_account.view, name="choose_account"),
    path("clients/<str:client_id>/logo", client_logo.view, name="client_logo"),
    path("apps/refused", refused_requests.view, name="refused_requests"),
    path("apps", connected_apps.view, name="connected_apps"),
    path("apps/<uuid:client_pk>", app_access.view, name="app_access"),
    path("", home.view, name="home"),
]
