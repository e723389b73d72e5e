"""The administration's addresses."""

from django.contrib import admin

urlpatterns = admin.site.urls[0]
app_name = admin.site.urls[1]
