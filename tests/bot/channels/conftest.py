"""A real Sanic server with our channels, registered the way Rasa does it, on a free port."""

from __future__ import annotations

import asyncio
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from rasa.core.channels.channel import InputChannel, register
from rasa.server import add_root_route
from sanic import Sanic
from sanic.touchup import TouchUp

Handler = Callable[[Any], Any]


@contextmanager
def running_server(
    channels: list[InputChannel], handler: Handler, *, response_timeout: float = 60
) -> Iterator[str]:
    """Serve the channels from a thread; yields the base URL."""

    class Agent:
        async def handle_message(self, message: Any) -> None:
            await handler(message)

    app = Sanic(f"channels-{uuid.uuid4().hex}", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = response_timeout
    app.ctx.agent = Agent()
    add_root_route(app)
    register(channels, app, route="/webhooks/")

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await app.create_server(
            sock=listener, return_asyncio_server=True, access_log=False
        )
        await server.startup()
        await server.start_serving()
        ready.set()
        await stop.wait()
        server.close()
        for connection in list(server.connections):
            connection.abort()
        await asyncio.sleep(0.05)

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serve())
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20), "the server did not start"
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Any]]:
    """`running_server`, for tests that bring their own handler."""
    rewrite = TouchUp.run

    def rewrite_once(app: Sanic) -> None:
        # At start Sanic rewrites its own methods; a second start in one process trips over that.
        with suppress(KeyError):
            rewrite(app)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TouchUp, "run", rewrite_once)
        yield running_server
