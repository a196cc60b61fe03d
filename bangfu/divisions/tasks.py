"""Background jobs of the divisions."""

from procrastinate.contrib.django import app

from bangfu.divisions import recode
from bangfu.divisions.models import Change


@app.task(name="divisions.recode", lock="divisions.recode")
def follow(change_id: int) -> None:
    """Move the rows of a change; may be run again at any time, it goes on where it stopped."""
    recode.run(Change.objects.get(pk=change_id))
