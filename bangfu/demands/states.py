"""The words of a demand: how it stands, what is done with a head, what kind of answer is asked."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "对表头"
    MAPPED = "mapped", "表头已对好"
    REFUSED = "refused", "与以前的重复"
    OPEN = "open", "等村镇回答"
    ANSWERED = "answered", "已答齐"
    DELIVERED = "delivered", "已交出"
    CLOSED = "closed", "已停办"


TONES: dict[str, str] = {
    State.OPEN: "warn", State.ANSWERED: "note", State.DELIVERED: "ok", State.REFUSED: "bad", State.CLOSED: "muted",
}  # fmt: skip


class Use(models.TextChoices):
    """What becomes of a column of the asker's workbook."""

    FILL = "fill", "系统里有"
    ASK = "ask", "问村镇"
    BLANK = "blank", "空着"


class AnswerKind(models.TextChoices):
    TEXT = "text", "文字"
    NUMBER = "number", "数字"
    DATE = "date", "日期"
    YES_NO = "yes_no", "是或否"


class AskerLevel(models.TextChoices):
    CENTRAL = "central", "中央"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWN = "town", "镇级"
