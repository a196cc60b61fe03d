"""Whether a port is free, and who has it if not."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from bangfu.site.bootstrap import Refusal

LISTENS = "0A"


def demand_free(port: int, otherwise: str) -> None:
    """Refusal naming the holder and the way out."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"没有权限使用端口 {port}：请换一个 1024 以上的，例如 {otherwise}") from None
        except OSError:
            raise Refusal(f"端口 {port} 被占用{_holder(port)}：请先停止它，或换一个端口：{otherwise}") from None


def _holder(port: int) -> str:
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(handle) in sockets for handle in (process / "fd").iterdir()):
                return f"（进程 {process.name}，{(process / 'comm').read_text().strip()}）"
        except OSError:  # another user's process, or one that just ended
            continue
    return ""


def _listening(port: int) -> set[str]:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == LISTENS and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(fields[9])
    return inodes
