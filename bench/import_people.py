"""Import of invented households and members: the product, the peer, and the floor, all in one run.

.venv/bin/python -m bench.import_people [--rows 50000] [--peer-rows 2000] [--save]
.venv/bin/python -m bench.import_people --rows 200000 --columns 30     peak memory instead of the peer
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys

from bench import server
from bench.report import Report, versions
from bench.spent import Spent, Steps

PRODUCT, PEER = "bench_import", "bench_peer"
FOLDER = server.VAR / "import"
VENV = server.ROOT / "var/bench-venv"
LOCK = server.ROOT / "requirements/bench.lock"
VARIANTS = ("stock", "bulk", "bulk-nodiff", "tuned")
TIMES_LESS, TIMES_FLOOR, MOST_MB = 50, 3, 700
SECONDS = 7200


def main() -> int:
    options = _options()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        return _memory(options) if options.columns else _against(options)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="members to import")
    parser.add_argument("--peer-rows", type=int, default=2_000, help="members the peer imports; scaled when fewer")
    parser.add_argument("--variants", default=",".join(VARIANTS), help="of the peer: %(default)s")
    parser.add_argument("--columns", type=int, default=0, help="members with so many columns, for the peak memory")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--save", action="store_true", help="append the figures to bench/results.md")
    return parser.parse_args()


def _lane(name: str, *arguments: object) -> Steps:
    words = map(str, arguments)
    return Steps.heard(server.python("bench.import_lanes", name, *words, database=PRODUCT, seconds=SECONDS))


def _against(options: argparse.Namespace) -> int:
    _install_peer()
    with server.running(PRODUCT, PEER):
        made = _lane("prepare", FOLDER, options.rows, options.peer_rows, options.seed, 0).facts
        floor = _lane("floor", FOLDER)
        storing = _lane("storing", FOLDER)
        product = _lane("product", FOLDER / "people.xlsx")
        peers = {variant: _peer(variant) for variant in options.variants.split(",")}
        report = Report(f"import of {options.rows:,} members in {int(made['households']):,} households")
        report.say(
            f"Versions: {versions(f'PostgreSQL {server.version()}', f'django-import-export {_peer_version()}')}."
        )
    report.say(
        f"One .xlsx of {made['megabytes']:.1f} MB, two worksheets, {int(made['cells']):,} filled cells, seed {options.seed}."
    )
    _tell(report, made, product, floor, storing, peers)
    return report.end(save=options.save)


def _tell(
    report: Report, made: dict[str, float], product: Steps, floor: Steps, storing: Steps, peers: dict[str, Steps]
) -> None:
    rows = int(made["persons"])
    lines = [
        _line("floor: read by calamine, COPY of ready rows into the tables with their indexes", rows, floor.total())
    ]
    stored = floor.steps["read"] + storing.total()
    lines.append(_line("the same with foreign keys, heads, counts and history", rows, stored))
    lines += [_line(f"bangfu: {name}", rows, spent) for name, spent in product.steps.items()]
    first = _first_import(product)
    lines.append(_line("**bangfu: upload to written, with history**", rows, first))
    scaled = {variant: _scaled(steps, made) for variant, steps in peers.items()}
    for variant, steps in peers.items():
        lines.append(_line(f"peer {variant}", int(steps.facts["persons"]), steps.total()))
        if steps.facts["persons"] < rows:
            lines.append(_line(f"peer {variant}, **scaled** by household and member", rows, scaled[variant]))
    heads = ("what", "members", "Python CPU s", "PostgreSQL CPU s", "CPU s", "wall s", "peak MB")
    report.table(heads, lines)
    for variant, spent in scaled.items():
        words = f"CPU of the peer ({variant}) over the product's: {{}}"
        if variant == "stock":
            report.target(f"{words} times", spent.cpu / first.cpu, least=TIMES_LESS)
        else:
            report.say(f"- {words.format(f'{spent.cpu / first.cpu:,.1f}')} times")
        report.say(f"  - Python processes alone: {spent.client / first.client:,.1f} times")
    report.target("CPU of the product over the floor: {} times", first.cpu / floor.total().cpu, most=TIMES_FLOOR)
    report.say(
        f"- CPU of the product over the floor with foreign keys, heads, counts and history: {first.cpu / stored.cpu:,.1f} times"
    )
    for name, value in (*product.facts.items(), *_pages(peers)):
        report.say(f"- {name}: {value:,.1f}" if value % 1 else f"- {name}: {int(value):,}")


def _line(name: str, rows: int, spent: Spent) -> tuple[object, ...]:
    return (name, rows, spent.client, spent.server, spent.cpu, spent.wall, spent.peak_mb)


def _first_import(product: Steps) -> Spent:
    return sum((spent for name, spent in product.steps.items() if not name.startswith("again")), Spent())


def _scaled(steps: Steps, made: dict[str, float]) -> Spent:
    """The peer's cost at the full number of rows, from its cost a row."""
    total = Spent()
    for name, spent in steps.steps.items():
        kind = "households" if name.startswith("household") else "persons"
        total += spent.times(made[kind] / steps.facts[kind])
    return total


def _pages(peers: dict[str, Steps]) -> list[tuple[str, float]]:
    stock = peers.get("stock")
    return [(f"peer stock, {name}", value) for name, value in stock.facts.items() if "page" in name] if stock else []


def _install_peer() -> None:
    """An environment of its own, made once for each state of the lock."""
    stamp = VENV / "installed"
    if stamp.exists() and stamp.read_bytes() == LOCK.read_bytes():
        return
    subprocess.run(["uv", "venv", "-q", "--clear", VENV, "--python", sys.executable], check=True)
    install = ["uv", "pip", "install", "-q", "--python", VENV / "bin/python", "--require-hashes", "-r", LOCK]
    subprocess.run(install, check=True)
    stamp.write_bytes(LOCK.read_bytes())


def _peer(variant: str) -> Steps:
    output = server.python(
        "bench.peer.run",
        database=PEER,
        seconds=SECONDS,
        venv=VENV,
        DJANGO_SETTINGS_MODULE="bench.peer.settings",
        PEER_FOLDER=str(FOLDER),
        PEER_VARIANT=variant,
    )
    return Steps.heard(output)


def _peer_version() -> str:
    found = next((VENV / "lib").glob("python*/site-packages/django_import_export-*.dist-info"))
    return found.name.split("-")[1].removesuffix(".dist")


def _memory(options: argparse.Namespace) -> int:
    """Households first, then one file of members alone, in a process of its own."""
    with server.running(PRODUCT):
        made = _lane("prepare", FOLDER, options.rows, 1, options.seed, options.columns).facts
        _lane("product", FOLDER / "households.xlsx")
        product = _lane("product", FOLDER / "people.xlsx")
        report = Report(f"memory: import of {options.rows:,} members × {options.columns} columns")
        report.say(f"Versions: {versions(f'PostgreSQL {server.version()}')}.")
    report.say(f"One .xlsx of {made['megabytes']:.1f} MB, {int(made['cells']):,} filled cells, seed {options.seed}.")
    heads = ("what", "members", "Python CPU s", "PostgreSQL CPU s", "CPU s", "wall s", "peak MB so far")
    report.table(heads, [_line(name, options.rows, spent) for name, spent in product.steps.items()])
    report.target("Peak memory of the process that imports: {} MB", product.total().peak_mb, most=MOST_MB)
    for name, value in product.facts.items():
        report.say(f"- {name}: {value:,.0f}")
    return report.end(save=options.save)


if __name__ == "__main__":
    sys.exit(main())
