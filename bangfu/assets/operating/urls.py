"""Addresses under /assets/operation/."""

from django.urls import path

from bangfu.assets.operating import book_pages, importing, pages

app_name = "asset_operation"

urlpatterns = [
    path("books/", book_pages.books, name="books"),
    path("books/close/", book_pages.close, name="books-close"),
    path("import/<slug:what>/", importing.import_rows, name="import"),
    path("<int:pk>/contract/", pages.sign, name="sign"),
    path("<int:pk>/receipt/", pages.receive, name="receive"),
    path("<int:pk>/use/", pages.use, name="use"),
    path("<int:pk>/idle/", pages.idle, name="idle"),
    path("<int:pk>/loss/", pages.lose, name="lose"),
    path("money/<slug:slug>/<int:pk>/counter/", pages.counter, name="counter"),
    *(path(f"contracts/<int:pk>/{act}/", pages.of_contract, {"act": act}, name=act) for act in pages.OF_CONTRACT),
    *(path(f"reports/<int:pk>/{act}/", pages.of_told, {"act": act}, name=act) for act in pages.OF_TOLD),
]
