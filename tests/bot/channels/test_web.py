"""The start page on a real server, beside Rasa's own root route."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlsplit

import pytest
import requests

from bot.channels import web
from bot.channels.web import PAGE_DIR, SECURITY_HEADERS, WebPage, load_assets


@pytest.fixture(scope="module")
def base(serve):
    async def handler(message):
        raise AssertionError("the page channel takes no messages")

    with serve([WebPage()], handler) as url:
        yield url


def raw_status(base, path, method="GET"):
    """Ask for a path exactly as written: requests would tidy it up."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
    connection.putrequest(method, path, skip_host=False, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize(
    ("path", "content_type", "part"),
    [
        ("/", "text/html; charset=utf-8", "Lip Twitch Guide"),
        ("/?x=1", "text/html; charset=utf-8", "Lip Twitch Guide"),
        ("/static/chat.js", "text/javascript; charset=utf-8", "textContent"),
        ("/static/style.css", "text/css; charset=utf-8", ":root"),
    ],
)
def test_page_and_its_files_are_served(base, path, content_type, part):
    answer = requests.get(base + path, timeout=20)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert part in answer.text
    head = requests.head(base + path, timeout=20)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("path", ["/", "/static/chat.js", "/static/none.js"])
def test_security_headers_are_sent(base, path):
    answer = requests.get(base + path, timeout=20)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_unchanged_file_is_not_sent_again(base):
    first = requests.get(f"{base}/static/chat.js", timeout=20)
    assert first.headers["cache-control"] == "no-cache"
    etag = first.headers["etag"]
    for tags, status in [(etag, 304), (f'"x", W/{etag}', 304), ('"x"', 200)]:
        again = requests.get(f"{base}/static/chat.js", headers={"If-None-Match": tags}, timeout=20)
        assert again.status_code == status
        assert (again.content == b"") == (status == 304)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../index.html",
        "/static/../../channels/web.py",
        "/static/%2e%2e/%2e%2e/channels/web.py",
        "/static/..%2f..%2fchannels%2fweb.py",
        "/static//etc/passwd",
        "/static/....//web.py",
        "/static/..\\web.py",
        "/static/chat.js/",
        "/static/chat.js%00",
        "/static/index.html",
        "/static/",
    ],
)
def test_nothing_else_can_be_read(base, path):
    status, body = raw_status(base, path)
    assert (status, body) == (404, b"Not found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_files_can_only_be_read(base, method):
    assert raw_status(base, "/static/chat.js", method)[0] == 405


def test_other_routes_are_left_alone(base):
    assert requests.get(f"{base}/webhooks/web/", timeout=20).json() == {"status": "ok"}
    assert requests.post(f"{base}/", timeout=20).status_code == 405
    assert requests.get(f"{base}/nothing", timeout=20).status_code == 404


def test_only_known_kinds_of_files_of_the_folder_itself_are_loaded(tmp_path):
    (tmp_path / "index.html").write_text('<p title="{{emergency_numbers}}">{{emergency_numbers}}')
    for name in ("notes.md", ".hidden.js", "app.js"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sub.js").mkdir()
    assets = load_assets(tmp_path, emergency_numbers='1"<b>')
    assert set(assets) == {"/", "/static/app.js"}
    assert assets["/"].body == b'<p title="1&quot;&lt;b&gt;">1&quot;&lt;b&gt;'


def test_missing_page_stops_the_server(tmp_path, monkeypatch):
    monkeypatch.setattr(web, "PAGE_DIR", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"index\.html is missing"):
        WebPage()


def test_page_keeps_its_own_policy():
    page = (PAGE_DIR / "index.html").read_text(encoding="utf-8")
    script = (PAGE_DIR / "chat.js").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    assert "{{emergency_numbers}}" in page
    for name in re.findall(r'(?:src|href)="static/([^"]+)"', page):
        assert (PAGE_DIR / name).is_file()
