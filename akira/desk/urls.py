"""Addresses of the pages of the desk that several apps share."""

from django.contrib import admin
from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [path("background/", admin.site.admin_view(views.background), name="background")]
