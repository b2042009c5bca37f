"""A network of one's own: every packet that would leave towards the world is counted, and none does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

WATCHED: Final = "HINGEWISE_DRILL_WATCHED"
_ENTER: Final = """
set -e
ip link set lo up
ip link add watch0 type veth peer name watch1
for one in watch0 watch1; do echo 1 > /proc/sys/net/ipv6/conf/$one/disable_ipv6; done
ip link set watch0 arp off; ip link set watch1 up; ip link set watch0 up
ip addr add 192.0.2.1/24 dev watch0; ip route add default via 192.0.2.254 dev watch0
exec "$@"
"""


def enter(module: str, arguments: Sequence[str]) -> None:
    """Start this program again with a network and mounts of its own, where they can be had."""
    if WATCHED in os.environ or not shutil.which("unshare") or not shutil.which("ip"):
        return
    line = ["unshare", "-rnm", "sh", "-c", _ENTER, "sh"]
    if subprocess.run([*line, "true"], capture_output=True, check=False).returncode == 0:
        os.environ[WATCHED] = "1"
        os.execvp(line[0], [*line, sys.executable, "-m", module, *arguments])


def watched() -> bool:
    """Return whether a packet that leaves would be counted: one is sent to see."""
    if WATCHED not in os.environ:
        return False
    before = packets()
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.sendto(b"is anybody looking", ("198.51.100.1", 9))
    return packets() > before


def packets() -> int:
    """Return how many packets left, by any way but the loop, or would have if there were one."""
    lines = Path("/proc/net/dev").read_text().splitlines()[2:]
    sent = {line.split(":")[0].strip(): int(line.split(":")[1].split()[9]) for line in lines}
    names, numbers = (
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip: ")
    )
    lost = int(numbers[names.index("OutNoRoutes")])
    for line in Path("/proc/net/snmp6").read_text().splitlines():
        lost += int(line.split()[1]) if line.startswith("Ip6OutNoRoutes") else 0
    return lost + sum(count for name, count in sent.items() if name != "lo")
