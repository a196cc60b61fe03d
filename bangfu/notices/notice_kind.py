"""What a public notice tells; those called 公告 tell what was decided."""

from django.db import models


class NoticeKind(models.TextChoices):
    IDENTIFICATION = "identification", "监测对象公示"
    IDENTIFIED = "identified", "监测对象公告"
    REMOVAL = "removal", "风险消除公示"
    REMOVED = "removed", "风险消除公告"
    PROJECT_VILLAGE = "project_village", "项目申报公示"
    PROJECT_TOWN = "project_town", "项目审核公示"
    PROJECT_POOL = "project_pool", "项目入库公示"
    PROJECT_PLAN = "project_plan", "年度项目计划公告"
    PROJECT_DONE = "project_done", "项目完成情况公告"
    ASSET_DISPOSAL = "asset_disposal", "资产处置公示"
