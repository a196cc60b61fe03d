"""Public addresses of greening."""

from django.urls import path

from bangfu.construction.greening import pages, pledge_pages

app_name = "greening"
urlpatterns = [
    path("", pages.home, name="home"),
    path("sites/<int:pk>/", pages.site_page, name="site"),
    path("sites/<int:pk>/pledge/", pledge_pages.pledge_page, name="pledge"),
    path("certificates/", pledge_pages.find_page, name="find"),
    path("certificates/<str:code>/", pledge_pages.certificate_page, name="certificate"),
    path("certificates/<str:code>/certificate.pdf", pledge_pages.certificate_file, name="file"),
]
