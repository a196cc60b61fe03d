"""The command line: `./run demo | test | stop | bangfu …`."""

import os
import sys

from bangfu.site import embedded


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    if settings.EMBEDDED:
        embedded.ensure(settings.PGDATA, settings.DATABASE_NAME)
    execute_from_command_line(["bangfu", *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
