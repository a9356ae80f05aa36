"""What comes in from outside becomes plain words and a usable sender id. Pure functions.

Rasa reads a text that begins with "/" as a command (`/restart`, `/some_intent{"slot": 1}`) and
believes it with confidence 1.0. Nobody outside may give such commands, so every public channel
passes whatever it receives through `plain_text`.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
import uuid

from bot.channels.texts import channel_texts

MAX_CHARACTERS = 4000
HEAD_CHARACTERS = 2500  # what a long message begins with, usually the sign and since when
TAIL_CHARACTERS = 1500  # and what it ends with, usually the question
GAP = " … "

_SLASHES = "/／⁄∕⧸╱"
_LOOK_AHEAD = 64  # characters that decide whether a text could be read as a command
_COMMAND = re.compile(r"/([A-Za-z]{1,32})(?:@\w{1,64})?")  # Telegram adds the bot: /start@some_bot
_SENDER = re.compile(r"[A-Za-z0-9_.:@+-]{1,128}")
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
# Letters that show nothing, beside the control, format and surrogate categories.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_DROPPED_CATEGORIES = frozenset(["Cc", "Cf", "Cs"])


def plain_text(raw: object) -> str:
    """Make plain words of whatever a channel received. The result never acts as a Rasa command.

    What is no string becomes "". Control characters, zero-width and direction characters and lone
    surrogates go; compatibility forms (full-width, styled letters) become plain ones (NFKC);
    every kind of line break becomes "\\n", the only control character that stays, because it ends
    a sentence. Then leading blanks and slashes go, again until nothing is left that a later
    normalisation (NFKC, HTML entities) could turn into a leading slash. The words behind the
    slash stay: "/my face is drooping" must be understood.

    A text of more than `MAX_CHARACTERS` keeps its first 2500 and its last 1500 characters with
    " … " between, because people name the sign first or last. What stands in the middle is lost.

    Args:
        raw: the message as it came, of any type.
    """
    if not isinstance(raw, str):
        return ""
    text = _normalise(raw)
    command = _COMMAND.fullmatch(text)
    if command and (words := channel_texts().commands.get(command[1].lower())):
        return words
    text = _shorten(_without_slashes(text))
    return text.strip()


def sender_id(raw: object) -> str:
    """Make a usable conversation id of whatever a client calls itself.

    A usable id stays as it is; anything else becomes a hash, the same one for the same value. No
    id becomes a fresh random one: Rasa's own default would put strangers into one conversation.

    Args:
        raw: the id as it came; usable is a whole number or 1 to 128 of `A-Z a-z 0-9 _ . : @ + -`.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return uuid.uuid4().hex
    if isinstance(raw, int) and not isinstance(raw, bool) and -(10**40) < raw < 10**40:
        return str(raw)
    if isinstance(raw, str) and _SENDER.fullmatch(raw):
        return raw
    try:
        value = json.dumps(raw, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return uuid.uuid4().hex
    return "h-" + hashlib.sha256(value.encode("ascii")).hexdigest()[:40]


def _normalise(text: str) -> str:
    # An acute accent typed as an apostrophe: NFKC would make a blank and a loose accent of it.
    text = text.replace("\u00b4", "'")
    for _ in range(2):  # NFKC can produce characters that have to go, too
        text = "".join(_visible(char) for char in _BREAKS.sub("\n", text))
        text = unicodedata.normalize("NFKC", text)
    return text.strip()


def _visible(char: str) -> str:
    if char == "\n":
        return char
    if char == "\t":
        return " "
    hidden = (
        unicodedata.category(char) in _DROPPED_CATEGORIES
        or char in _BLANK_LETTERS
        or char in _SELECTORS
    )
    return "" if hidden else char


def _without_slashes(text: str) -> str:
    text = text.lstrip()
    while text and (text[0] in _SLASHES or _could_be_command(text)):
        text = text[1:].lstrip(_SLASHES).lstrip()
    return text


def _could_be_command(text: str) -> bool:
    """Whether a later reading of entities or compatibility forms would find a leading slash."""
    head = text[:_LOOK_AHEAD]
    for _ in range(2):
        head = _normalise(html.unescape(head))
        if head.startswith(tuple(_SLASHES)):
            return True
    return False


def _shorten(text: str) -> str:
    if len(text) <= MAX_CHARACTERS:
        return text
    return text[:HEAD_CHARACTERS] + GAP + text[-TAIL_CHARACTERS:]
