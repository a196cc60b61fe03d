"""Comments on cells of an .xlsx: the texts, the boxes that Excel wants drawn for them, and the links between the parts.

A worksheet that has comments of its own keeps them and gets none of ours; comments of an earlier round are replaced.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath
from xml.sax.saxutils import escape

from bangfu.exchange.workbooks import column_letters

AUTHOR = "帮扶系统标错"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LINK_ID = "rIdBangfuDrawing"
#: what follows the link to a drawing of comments, in the order of the schema
_AFTER_LINK = (
    b"<legacyDrawingHF", b"<picture", b"<oleObjects", b"<controls", b"<webPublishItems", b"<tableParts", b"<extLst",
    b"</worksheet>",
)  # fmt: skip
_LEGACY = re.compile(rb"<legacyDrawing\s[^>]*/>")
_SHAPE = (
    '<v:shape id="_x0000_s{shape}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;'
    'width:200pt;height:60pt;z-index:{order};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    "<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {right}, 31, {bottom}, 4"
    "</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)  # fmt: skip


def linked(tail: bytes, link: bytes) -> bytes:
    """The end of a worksheet with the link to our drawing."""
    tail = _LEGACY.sub(b"", tail)
    place = min((tail.find(name) for name in _AFTER_LINK if name in tail), default=len(tail))
    return tail[:place] + link + tail[place:]


@dataclass
class Notes:
    """Comments for some worksheets of one workbook."""

    source: zipfile.ZipFile
    #: part of the worksheet → (row number, column index) → text
    texts: dict[str, dict[tuple[int, int], str]]
    _links: dict[str, bytes] = field(default_factory=dict)
    _made: dict[str, bytes] = field(default_factory=dict)
    _dropped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        types = self.source.read("[Content_Types].xml")
        for number, (part, texts) in enumerate(self.texts.items(), 1):
            if texts and self._is_free(part):
                types = self._add(number, part, texts, types)
        self._made["[Content_Types].xml"] = types

    def link(self, part: str) -> bytes:
        return self._links.get(part, b"")

    def replaces(self, name: str) -> bool:
        return name in self._made or name in self._dropped

    def parts(self) -> Iterator[tuple[str, bytes]]:
        yield from self._made.items()

    def _is_free(self, part: str) -> bool:
        """No comments, or only ours; other legacy drawings (buttons, pictures in heads) are not touched either."""
        links = self._read(links_of(part))
        drawings = [t for t in _targets(links, part) if t.lower().endswith(".vml")]
        remarks = [t for t in _targets(links, part) if "comments" in basename(t).lower()]
        own = bool(remarks) and all(f"<author>{AUTHOR}</author>".encode() in self._read(t) for t in remarks)
        if own:
            self._dropped |= {*drawings, *remarks}
        return own or not (drawings or remarks)

    def _read(self, name: str) -> bytes:
        return self.source.read(name) if name in self.source.namelist() else b""

    def _add(self, number: int, part: str, texts: dict[tuple[int, int], str], types: bytes) -> bytes:
        remarks, drawing = f"xl/bangfu_comments{number}.xml", f"xl/drawings/bangfu_drawing{number}.vml"
        self._made[remarks], self._made[drawing] = _texts(texts), _boxes(texts)
        self._made[links_of(part)] = self._relations(part, remarks, drawing)
        self._links[part] = f'<legacyDrawing xmlns:r="{_LINKS}" r:id="{_LINK_ID}"/>'.encode()
        return _typed(types, remarks)

    def _relations(self, part: str, remarks: str, drawing: str) -> bytes:
        links = self._read(links_of(part)) or f'{_HEAD}<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode()
        links = re.sub(rb"<Relationship\s[^>]*(?:comments|vmlDrawing)\"[^>]*/>", b"", links)
        links = re.sub(rb"<Relationships([^>]*)/>", rb"<Relationships\1></Relationships>", links)
        added = (
            f'<Relationship Id="{_LINK_ID}" Type="{_LINKS}/vmlDrawing" Target="/{drawing}"/>'
            f'<Relationship Id="rIdBangfuComments" Type="{_LINKS}/comments" Target="/{remarks}"/>'
        )
        return links.replace(b"</Relationships>", added.encode() + b"</Relationships>")


def links_of(part: str) -> str:
    return f"{dirname(part)}/_rels/{basename(part)}.rels"


def _targets(links: bytes, part: str) -> list[str]:
    found = [target.decode() for target in re.findall(rb'\sTarget="([^"]+)"', links)]
    return [t.lstrip("/") if t.startswith("/") else normpath(join(dirname(part), t)) for t in found]


def _typed(types: bytes, remarks: str) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    added = (
        b""
        if f'PartName="/{remarks}"'.encode() in types
        else f'<Override PartName="/{remarks}" ContentType="{kind}"/>'.encode()
    )
    if b'Extension="vml"' not in types:
        default = b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        types = re.sub(rb"(<Types[^>]*>)", lambda m: m[1] + default, types, count=1)
    return types.replace(b"</Types>", added + b"</Types>")


def _texts(texts: dict[tuple[int, int], str]) -> bytes:
    listed = "".join(
        f'<comment ref="{column_letters(column)}{row}" authorId="0"><text><t xml:space="preserve">{escape(words)}</t></text></comment>'
        for (row, column), words in sorted(texts.items())
    )
    return (
        f'{_HEAD}<comments xmlns="{_MAIN}"><authors><author>{AUTHOR}</author></authors>'
        f"<commentList>{listed}</commentList></comments>"
    ).encode()


def _boxes(texts: dict[tuple[int, int], str]) -> bytes:
    shapes = "".join(
        _SHAPE.format(
            shape=1025 + order,
            order=order + 1,
            left=column + 1,
            right=column + 4,
            top=max(row - 2, 0),
            bottom=row + 2,
            row=row - 1,
            column=column,
        )
        for order, (row, column) in enumerate(sorted(texts))
    )
    blocks = ",".join(str(number) for number in range(1, 2 + len(texts) // 1024))
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
        '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
        f"{shapes}</xml>"
    ).encode()
