"""Public pages from the kept answers: requests a second and core of the web process, over all of the product's middleware.

    BANGFU_DEV_DB=… .venv/bin/python -m bench.public_pages

One process and one thread answers through the WSGI application, as the server's workers do, without the network; CPU of
the process is counted, and of the database beside it the time the process waited for. Needs a database with the demo.
"""

from __future__ import annotations

import io
import os
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
os.environ.setdefault("BANGFU_LOG_LEVEL", "WARNING")

SECONDS = 4.0
PAGES = ("/directory/", "/directory/supply/", "/greening/", "/matters/")


def environ(path: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip", "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip


def asked(application: Any, path: str) -> tuple[str, int]:
    told: list[str] = []
    answer = application(environ(path), lambda status, headers, info=None: told.append(status))
    size = sum(len(part) for part in answer)
    if hasattr(answer, "close"):
        answer.close()
    return told[0], size


def main() -> None:
    from bangfu.site.wsgi import application  # noqa: PLC0415 - the settings are named first

    print(f"{'page':<22}{'bytes':>8}{'wall/s':>9}{'per core':>10}")
    for path in PAGES:
        status, size = asked(application, path)
        assert status.startswith("200"), (path, status)
        began, spent, count = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - began < SECONDS:
            asked(application, path)
            count += 1
        wall, cpu = time.perf_counter() - began, time.process_time() - spent
        print(f"{path:<22}{size:>8}{count / wall:>9.0f}{count / cpu:>10.0f}")


if __name__ == "__main__":
    main()
