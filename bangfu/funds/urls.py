"""Addresses under /funds/."""

from django.urls import path

from bangfu.funds import act_pages, book_pages, sheet_pages
from bangfu.funds.importing import pages as import_pages
from bangfu.funds.splitting import pages as splitting_pages
from bangfu.funds.verifying import pages as verifying

app_name = "funds"

urlpatterns = [
    path("trial/", book_pages.trial_page, name="trial"),
    path("progress/", book_pages.progress_page, name="progress"),
    path("accounts/", book_pages.accounts, name="accounts"),
    path("accounts/<int:pk>/", book_pages.account, name="account"),
    path("entries/<int:pk>/", book_pages.entry, name="entry"),
    path("forbidden/", book_pages.forbidden_page, name="forbidden"),
    path("verify/", verifying.verify, name="verify"),
    path("close/", book_pages.close, name="close"),
    path("sheets/<slug:slug>/", sheet_pages.sheet, name="sheet"),
    path("sheets/<slug:slug>/workbook/", sheet_pages.workbook, name="workbook"),
    path("documents/new/", act_pages.document, name="document"),
    path("allotments/new/", act_pages.allot, name="allot"),
    path("allotments/split/", splitting_pages.split_page, name="split"),
    path("allotments/recover/", act_pages.recover, name="recover"),
    path("allotments/return/", act_pages.give_back, name="return"),
    path("allotments/carry/", act_pages.carry, name="carry"),
    path("projects/<int:pk>/assign/", act_pages.assign, name="assign"),
    path("lines/<int:pk>/pay/", act_pages.pay, name="pay"),
    path("lines/<int:pk>/take-back/", act_pages.take_back, name="take-back"),
    path("payments/import/", import_pages.payments, name="import"),
    path("payments/<int:pk>/refund/", act_pages.refund, name="refund"),
    path("<slug:slug>/<int:pk>/counter/", act_pages.counter, name="counter"),
]
