"""单位台账 (5.1): every unit that helps, sends cadres or keeps records; the same row that accounts and grants refer to."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from bangfu.accounts.models import Unit
from bangfu.accounts.roles import Role
from bangfu.exchange.sheet import Frame
from bangfu.kernel import credit_code
from bangfu.kernel.codes import Level
from bangfu.kernel.masks import mask_phone
from bangfu.ledger.declaration import Ledger, Stat
from bangfu.people import codes


def check_credit_codes(frame: Frame) -> None:
    """Codes of an import are brought into their one form, and refused when the check character is wrong."""
    texts = frame.columns.get("credit_code", [])
    for index, text in enumerate(texts):
        if text:
            try:
                texts[index] = credit_code.parse(text)
            except credit_code.CreditCodeError as error:
                frame.fault(index, "credit_code", str(error), text)
                texts[index] = None


class UnitLedger(Ledger):
    slug, model, article, scope = "units", Unit, "5.1", "division"
    says = "结对帮扶单位、派出单位和地方单位，一个单位只有一行"
    is_open = True
    edited_by = (Role.COUNTY,)
    columns = ("name", "kind", "division", "credit_code", "contact")
    card = ("name", "kind", "division")
    filters = ("kind",)
    search = ("name", "credit_code")
    in_search = True
    form = exchange = ("name", "kind", "credit_code", "division", "address", "contact", "contact_phone")
    bulk = ("kind",)
    identity = ("name",)
    detail_template = "units/unit_record.html"
    aliases = {"name": ("单位全称", "帮扶单位"), "division": ("所属地区",), "contact": ("单位联络员",)}
    choice_aliases = codes.aliases(kind="unit_kind")
    masked = {"contact_phone": mask_phone}
    derive = staticmethod(check_credit_codes)  # type: ignore[assignment]
    stats = (
        Stat("按类别", by="kind"),
        Stat("有信用代码", where=~Q(credit_code=""), unit="个"),
    )

    def open_rows(self) -> Q:
        """Units of a province or city, and those without a place, help anywhere; a county's own are its own business."""
        return Q(division=None) | Q(division__level__lte=Level.CITY)

    def prepare(self, record: Any) -> None:
        record.credit_code = credit_code.normalise(record.credit_code)
