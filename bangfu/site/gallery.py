"""Invented samples for the gallery of parts (/ui/, demo only)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms


class SampleForm(forms.Form):
    household = forms.CharField(label="户主姓名", max_length=20, help_text="与身份证一致")
    kind = forms.ChoiceField(
        label="厕所类型", choices=[("1", "三格化粪池"), ("2", "水冲入管网"), ("3", "旱厕")], widget=forms.RadioSelect
    )
    people = forms.IntegerField(label="家庭人口", min_value=1)
    retrofitted_on = forms.DateField(label="改造日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    school = forms.ChoiceField(
        label="文化程度", required=False, choices=[("", "请选择"), ("1", "小学"), ("2", "初中"), ("3", "高中")]
    )
    reuses_waste = forms.BooleanField(label="粪污资源化利用", required=False)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2}))


def context() -> dict[str, Any]:
    now = datetime(2025, 10, 9, 6, 32, tzinfo=UTC)
    wrong = SampleForm({"household": "", "people": "0", "kind": "1"})
    wrong.is_valid()
    return {
        "figures": [
            {
                "title": "已整改",
                "text": "26842",
                "unit": "户",
                "url": "#table",
                "change": "比上月 +312",
                "where": "英德市",
            },
            {
                "title": "整改完成率",
                "text": "91.4",
                "unit": "%",
                "url": "#table",
                "note": "26,842 ÷ 29,368",
                "definition": "要整改的户厕里已经整改好的",
                "numerator": "状态为“已整改”的户厕",
                "denominator": "登记的户厕，不含免改的",
                "article": "2.3",
            },
            {"title": "未整改", "text": "214", "unit": "户", "url": "#table"},
            {"title": "无害化利用", "text": "0", "unit": "户", "note": "本月还没有登记"},
        ],
        "form": SampleForm(initial={"household": "黄建国", "kind": "1"}),
        "wrong_form": wrong,
        "states": [
            ("bad", "超期 2 天"),
            ("warn", "还有 3 天"),
            ("ok", "已整改"),
            ("note", "待审核"),
            ("muted", "正常"),
        ],
        "steps": [
            {"title": "入户核查", "state": "done", "note": "10-01"},
            {"title": "村级评议", "state": "done", "note": "10-05"},
            {"title": "镇级审核", "state": "now", "note": "还有 3 天"},
            {"title": "县级审定"},
        ],
        "events": [
            {
                "act": "修改",
                "who": "陈丽（东华镇）",
                "at": now,
                "reason": "入户核对",
                "changes": [{"label": "厕所类型", "before": "旱厕", "after": "三格化粪池"}],
            },
            {
                "act": "导入",
                "who": "林志强（英德市）",
                "at": now - timedelta(days=9),
                "text": "农户表.xlsx 第 37 行",
            },
        ],
        "rows": [
            {
                "name": "黄建国",
                "village": "光明村",
                "kind": "三格化粪池",
                "tone": "ok",
                "state": "已整改",
                "people": 5,
                "on": "2025-03-12",
            },
            {
                "name": "李秀英",
                "village": "大镇村",
                "kind": "旱厕",
                "tone": "bad",
                "state": "未整改",
                "people": 2,
                "on": "—",
            },
            {
                "name": "陈伟强",
                "village": "文策村",
                "kind": "直排",
                "tone": "warn",
                "state": "整改中",
                "people": 4,
                "on": "—",
            },
        ],
        "trend": [("2022", 1240, 980), ("2023", 1820, 1240), ("2024", 2310, 1820), ("2025", 2660, 2310)],
        "places": [("东华镇", 812), ("桥头镇", 640), ("九龙镇", 402), ("大湾镇", 377), ("望埠镇", 218)],
    }
