"""The REST channel: `POST /webhooks/rest/webhook`, as in Rasa, but strict with what comes in.

It differs from Rasa's own in four ways: nobody outside can give commands or set the channel or the
metadata; one bot reply is one message object; a broken turn is answered; and no message is logged.
"""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.utils.endpoints import bool_arg
from sanic import Blueprint, response
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, ResponseStream

from bot.channels.failsafe import AlarmMemory, Message, completed_turn, prepare
from bot.channels.inbound import plain_text, sender_id
from bot.channels.texts import channel_texts

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 64 * 1024  # sixteen times the longest message that is read in full
TURN_SECONDS = 30.0  # Sanic gives up after 60 and would then answer with a bare 503

Handler = Callable[[UserMessage], Awaitable[Any]]


class EnvelopeCollector(CollectingOutputChannel):
    """Collects what the bot says; text, buttons and envelope of one reply stay in one object."""

    def __init__(self, queue: asyncio.Queue[Message | None] | None = None) -> None:
        """Start empty.

        Args:
            queue: also gets each message at once, for streaming.
        """
        super().__init__()
        self._queue = queue

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Collect one reply as one object (Rasa's own makes one of each part)."""
        parts = {
            "text": message.get("text") or None,
            "buttons": message.get("buttons") or message.get("quick_replies") or None,
            "image": message.get("image") or None,
            "attachment": message.get("attachment") or None,
            "custom": message.get("custom") or None,
        }
        if any(part is not None for part in parts.values()):
            await self._persist_message(self._message(recipient_id, **parts))
        if elements := message.get("elements"):
            await self.send_elements(recipient_id, elements)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Collect a text whole (Rasa's own tears it apart at blank lines)."""
        await self._persist_message(self._message(recipient_id, text=text))

    async def _persist_message(self, message: Message) -> None:
        await super()._persist_message(message)
        if self._queue is not None:
            await self._queue.put(message)


class RestChannel(RestInput):
    """Rasa's REST channel for strangers: see the head of this file."""

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> InputChannel:
        """Build the channel; the only setting is `turn_seconds`."""
        return cls(turn_seconds=float((credentials or {}).get("turn_seconds", TURN_SECONDS)))

    def __init__(self, *, turn_seconds: float = TURN_SECONDS) -> None:
        """Make the channel ready, and fail now rather than at the first broken turn.

        Args:
            turn_seconds: how long the bot may take before the person gets the apology.

        Raises:
            ContentError: a content file is broken.
            SettingsError: an environment variable is unusable.
        """
        prepare()
        self._turn_seconds = turn_seconds
        self._alarms = AlarmMemory()

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The two routes of the channel: a health check and the webhook."""
        webhook = Blueprint("rest_channel", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        # `stream=True` hands the body over unread, so that an endless one is never taken in.
        @webhook.route("/webhook", methods=["POST"], stream=True)
        async def receive(request: Request) -> HTTPResponse | ResponseStream:
            refused = channel_texts().refused
            try:
                payload = await _read_object(request)
            except PayloadTooLarge:
                return response.json({"error": refused["too_large"]}, status=413)
            if payload is None:
                return response.json({"error": refused["no_object"]}, status=400)
            text, sender = plain_text(payload.get("message")), sender_id(payload.get("sender"))
            if bool_arg(request, "stream", default=False):
                return response.stream(
                    self._streamed_turn(on_new_message, text, sender),
                    content_type="text/event-stream",
                )
            return response.json(await self._turn(on_new_message, text, sender))

        return webhook

    def get_metadata(self, request: Request) -> dict[str, Any] | None:
        """No metadata: what a stranger sends along must not reach the tracker."""
        return None

    async def _turn(self, on_new_message: Handler, text: str, sender: str) -> list[Message]:
        collector = EnvelopeCollector()
        finished = await self._run(on_new_message, text, sender, collector)
        return await self._complete(list(collector.messages), text, sender, finished)

    def _streamed_turn(
        self, on_new_message: Handler, text: str, sender: str
    ) -> Callable[[BaseHTTPResponse | ResponseStream], Coroutine[Any, Any, None]]:
        async def stream(lines: Any) -> None:
            queue: asyncio.Queue[Message | None] = asyncio.Queue()
            collector = EnvelopeCollector(queue)

            async def run() -> bool:
                try:
                    return await self._run(on_new_message, text, sender, collector)
                finally:
                    await queue.put(None)

            turn = asyncio.ensure_future(run())
            sent: list[Message] = []
            try:
                while (message := await queue.get()) is not None:
                    await lines.write(json.dumps(message) + "\n")
                    sent.append(message)
                for message in await self._complete(sent, text, sender, await turn):
                    if not any(message is earlier for earlier in sent):
                        await lines.write(json.dumps(message) + "\n")
            finally:
                turn.cancel()

        return stream

    async def _run(
        self, on_new_message: Handler, text: str, sender: str, collector: EnvelopeCollector
    ) -> bool:
        """Run one turn; True if it came to its end."""
        message = UserMessage(text, collector, sender, input_channel=self.name(), metadata=None)
        turn = asyncio.ensure_future(on_new_message(message))
        turn.add_done_callback(_note_outcome)
        try:
            await asyncio.wait({turn}, timeout=self._turn_seconds)
        except asyncio.CancelledError:  # Sanic's own time limit, or the client has left
            turn.cancel()
        if not turn.done() or turn.cancelled():
            logger.error("rest: turn %s was cancelled or took too long", message.message_id)
            turn.cancel()  # not awaited: a turn that does not let go must not hold the answer back
            return False
        if error := turn.exception():
            # Neither the error's words nor its causes': they may repeat what the person wrote.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error(
                "rest: turn %s failed: %s\n%s", message.message_id, type(error).__name__, where
            )
            return False
        return True

    async def _complete(
        self, messages: list[Message], text: str, sender: str, finished: bool
    ) -> list[Message]:
        # In a thread: at its first use the language pipeline takes seconds to build.
        answer = await asyncio.get_running_loop().run_in_executor(
            None,
            lambda: completed_turn(
                messages,
                text,
                finished=finished,
                escalation_active=self._alarms.is_active(sender),
            ),
        )
        self._alarms.note(sender, answer)
        return [
            message if message.get("recipient_id") else {"recipient_id": sender, **message}
            for message in answer
        ]


async def _read_object(request: Request) -> dict[str, Any] | None:
    """The body's JSON object, or None if it is none.

    Raises:
        PayloadTooLarge: at the first byte too many.
    """
    if request.stream is not None:
        request.stream.request_max_size = MAX_BODY_BYTES
    await request.receive_body()
    try:
        payload = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _note_outcome(turn: asyncio.Future[Any]) -> None:
    """Take note of a late error, or asyncio would log it with its words."""
    if not turn.cancelled():
        turn.exception()
