"""What the architecture tests look at: the files git knows, so that build output is never judged."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = {".py", ".md", ".html", ".txt", ".toml", ".in", ".lock", ".json", ".js", ".mjs", ".css", ".scss", ".yaml", ""}


@cache
def files(*patterns: str) -> tuple[Path, ...]:
    """Tracked and new files matching any of the patterns, those in the work tree only."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return tuple(path for name in sorted(set(listed)) if name and (path := ROOT / name).is_file())


def product() -> list[Path]:
    """Python of the product, without its tests and migrations."""
    return [p for p in files("bangfu/**.py") if not {"tests", "migrations"} & set(p.relative_to(ROOT).parts)]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
