"""Takes the pictures of docs/images anew: a demo in a throw-away home, worked through the desk as
an editor and a chief editor would, in a real Chromium.

Fails when a picture is larger than ``LARGEST``: the repository is not a photo album.
"""

from __future__ import annotations

import email
import email.policy
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pipeline.demo.office import free_port

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SIZE, PHONE = (1366, 768), (390, 844)
COLOURS = 256
LARGEST = 150_000  # bytes
PATIENCE = 300  # seconds for a slow machine
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="guongsang-screenshots-") as folder,
        sync_playwright() as playwright,
    ):
        home = Path(folder)
        path = next(filter(None, map(shutil.which, CHROMIUM)), None)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE * 1000)
        with demo(home) as address:
            take_all(browser, home, address)
        browser.close()


@contextmanager
def demo(home: Path) -> Iterator[str]:
    """A demo in ``home``, ready to be used. Yields the address of its desk.

    Raises:
        SystemExit: it ended by itself or is not ready in time.
    """
    port = free_port(8000)
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "--home",
        str(home),
        "demo",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(PATIENCE):
            if process.poll() is not None:
                raise SystemExit(f"the demo ended with {process.returncode}")
            try:
                urllib.request.urlopen(f"{address}/desk/login/").close()  # noqa: S310
                break
            except urllib.error.URLError:
                time.sleep(1)
        else:
            raise SystemExit("the demo was not ready in time")
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def take_all(browser: Browser, home: Path, address: str) -> None:
    state = json.loads((home / "demo.json").read_text("utf-8"))
    editor = log_in(browser, address, "lananh", state["editor_password"])
    editor.locator(".row", has_text="2 báo").first.click()
    editor.locator(".outlets li").nth(1).wait_for()
    take(editor, "inbox")
    editor.locator("#summary-title").evaluate("heading => heading.scrollIntoView()")
    take(editor, "story")
    compose(editor)
    chief = log_in(browser, address, "thuha", state["chief_password"])
    open_digest(chief)
    chief.frame_locator(".preview iframe").locator("h1").wait_for()
    take(chief, "digest")
    chief.get_by_role("button", name="Duyệt và phát ngay").click()
    chief.get_by_role("status").get_by_text("Đã duyệt bản tin số 1").wait_for()
    mail = home / "output" / "mail"
    wait_until(lambda: len(list(mail.glob("*.eml"))) >= 2)
    wait_until(lambda: (home / "output" / "portal" / "index.html").exists())
    chief.goto("/desk/overview/")
    take(chief, "overview")
    chief.goto("/desk/reports/")
    chief.get_by_role("link", name="Xem số liệu đến hôm nay").click()
    chief.wait_for_url("**/reports/*/")
    take(chief, "report")
    chief.goto("/desk/coverage/")
    take(chief, "coverage")
    chief.goto("/portal/")
    take(chief, "portal")
    take_letter(browser, letter(sorted(mail.glob("*.eml"))[0]))


def take_letter(browser: Browser, html: str) -> None:
    """On a desk and on a telephone, by day and by night."""
    for device, size in {"letter": SIZE, "letter-phone": PHONE}.items():
        for night in (False, True):
            # A page of its own: the portal's policy would refuse the letter's inline styles.
            reader = new_page(browser, size=size)
            reader.emulate_media(color_scheme="dark" if night else "light")
            reader.set_content(html)
            take(reader, f"{device}-dark" if night else device)


def log_in(browser: Browser, address: str, username: str, password: str) -> Page:
    page = new_page(browser, address)
    page.goto("/desk/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("button.main")
    page.locator("#story-title").wait_for()
    return page


def new_page(browser: Browser, address: str | None = None, size: tuple[int, int] = SIZE) -> Page:
    width, height = size
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="vi-VN"
    )
    context.set_default_timeout(PATIENCE * 1000)
    return context.new_page()


def compose(page: Page) -> None:
    """Accept what the week's draft holds, take out what is flagged, sign what there is to sign and
    send it to the chief editor."""
    open_digest(page)
    week = page.url
    links = page.locator(".item h3 a")
    for address in links.evaluate_all("links => links.map(link => link.href)"):
        page.goto(address)
        if not page.locator(".story .flag-minor, .story .flag-hype").count():
            page.locator(".actions").get_by_role("button", name="Nhận").click()
            expect(page.locator("#flash")).to_contain_text("Đã nhận")
    page.goto(week)
    unaccepted = page.locator(".item", has_text="Tin chưa được biên tập viên nhận.")
    for left in range(unaccepted.count(), 0, -1):
        unaccepted.first.get_by_role("button", name=re.compile("Lấy ra")).click()
        expect(unaccepted).to_have_count(left - 1)
    page.fill("#intro", "Những con người bình dị, việc làm có thật trong tuần qua.")
    page.get_by_role("button", name="Lưu lời bản tin").click()
    expect(page.locator("#flash")).to_contain_text("Đã lưu lời bản tin.")
    signing = page.locator("details.sign")
    for left in range(signing.count(), 0, -1):
        signing.first.locator("summary").click()
        signing.first.get_by_role("button", name="Tôi đã xem, vẫn đăng").click()
        expect(signing).to_have_count(left - 1)
    page.get_by_role("button", name="Gửi Thu Hà duyệt").click()
    expect(page.locator("#desk")).to_contain_text("Đang chờ lãnh đạo duyệt.")


def open_digest(page: Page) -> None:
    page.goto("/desk/digests/")
    page.locator("table.list th a").first.click()
    page.locator("#chosen-title").wait_for()


def wait_until(done: Callable[[], bool]) -> None:
    """Raises ``SystemExit`` when ``done()`` does not become true in time."""
    for _ in range(PATIENCE):
        if done():
            return
        time.sleep(1)
    raise SystemExit("the digest was not published in time")


def letter(file: Path) -> str:
    """The HTML of a letter as it was sent."""
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot()))
    # MAXCOVERAGE keeps the few pixels of a rare colour, such as a thin underline, their own.
    few = picture.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    file = IMAGES / f"{name}.png"
    few.save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size} bytes")
    if file.stat().st_size > LARGEST:
        raise SystemExit(f"{file} is larger than {LARGEST} bytes")


if __name__ == "__main__":
    main()
