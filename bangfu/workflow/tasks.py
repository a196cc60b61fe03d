"""Nightly: due dates follow new holiday arrangements and parameters. Bears being killed and run again."""

from procrastinate.contrib.django import app

from bangfu.workflow import clocks
from bangfu.workflow.models import Flow


@app.periodic(cron="40 18 * * *")  # 02:40 in Beijing
@app.task(name="renew_clocks", queueing_lock="renew_clocks")
def renew_clocks(timestamp: int) -> None:
    clocks.renew(Flow.objects.all())
