"""Some real divisions of Guangdong for the tests of every package: `load_sample()` inside a database test.

Real codes and names of the statistical list of 2023, chosen for their traps: 东莞 has no counties, two towns are
called 桥头镇, 大塘 is a village in two counties, 东华镇 has a 鱼湾 village beside a 鱼湾 community, 松山湖 is a
functional area.
"""

from bangfu.divisions.load import upsert
from bangfu.divisions.models import Division
from bangfu.divisions.source import Row, row_of
from bangfu.kernel import codes

_NAMES: dict[int, str] = {
    440000000000: "广东省",
    441800000000: "清远市",
    441881000000: "英德市",
    441881105000: "桥头镇",
    441881105001: "桥头居委会",
    441881105202: "博下村委会",
    441881109000: "大站镇",
    441881109001: "大站居委会",
    441881109201: "联丰村委会",
    441881109202: "菜洲村委会",
    441881109203: "大塘村委会",
    441881109205: "大蓝村委会",
    441881109206: "丹洲村委会",
    441881109212: "侧塘村委会",
    441881137000: "东华镇",
    441881137001: "大镇居委会",
    441881137003: "鱼湾居委会",
    441881137201: "光明村委会",
    441881137202: "重新村委会",
    441881137203: "九围村委会",
    441881137204: "雅堂村委会",
    441881137206: "茶山村委会",
    441881137216: "鱼湾村委会",
    441881137237: "东升村委会",
    441882000000: "连州市",
    441882101000: "星子镇",
    441882101001: "星子社区居委会",
    441882101202: "联西村委会",
    441882101203: "新村村委会",
    441882101205: "赤塘村委会",
    441882102000: "大路边镇",
    441882102207: "大塘村委会",
    441882200000: "瑶安瑶族乡",
    441882200201: "洛阳村委会",
    441900000000: "东莞市",
    441900101000: "石碣镇",
    441900101002: "城中社区居民委员会",
    441900101200: "唐洪村村民委员会",
    441900101202: "石碣村村民委员会",
    441900107000: "桥头镇",
    441900107003: "桥头社区居民委员会",
    441900107201: "山和村村民委员会",
    441900401000: "松山湖",
    441900401498: "松山湖虚拟社区",
}


def sample_rows() -> list[Row]:
    """The rows as the source would give them, parents first."""
    by_level = sorted(_NAMES, key=lambda code: (codes.level_of(code), code))
    return [row_of(code, _NAMES[code], _NAMES) for code in by_level]


def load_sample() -> dict[int, Division]:
    """Write the sample through the product's own loader and return it by code."""
    upsert(sample_rows())
    return {division.code: division for division in Division.objects.filter(code__in=_NAMES)}
