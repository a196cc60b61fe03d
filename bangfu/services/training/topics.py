"""What people are trained in (1.3): the same words for what is wished and for what was held."""

from django.db import models


class Topic(models.TextChoices):
    FARMING = "farming", "种植养殖"
    ELECTRICIAN = "electrician", "电工焊工等技术工种"
    COOKING = "cooking", "粤菜师傅"
    HOUSEKEEPING = "housekeeping", "南粤家政"
    TECHNICIAN = "technician", "广东技工"
    E_COMMERCE = "e_commerce", "农村电商"
    DRIVING = "driving", "驾驶和农机"
    TOURISM = "tourism", "乡村旅游"
    STARTING_UP = "starting_up", "创业"
    OTHER = "other", "其他"
