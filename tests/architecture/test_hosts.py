"""No file names the machine it was made on, and no outside host is named without a reason."""

import re
from pathlib import Path

from tests.architecture.tree import ROOT, files, name

#: host → why it may be named
HOSTS = {
    "127.0.0.1": "this machine",
    "localhost": "this machine",
    "testserver": "Django's test client",
    "schema.org": "vocabulary of structured data, never fetched",
    "ogp.me": "name of the vocabulary of shared links, never fetched",
    "www.w3.org": "name of the SVG namespace, never fetched",
    "schemas.openxmlformats.org": "names of the workbook format's namespaces, never fetched",
}
RESERVED = re.compile(r"(^|\.)example(\.(com|org|net|cn|gov\.cn))?$|(^|\.)test$|(^|\.)invalid$")
URL = re.compile(r"\b(?:https?|wss?)://([A-Za-z0-9][A-Za-z0-9.-]*)")
# Written apart, so that this file does not find itself.
MACHINE = re.compile(
    "|".join((r"(?<![\w.])/" + "work/", r"(?<![\w.])/" + r"root(?=[/\s'\"])", "tmp/" + "team", r"\." + "pyenv"))
)
NOT_OURS = {"frontend/package-lock.json": "npm writes where packages ask for donations"}


def _texts() -> list[tuple[Path, str]]:
    found = []
    for path in files("*"):
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            found.append((path, data.decode(errors="replace")))
    return found


def test_only_known_hosts_are_named() -> None:
    strange = {
        f"{name(path)}: {host}"
        for path, text in _texts()
        if name(path) not in NOT_OURS
        for host in URL.findall(text)
        if host not in HOSTS and not RESERVED.search(host)
    }
    assert not strange


def test_no_path_of_the_machine_is_named() -> None:
    named = {f"{name(path)}: {found[0]}" for path, text in _texts() if (found := MACHINE.search(text))}
    assert not named


def test_the_rule_itself_finds_what_it_must() -> None:
    assert MACHINE.search("see /" + "work/main")
    assert MACHINE.search("HOME=/" + "root/x")
    assert not MACHINE.search("as root / as a user")
    assert URL.findall("a https://x.example.org/p b") == ["x.example.org"]
    assert ROOT.is_dir()
