"""农户自主申报 (1.1): six fields on a phone, without log-in; says nothing of any household, known or unknown."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms

from bangfu.accounts.actor import Actor
from bangfu.consolidation import intake
from bangfu.consolidation.clues import Clue, State
from bangfu.divisions.models import Division
from bangfu.kernel import dates
from bangfu.kernel.text import clean_prose, person_name
from bangfu.ledger.masked import not_masked
from bangfu.people import codes, identity
from bangfu.people.models import Person
from bangfu.policy.code_lists import code_list

_PHONE = re.compile(r"1[0-9]{10}|0?[0-9]{7,12}")
CONSENT = (
    "我申报的情况属实。为了核实困难、办理帮扶，同意村、镇、县工作人员使用以上信息。信息只用于这件事，不会公开；"
    "办理前会另外请您签字授权。"
)
#: what a villager reads; nothing of what was found
WORDS = {
    State.RECEIVED: "已收到，等待村里核实",
    State.ASSIGNED: "已收到，等待村里核实",
    State.VERIFYING: "正在核实",
    State.NO_RISK: "已办结，请向村（居）民委员会了解结果",
    State.CASE_OPENED: "已进入办理程序，村里会与您联系",
}
ENDED = "已办结，请向村（居）民委员会了解结果"


class ReportForm(forms.Form):
    """Six fields; the area is chosen before, or stands in the address that the village printed."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    head_name = forms.CharField(label="户主姓名", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label="手机", max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
    )
    identity_no = forms.CharField(
        label="身份证号", max_length=22, validators=[not_masked], widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    risk = forms.ChoiceField(label="主要困难")
    says = forms.CharField(
        label="困难情况", min_length=4, max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写一两句：谁、什么事、什么时候、花了多少钱",
    )  # fmt: skip
    agrees = forms.BooleanField(label=CONSENT, error_messages={"required": "请先阅读并勾选同意"})
    #: people don't see it; programs fill it in
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = code_list("risk_type").choices_on(dates.today())
        self.fields["risk"].choices = [("", "请选择"), *listed]  # type: ignore[attr-defined]
        self.initial.setdefault("client_uuid", uuid4())

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in ("head_name", "phone", "identity_no", "risk", "says", "agrees")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, value in data.items():
            if isinstance(value, str) and "\x00" in value:
                self.add_error(name, "含有不可见的空字符，请重新输入")
        data["head_name"], data["says"] = person_name(data.get("head_name")), clean_prose(data.get("says"))
        data["phone"] = re.sub(r"[\s-]", "", data.get("phone", ""))
        if data["phone"] and not _PHONE.fullmatch(data["phone"]):
            self.add_error("phone", "请填写 11 位手机号，或带区号的固定电话")
        number = data.get("identity_no", "")
        wrong = identity.fault(number, card_kind=codes.RESIDENT, born_on=None, sex=None, today=dates.today())
        if wrong:
            self.add_error("identity_no", wrong)
        data["identity_no"] = identity.stored(number)
        return data


def accept(data: dict[str, Any], village: Division, *, by: Actor, at: date) -> Clue:
    """A clue on the household in which the number lives, else one that the town matches. The same form again is one clue."""
    client_uuid: UUID | None = data["client_uuid"]
    if client_uuid and (first := Clue.objects.filter(client_uuid=client_uuid).first()):
        return first
    key = identity.key_of(data["identity_no"])
    person = key and Person.objects.filter(present_key=key).select_related("household").first()
    household = person.household if person and person.household.withdrawn_at is None else None
    return intake.receive(
        {
            "household": household, "village_id": household.village_id if household else village.code,
            "channel": "self_report", "risks": [data["risk"]], "says": data["says"],
            "reporter_name": data["head_name"], "reporter_phone": data["phone"],
            "reporter_identity_no": data["identity_no"], "client_uuid": client_uuid,
        },
        by=by, at=at,
    )  # fmt: skip


def progress(receipt_no: str, phone_tail: str) -> str:
    """Where a report stands, in words; "" when number and phone don't belong together."""
    if not receipt_no or len(phone_tail) != 4:
        return ""
    rows = Clue.objects.filter(receipt_no=receipt_no, channel="self_report", reporter_phone__endswith=phone_tail)
    clue = rows.select_related("merged_into").first()
    if clue is None:
        return ""
    shown = clue.merged_into if clue.state == State.MERGED and clue.merged_into else clue
    return ENDED if shown.withdrawn_at else WORDS.get(State(shown.state), ENDED)
