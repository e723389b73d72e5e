"""What answers where. The endpoints come first: they need neither session nor middleware."""

from django.urls import include, path

urlpatterns = [
    path("", include("oauth.urls")),
    path("", include("accounts.urls")),
    path("admin/", include("accounts.admin.urls")),
]

handler400 = "accounts.pages.errors.bad_request"
handler403 = "accounts.pages.errors.forbidden"
handler404 = "accounts.pages.errors.not_found"
handler500 = "idp.database_away.server_error"
