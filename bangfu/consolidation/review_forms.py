"""The forms of the assembly, of flags to explain and of notices (1.1)."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.consolidation import reckoning
from bangfu.consolidation.act_forms import ActForm, count, prose
from bangfu.consolidation.comparisons import UNEXPLAINED
from bangfu.kernel import dates
from bangfu.lawbook import parameters
from bangfu.policy.code_lists import code_list

SUDDEN = "sudden_hardship"


class RemovalReviewForm(ActForm):
    submit = "登记评议结果"
    attended = count("到会人数")
    in_favour = count("同意人数")
    against = count("不同意人数", initial=0)
    people = forms.CharField(label="主持人和记录人", max_length=200, help_text="姓名用顿号隔开")
    minutes = prose("评议记录", 4, help_text="会议怎么议的、主要意见；签到和签字的照片可在提交后作附件")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        votes = (data.get("in_favour") or 0) + (data.get("against") or 0)
        if data.get("attended") is not None and votes > data["attended"]:
            self.add_error("attended", f"同意和不同意一共 {votes} 人，比到会人数多，请核对")
        return data


class ReviewForm(RemovalReviewForm):
    monitored_kind = forms.ChoiceField(label="监测对象类别", widget=forms.RadioSelect)
    risks = forms.MultipleChoiceField(label="致贫/返贫风险", widget=forms.CheckboxSelectMultiple)
    risk_note = forms.CharField(label="其他备注", max_length=200, required=False, help_text="风险选“其他”的必填")

    def prepare(self) -> None:
        """The kinds that fit the household; the likeliest first."""
        kinds, today = code_list("monitored_kind"), dates.today()
        fitting = [c for c in kinds.codes if c.facts.get("household_kind") in (None, self.household.kind)]
        self.fields["monitored_kind"].choices = [(str(c.value), c.label) for c in fitting]  # type: ignore[attr-defined]
        risks = code_list("risk_type").choices_on(today)
        self.fields["risks"].choices = [(str(value), label) for value, label in risks]  # type: ignore[attr-defined]
        check = self.record.checks.filter(withdrawn_at=None).order_by("-pk").first()
        found = reckoning.sum_of(check)
        by_income = next((str(c.value) for c in fitting if c.value != SUDDEN), SUDDEN)
        likely = SUDDEN if found and found.is_below is False else by_income
        self.initial.update(monitored_kind=likely, risks=self.record.risks, risk_note=self.record.risk_note)

    def clean_risks(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["risks"]
        most = int(parameters.value("risk_types_max", dates.today(), self.household.village_id))
        if len(chosen) > most:
            raise forms.ValidationError(f"最多选 {most} 项，请只选主要的")
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "other" in data.get("risks", []) and not data.get("risk_note"):
            self.add_error("risk_note", "风险选了“其他”，请写明是什么")
        return data


class ExplainForm(ActForm):
    submit = "提交说明"

    def prepare(self) -> None:
        for row in self.record.comparisons.filter(UNEXPLAINED, withdrawn_at=None).order_by("pk"):
            label = f"{row.get_item_display()}：{row.amount.normalize():f}，提示线 {row.limit}"
            self.fields[f"row_{row.pk}"] = prose(label, 2, required=False)

    def words(self) -> dict[int, str]:
        given = {name: text for name, text in self.cleaned_data.items() if name.startswith("row_") and text}
        return {int(name.removeprefix("row_")): text[:300] for name, text in given.items()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in self.fields if name.startswith("row_")):
            self.add_error(None, "请至少说明一项")
        return data


class RevokeForm(ActForm):
    submit = "登记撤回"
    reason = forms.CharField(
        label="农户的说明（可不填）",
        max_length=200,
        required=False,
        help_text="撤回不需要理由。登记后不再比对，也不能审定",
    )


class NoticeForm(ActForm):
    submit = "张贴公示"
    remark = prose("补充说明（可不填）", 2, required=False, help_text="会公开。不能写号码、病情、账户和家人姓名")

    def prepare(self) -> None:
        del self.fields["on"]  # it hangs from today


class AnnouncementForm(NoticeForm):
    submit = "张贴公告"
