"""Several processes at once, two killed in the middle: a small version of bench/bookkeeping.py."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from bangfu.bookkeeping import checking
from bangfu.bookkeeping.models import Account, Entry

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_hundred_operations_with_kills_leave_every_balance_the_sum_of_its_entries() -> None:
    command = [
        sys.executable,
        "-m",
        "bangfu.bookkeeping.tests.storm",
        connection.settings_dict["NAME"],
        "200",
        "3",
        "2",
    ]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bangfu.site.test_settings"}
    done = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr
    assert [result.faults for result in checking.run()] == [[]] * len(checking.CHECKS)
    assert Entry.objects.count() > 50
    assert not Account.objects.filter(is_non_negative=True, balance_fen__lt=0).exists()
