"""A night and its dashboard in a network of their own, whose only way out is a device that counts.

    unshare --net --map-root-user python watched_night.py FOLDER [night|dashboard|packet|picture] ...

prints as JSON what left the machine (JSON lists of protocol and destination) and what lay in the temporary
folder meanwhile. ``packet`` and ``picture`` are sabotage: they must be seen.
"""

from __future__ import annotations

import ctypes
import fcntl
import ipaddress
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

TUNSETIFF, TUN, NO_HEADER = 0x400454CA, 0x0001, 0x1000
DEVICE = "watch0"
SETUP = (
    "link set lo up",
    f"addr add 10.99.0.2/24 dev {DEVICE}",
    f"-6 addr add fd99::2/64 dev {DEVICE} nodad",
    f"link set {DEVICE} up",
    f"route add default via 10.99.0.1 dev {DEVICE}",
    f"-6 route add default via fd99::1 dev {DEVICE}",
)
ICMP6 = 58
SETTLES_S = 0.3
DAY = date(2026, 10, 5)
SECRETS = []
# Made or moved here, or written to its end.
CREATED, WRITTEN, MOVED_HERE, IS_FOLDER = 0x100, 0x8, 0x80, 0x40000000


@contextmanager
def counted():
    """Yield the list of packets that leave by the only way out, as protocol and destination."""
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), TUN | NO_HEADER))
    for line in SETUP:
        subprocess.run(["ip", *line.split()], check=True)
    packets = []

    def read():
        with suppress(OSError):
            while packet := os.read(device, 65536):
                told = _told(packet)
                if told is not None:
                    packets.append(told)

    threading.Thread(target=read, daemon=True).start()
    yield packets
    # What was sent last is still on its way to the reader.
    time.sleep(SETTLES_S)


def _told(packet):
    """Return protocol and destination; None for what the system itself says of a new device."""
    if packet[0] >> 4 == 4:
        return [packet[9], str(ipaddress.ip_address(packet[16:20]))]
    target = ipaddress.ip_address(packet[24:40])
    # Neighbour and group messages of ICMPv6, also behind a hop-by-hop header (0).
    return None if packet[6] in (0, ICMP6) and target.is_multicast else [packet[6], str(target)]


@contextmanager
def listed(folder):
    """Yield the names of all that is ever made in a folder, by the system's own account."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init()
    wanted = CREATED | WRITTEN | MOVED_HERE
    folders = {libc.inotify_add_watch(watch, os.fsencode(folder), wanted): folder}
    names = []

    def read():
        with suppress(OSError):
            while events := os.read(watch, 1 << 16):
                at = 0
                while at < len(events):
                    number, mask, _, length = struct.unpack_from("iIII", events, at)
                    name = events[at + 16 : at + 16 + length].rstrip(b"\0").decode()
                    at += 16 + length
                    path = folders[number] / name
                    names.append(str(path.relative_to(folder)))
                    if mask & IS_FOLDER and mask & CREATED:
                        folders[libc.inotify_add_watch(watch, os.fsencode(path), wanted)] = path

    threading.Thread(target=read, daemon=True).start()
    yield names
    time.sleep(SETTLES_S)


def night(folder):
    from pipelines.nightly import nightly
    from pipelines.nights.track_keys import key_file, track_key
    from pipelines.sites.site import load_site

    site = load_site(folder / "site.toml")
    # Drawn before the night, which goes on with it: what it is must be found nowhere afterwards.
    SECRETS.append(track_key(site, DAY).hex())
    SECRETS.append(key_file(site).read_bytes().hex())
    state = nightly(str(site.path), DAY, None, "barcode:BarcodePose", return_state=True)
    assert state.is_completed(), state


def dashboard(folder):
    """Serve the dashboard and look at its first page and the runs."""
    from dashboard_client import Client

    from dashboard.screenshots import serving
    from pipelines.sites.site import load_site

    with serving(load_site(folder / "site.toml"), folder / "dashboard.txt") as url:
        client = Client(url).open()
        shown = client.run(), client.run("runs")
        client.close()
    assert "exception" not in {one.WhichOneof("type") for page in shown for one in page.elements}


def packet(_folder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"of a worker", ("192.0.2.7", 9))
    with socket.socket() as caller:
        caller.settimeout(0.2)
        with suppress(TimeoutError):
            caller.connect(("192.0.2.8", 443))


def picture(_folder):
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(b"\xff\xd8\xff")


def main():
    folder, steps = Path(sys.argv[1]), sys.argv[2:]
    temporary = folder / "temporary"
    temporary.mkdir()
    os.environ |= {"TMPDIR": str(temporary), "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    for name in ("PREFECT_API_URL", "HINGEWISE_TRACK_KEY"):
        os.environ.pop(name, None)
    tempfile.tempdir = None
    os.chdir(folder)
    with counted() as packets, listed(temporary) as names:
        for step in steps:
            {"night": night, "dashboard": dashboard, "packet": packet, "picture": picture}[step](folder)
    seen = {"steps": steps, "packets": packets, "temporary": names, "secrets": SECRETS}
    sys.stdout.write(f"RESULT {json.dumps(seen)}\n")


if __name__ == "__main__":
    main()
