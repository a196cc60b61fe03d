"""`./run test`: all tests in two processes side by side, those that drive a browser and the others.

Each has its own database; together they take half the time of one after the other. With a choice of tests
(`./run test tests/journeys`, `-k`, `-m` …) it is plain pytest in this process.
"""

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bangfu.site.bootstrap import PYTHON, ROOT

REPORTING = ("-q", "-qq", "-v", "-vv", "-x", "--durations=", "--tb=", "--junit-xml=")
SIGN_OF_LIFE_SECONDS = 10
WORKERS = "2"  # of the tests without a browser, which wait for the database half of their time


def run(arguments: Sequence[str]) -> int:
    """The exit code of pytest; of two processes, the first that is not zero."""
    os.chdir(ROOT)
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # pyproject.toml names the tests' own
    command = [str(PYTHON), "-m", "pytest"]
    if not is_whole(arguments):
        return os.execv(PYTHON, [*command, *arguments])
    said = ROOT / "var/browser-tests.log"
    said.parent.mkdir(exist_ok=True)
    with open(said, "w") as log:
        browser = subprocess.Popen(
            [*command, "-m", "browser and not slow", *(_beside(argument) for argument in arguments)],
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "BANGFU_TEST_DB": os.environ.get("BANGFU_TEST_DB", "test_bangfu") + "_browser"},
        )
        try:
            without = [*command, "-n", WORKERS, "-m", "not browser and not slow"]
            others = subprocess.run([*without, *arguments], check=False).returncode
            _wait(browser)
        finally:
            browser.terminate()
    print("── 浏览器里的测试", said.read_text(errors="replace"), sep="\n", flush=True)
    return others or browser.returncode


def is_whole(arguments: Sequence[str]) -> bool:
    """Nothing is chosen: the arguments only say how to report."""
    return all(argument.startswith(REPORTING) for argument in arguments)


def _wait(browser: subprocess.Popen[bytes]) -> None:
    """Some builds end a job that says nothing for long: a dot now and then."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            browser.wait(SIGN_OF_LIFE_SECONDS)
            return
        print("·", end="", flush=True)


def _beside(argument: str) -> str:
    """Its own report: `--junit-xml=tests.xml` → `tests-browser.xml`."""
    name, _, value = argument.partition("=")
    if name != "--junit-xml":
        return argument
    path = Path(value)
    return f"{name}={path.with_stem(path.stem + '-browser')}"
