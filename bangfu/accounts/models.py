"""用户、单位、授权、访问记录 (5.3, 5.4; 等保: 三员分立)."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division


class Unit(models.Model):
    """单位: the body a person works for."""

    name = models.CharField("单位名称", max_length=120, unique=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True, default="")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="所在地")

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who logs in. What they may do comes from grants alone; is_staff and is_superuser mean nothing."""

    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("手机", max_length=20, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="所在单位")

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name or self.username


class Grant(models.Model):
    """One role, in one division or unit, for a time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="用户")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="区划")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="单位")
    from_on = models.DateField("生效日期")
    to_on = models.DateField("失效日期", null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="授权人")
    reason = models.CharField("依据", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
