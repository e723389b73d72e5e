"""The administration's addresses."""

from django.contrib import admin

from accounts.admin.site import site

admin.site = site  # third-party packages that register by decorator land on ours
urlpatterns = site.urls[0]
app_name = site.urls[1]
