"""Fifty people read the demonstration at once, and one sends 200 MB: how long pages take, and what memory an upload costs.

    python bench/web.py [demo folder] [--people 50] [--seconds 60]

Each person opens a page, reads it for one to three seconds, and opens another, as people do. Needs a demonstration with
the web application's part loaded: `make demo DEMO_SERVE=no`.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import requests

PAGES = ("/", "/?state=partly", "/questions/how-many-known/", "/questions/forms-of-harm/", "/questions/who-is-harmed/",
         "/profile/", "/profile/unknown.html", "/returns/", "/partnership/", "/agreements/")  # fmt: skip
PORT = 8791
BASE = f"http://127.0.0.1:{PORT}"


@dataclass
class Seen:
    """How long each page took, in seconds, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, page: str, took: float, status: int) -> None:
        with self.lock:
            self.times.setdefault(page, []).append(took)
            if status != 200:
                self.wrong[f"{page} {status}"] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("demo"))
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    from plait_web.environment import of_demonstration

    os.environ.update(of_demonstration(asked.folder) | {"DJANGO_SETTINGS_MODULE": "plait_web.settings"})
    session, sender, place = _sessions()
    from plait_web.commands.serving import web_command

    server = subprocess.Popen(web_command(f"127.0.0.1:{PORT}", 2), stderr=subprocess.DEVNULL)
    try:
        _wait_until_up()
        before = _cpu(server.pid)
        seen = _read_at_once(session, asked.people, asked.seconds)
        _tell(seen, asked, spent=_cpu(server.pid) - before)
        upload = _upload(server.pid, sender, place)
    finally:
        server.terminate()
        server.wait()
    return 1 if seen.wrong or upload > 200 else 0


def _sessions() -> tuple[dict[str, str], dict[str, str], int]:
    """Cookies of somebody who reads and of somebody who sends, and the place that the latter may send to."""
    import django

    django.setup()
    from django.conf import settings
    from tests.web.signing_in import signed_in

    from plait_web.accounts.models import Membership
    from plait_web.returns.models import Expected
    from plait_web.roles import Role

    def cookies(role: Role, **more: object) -> dict[str, str]:
        user = Membership.objects.filter(role=role, **more).order_by("pk").first().user
        return {settings.SESSION_COOKIE_NAME: signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value}

    expected = Expected.objects.filter(agency__code="council").order_by("-pk").first()
    return cookies(Role.MANAGER), cookies(Role.CONTRIBUTOR, agency__code="council"), expected.pk


def _wait_until_up() -> None:
    for _ in range(300):
        try:
            if requests.get(f"{BASE}/ready", timeout=2).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.2)
    raise SystemExit("The server did not come up.")


def _read_at_once(cookies: dict[str, str], people: int, seconds: float) -> Seen:
    seen, end = Seen(), time.monotonic() + seconds
    threads = [threading.Thread(target=_reader, args=(number, cookies, end, seen)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def _reader(number: int, cookies: dict[str, str], end: float, seen: Seen) -> None:
    draw, browser = random.Random(number), requests.Session()
    browser.cookies.update(cookies)
    time.sleep(draw.uniform(0, 3))
    while time.monotonic() < end:
        page = draw.choice(PAGES)
        start = time.perf_counter()
        try:
            status = browser.get(BASE + page, timeout=60).status_code
        except requests.RequestException:
            status = 0
        seen.add(page, time.perf_counter() - start, status)
        time.sleep(draw.uniform(1, 3))


def _tell(seen: Seen, asked: argparse.Namespace, *, spent: float) -> None:
    every = [took for times in seen.times.values() for took in times]
    print(
        f"{asked.people} people for {asked.seconds:.0f} s: {len(every)} pages, {len(every) / asked.seconds:.0f} a second"
    )
    for page, times in sorted(seen.times.items()):
        print(f"  {page:<32} median {_at(times, 0.5):6.0f} ms   p95 {_at(times, 0.95):6.0f} ms")
    cost = 1000 * spent / len(every)
    print(
        f"all pages: median {_at(every, 0.5):.0f} ms, p95 {_at(every, 0.95):.0f} ms; {cost:.0f} ms of processor a page"
    )
    load, wrong = os.getloadavg()[0], dict(seen.wrong) or "nothing"
    print(f"load of the machine: {load:.1f} on {os.cpu_count()} cores; wrong: {wrong}")


def _at(times: list[float], share: float) -> float:
    return 1000 * sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _upload(server: int, cookies: dict[str, str], place: int, megabytes: int = 200) -> float:
    """How many MB the web server grew by, at most, while a file of this size was sent to it."""
    browser = requests.Session()
    browser.cookies.update(cookies)
    page = f"{BASE}/returns/asked/{place}/send/"
    token = browser.get(page, timeout=60).text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    before, peak, done = _memory(server), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], _memory(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    big = Path(os.environ["PLAIT_HOME"]) / "big.csv"
    with big.open("wb") as out:
        for _ in range(megabytes):
            out.write(b"concern,person,recorded_on\n" + b"x" * (1_048_576 - 27))
    command = [
        "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-F", f"csrfmiddlewaretoken={token}", "-F", f"files=@{big}",
        "-F", "dataset=", "-H", f"Referer: {page}", "-b", "; ".join(f"{k}={v}" for k, v in browser.cookies.items()), page,
    ]  # fmt: skip
    status = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    done.set()
    watcher.join()
    big.unlink()
    print(f"an upload of {megabytes} MB: answered {status}, the web server grew by {peak[0] - before:.0f} MB at most")
    return peak[0] - before


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(other for child in children for other in _family(int(child)))]


def _memory(pid: int) -> float:
    """MB that the process and its children hold and share with nobody twice."""
    total = 0
    for one in _family(pid):
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _cpu(pid: int) -> float:
    """Seconds of processor time of the process and its children."""
    tick = os.sysconf("SC_CLK_TCK")
    return sum(sum(map(int, Path(f"/proc/{one}/stat").read_text().split()[13:15])) for one in _family(pid)) / tick


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
