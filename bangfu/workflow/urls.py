"""Addresses of the workflows."""

from django.urls import path

from bangfu.workflow import rotation_pages, together_pages, views

app_name = "workflow"

urlpatterns = [
    path("", views.index, name="index"),
    path("rotation/", rotation_pages.rotation_page, name="rotation"),
    path("rotation/people/", rotation_pages.people, name="people"),
    path("rotation/<int:pk>/end/", rotation_pages.end_delegation, name="end-delegation"),
    path("flows/<int:pk>/", views.flow_page, name="flow"),
    path("flows/<int:pk>/take/<slug:step>/", views.take, name="take"),
    path("flows/<int:pk>/undo/", views.undo, name="undo"),
    path("flows/<int:pk>/flag/", views.flag, name="flag"),
    path("flows/<int:pk>/assign/", views.assign, name="assign"),
    path("<slug:slug>/", views.workflow_page, name="workflow"),
    path("<slug:slug>/flows/", views.flows_page, name="flows"),
    path("<slug:slug>/together/<slug:step>/", together_pages.page, name="together"),
]
