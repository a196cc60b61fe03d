"""Accounts, entries and postings: written by posting.py and held by triggers, never changed or removed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from bangfu.bookkeeping import triggers
from bangfu.divisions.models import Division


class Account(models.Model):
    """Of whom and for what, by its key: "fund:441881000000:central:2026". Kind, division, category, year group it."""

    book = models.CharField("账簿", max_length=40)
    key = models.CharField("账户编号", max_length=120, unique=True)
    title = models.CharField("账户名称", max_length=160)
    kind = models.CharField("账户类别", max_length=30)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="地方"
    )
    category = models.CharField("分类", max_length=30, default="", db_default="")
    year = models.SmallIntegerField("年度", default=0, db_default=0)
    is_non_negative = models.BooleanField("余额不为负", default=True, db_default=True)
    balance_fen = models.BigIntegerField("余额（分）", default=0, db_default=0, editable=False)
    last_on = models.DateField("最近一笔日期", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "账户"
        indexes = [
            models.Index(fields=["division", "kind"], name="account_division"),
            models.Index(fields=["kind", "year"], name="account_kind"),
            models.Index(fields=["book"], name="account_book"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(is_non_negative=False) | Q(balance_fen__gte=0), name="account_covers_it")
        ]
        triggers = [
            triggers.account_begins_empty(),
            triggers.account_stays(),
            triggers.never(triggers.DELETE, "account_is_kept"),
        ]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """One thing that happened to money or points: its postings sum up to zero."""

    book = models.CharField("账簿", max_length=40)
    what = models.CharField("业务", max_length=30)
    happened_on = models.DateField("日期")
    says = models.CharField("摘要", max_length=200, default="", db_default="")
    document_no = models.CharField("文号", max_length=80, default="", db_default="")
    voucher_no = models.CharField("凭证号", max_length=60, default="", db_default="")
    request_key = models.CharField("提交编号", max_length=80, unique=True)
    legs = models.SmallIntegerField("笔数")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name="冲正的凭证"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="经办账号"
    )
    by_name = models.CharField("经办人", max_length=80, default="", db_default="")
    at = models.DateTimeField("记账时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "凭证"
        constraints = [
            models.UniqueConstraint(
                fields=["book", "voucher_no"], condition=~Q(voucher_no=""), name="one_entry_a_voucher_no"
            ),
            models.CheckConstraint(condition=~Q(reverses=F("id")), name="entry_reverses_another"),
        ]
        triggers = [
            triggers.never(triggers.UPDATE, "entry_stays"),
            triggers.never(triggers.DELETE, "entry_is_kept"),
            triggers.entry_is_whole(),
        ]

    def __str__(self) -> str:
        return self.voucher_no or f"第 {self.pk} 号"


class Posting(models.Model):
    """What an entry does to one account: more (+) or less (-), in fen."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings", verbose_name="凭证")
    account = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="postings", verbose_name="账户")
    happened_on = models.DateField("日期")
    fen = models.BigIntegerField("金额（分）")

    class Meta:
        verbose_name = verbose_name_plural = "分录"
        indexes = [
            models.Index(fields=["account", "happened_on"], include=["fen"], name="posting_account"),
            models.Index(fields=["happened_on"], include=["account", "fen"], name="posting_day"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(fen=0), name="posting_is_not_nothing")]
        triggers = [
            triggers.never(triggers.UPDATE, "posting_stays"),
            triggers.never(triggers.DELETE, "posting_is_kept"),
            triggers.balances_are_kept(),
            triggers.posting_is_of_whole(),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.fen}"


class ClosedYear(models.Model):
    """结账: after it nothing of a book is dated in that year or earlier; corrections are counter-entries of open years."""

    book = models.CharField("账簿", max_length=40)
    year = models.SmallIntegerField("年度")
    entries = models.IntegerField("凭证数")
    balance_fen = models.BigIntegerField("年末余额（分）")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="经办账号"
    )
    by_name = models.CharField("经办人", max_length=80, default="", db_default="")
    at = models.DateTimeField("结账时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "结账"
        constraints = [models.UniqueConstraint(fields=["book", "year"], name="one_closing_a_year")]
        triggers = [
            triggers.never(triggers.UPDATE, "closing_stays"),
            triggers.never(triggers.DELETE, "closing_is_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.book} {self.year}"
