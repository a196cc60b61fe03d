"""Public addresses of public-benefit funds."""

from django.urls import path

from bangfu.construction.benefit_fund import public

app_name = "benefit_funds"

urlpatterns = [path("<int:code>/", public.page, name="page")]
