"""The certificate of a pledge (2.4) as PDF: whose, for what, until when, and the code with which anybody verifies it.

The Chinese glyphs are the reader's own (STSong-Light, which every reader that shows Chinese has): no font on the server.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bangfu.construction import pledge_rules
from bangfu.kernel.money import show_number

FONT = "STSong-Light"
GREEN = HexColor("#1d6637")
INK = HexColor("#1a2427")
SOFT = HexColor("#4d5a60")
LONGEST_NAME = 24

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def lines(pledge: Any) -> list[str]:
    """What the certificate says, one line each."""
    thing = f"{pledge.green_site or pledge.ancient_tree}"
    said = [
        f"于 {_day(pledge.pledged_on)}{pledge.get_kind_display()}树木 {pledge.trees} 株",
        f"地点：{pledge.village.full_name} {thing}",
    ]
    if pledge.received_on:
        said.append(
            f"捐款 {show_number(pledge.received_yuan)} 元，{_day(pledge.received_on)}到账，票据号 {pledge.receipt_no}"
        )
    if pledge.planted_on:
        said.append(f"{_day(pledge.planted_on)}种植")
    if pledge.until_on:
        said.append(f"认养至 {_day(pledge.until_on)}")
    return said


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def drawn(pledge: Any, address: str) -> bytes:
    """One landscape page. `address`: where it is verified."""
    file = io.BytesIO()
    width, height = landscape(A4)
    canvas = Canvas(file, pagesize=(width, height), invariant=True)
    canvas.setTitle(f"绿美广东认领证书 {pledge.code}")
    canvas.setStrokeColor(GREEN)
    for inset, thick in ((28, 3), (36, 1)):
        canvas.setLineWidth(thick)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    _centred(canvas, "绿美广东　我为家乡添片绿", width / 2, height - 100, 18, GREEN)
    _centred(canvas, f"{pledge.get_kind_display()}证书", width / 2, height - 160, 40, GREEN)
    name = pledge.donor if len(pledge.donor) <= LONGEST_NAME else pledge.donor[: LONGEST_NAME - 1] + "…"
    _centred(canvas, name, width / 2, height - 225, 26, INK)
    for number, line in enumerate(lines(pledge)):
        _centred(canvas, line, width / 2, height - 275 - 30 * number, 16, INK)
    issued = pledge_rules.certified_on(pledge)
    _centred(canvas, f"证书编号 {pledge.code}　{_day(issued) if issued else ''}", width / 2, 96, 13, SOFT)
    _centred(canvas, f"扫码或打开 {address} 核验", width / 2, 72, 10, SOFT)
    _code(canvas, address, width - 150, 60)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _centred(canvas: Canvas, text: str, x: float, y: float, size: int, colour: Any) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(FONT, size)
    canvas.drawCentredString(x, y, text)


def _code(canvas: Canvas, address: str, x: float, y: float, side: int = 84) -> None:
    widget = QrCodeWidget(address, barLevel="M")
    left, low, right, high = widget.getBounds()
    drawing = Drawing(side, side, transform=[side / (right - left), 0, 0, side / (high - low), 0, 0])
    drawing.add(widget)
    drawing.drawOn(canvas, x, y)
