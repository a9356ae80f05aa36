"""Serves the start page at `/` and its files at `/static/…`, from the Rasa server itself."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.settings import current_settings

PAGE_DIR = Path(__file__).parent.parent / "widget" / "page"
INDEX = "index.html"
STATIC_PREFIX = "/static/"
NUMBERS_PLACEHOLDER = "{{emergency_numbers}}"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_READ_METHODS = ("GET", "HEAD")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    content_type: str
    etag: str


def load_assets(folder: Path, *, emergency_numbers: str) -> dict[str, Asset]:
    """Read a page folder into memory, by URL path.

    Only what was found here can ever be served, so no path can lead out of the folder. Files of
    unknown kinds, hidden files and what stands in subfolders are left out.

    Args:
        folder: holds `index.html`, which becomes `/`, and the files of `/static/…`.
        emergency_numbers: stands in for `{{emergency_numbers}}` in the page.

    Raises:
        FileNotFoundError: there is no start page.
    """
    if not (folder / INDEX).is_file():
        raise FileNotFoundError(f"{folder / INDEX} is missing: it is the start page. Restore it.")
    assets = {}
    for file in sorted(folder.iterdir()):
        content_type = CONTENT_TYPES.get(file.suffix)
        if content_type is None or file.name.startswith(".") or not file.is_file():
            continue
        body = file.read_bytes()
        if file.suffix == ".html":
            numbers = html.escape(emergency_numbers, quote=True)
            body = body.replace(NUMBERS_PLACEHOLDER.encode(), numbers.encode())
        path = "/" if file.name == INDEX else STATIC_PREFIX + file.name
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        assets[path] = Asset(body, content_type, etag)
    return assets


class PageBlueprint(Blueprint):
    """A blueprint that answers outside its own prefix, because Rasa already owns the route `/`."""

    def __init__(self, name: str, assets: Mapping[str, Asset]) -> None:
        """Hold the assets until Rasa registers the blueprint.

        Args:
            name: Sanic's name for the blueprint.
            assets: what to serve, by URL path.
        """
        super().__init__(name)
        self.ctx.assets = dict(assets)

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Register the routes, and a request middleware that comes before every route."""
        super().register(app, options)
        app.register_middleware(self._serve, "request")

    def _serve(self, request: Request) -> HTTPResponse | None:
        """Answer for `/` and `/static/…`; None leaves the request to the other routes."""
        path = request.path or "/"
        is_static = path.startswith(STATIC_PREFIX)
        if not is_static and not (path == "/" and request.method in _READ_METHODS):
            return None
        if request.method not in _READ_METHODS:
            return _plain("Method not allowed", 405, {"Allow": ", ".join(_READ_METHODS)})
        asset = self.ctx.assets.get(path)
        if asset is None:
            return _plain("Not found", 404, {"Cache-Control": "no-store"})
        # Names carry no version, so browsers ask each time and mostly hear "unchanged".
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-cache", "ETag": asset.etag}
        if _is_known(request.headers.get("if-none-match", ""), asset.etag):
            return HTTPResponse(None, status=304, headers=headers)
        return response.raw(asset.body, headers=headers, content_type=asset.content_type)


class WebPage(InputChannel):
    """The start page. It takes no messages itself: the page talks to the REST channel."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its prefix under `/webhooks/`."""
        return "web"

    def __init__(self) -> None:
        """Read the page, so that a missing file stops the server at start.

        Raises:
            FileNotFoundError: there is no start page.
            SettingsError: an environment variable is unusable.
        """
        numbers = current_settings().emergency_numbers
        self._assets = load_assets(PAGE_DIR, emergency_numbers=numbers)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The page's blueprint with a health check at `/webhooks/web/`."""
        page = PageBlueprint("web_page", self._assets)

        @page.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        return page


def _plain(text: str, status: int, headers: Mapping[str, str]) -> HTTPResponse:
    return response.text(text, status=status, headers={**SECURITY_HEADERS, **headers})


def _is_known(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags
