from __future__ import annotations

import pytest

from bot.language.normaliser import clean_text


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("my lip  is\ttwitching ", "my lip is twitching"),
        ("can’t feel “it”", 'can\'t feel "it"'),
        ("ｌｉｐ", "lip"),
        ("dr\u200boop", "droop"),
        ("dr\u00adoop\u202e", "droop"),
        ("lip\x07 gone\x00", "lip gone"),
        ("it&#39;s numb &amp; weak", "it's numb & weak"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("helppppp", "helpp"),
        ("sooo weak", "sooo weak"),
        ("10000 times", "10000 times"),
        ("lip😬twitch", "lip 😬 twitch"),
        ("ok👍🏽", "ok 👍🏽"),
        ("👩\u200d⚕️ said", "👩\u200d⚕️ said"),
        ("one\r\n\n two", "one\ntwo"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_clean_text(typed, clean):
    assert clean_text(typed) == clean


@pytest.mark.parametrize("text", ["can’t", "&amp;amp;", "a😬b", "noooooo", "ok\n\nfine"])
def test_clean_text_is_stable_but_for_entities(text):
    once = clean_text(text)
    assert clean_text(once) == once or "&" in once


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("twiching", "twitching"),
        ("droopin", "drooping"),
        ("slurrin", "slurring"),
        ("wrds", "words"),
        ("u", "you"),
        ("rn", "now"),
        ("numness", "numbness"),
        ("numbbbb", "numb"),
        ("magnesiumm", "magnesium"),
        ("paralyssed", "paralysed"),
        ("caffiene", "caffeine"),
        ("swalllowing", "swallowing"),
        ("dr\u200booping", "drooping"),
    ],
)
def test_chat_spelling_is_read_as_the_standard_word(nlp, typed, standard):
    assert nlp(typed)[0].norm_ == standard


@pytest.mark.parametrize(
    "word",
    ["week", "thumb", "blur", "dropping", "bathing", "choosing", "wedding", "weather", "lap"],
)
def test_a_real_word_stays_as_typed(nlp, word):
    assert nlp(word)[0].norm_ == word


@pytest.mark.parametrize("typed", ["can't smile", "cant smile", "cannot smile", "can’t smile"])
def test_contractions_read_alike(nlp, typed):
    assert [token.norm_ for token in nlp(typed)] == ["can", "not", "smile"]


def test_text_and_offsets_are_never_changed(nlp):
    text = "my lipp is droopin on won side"
    doc = nlp(text)
    assert doc.text == text
    assert [text[t.idx : t.idx + len(t.text)] for t in doc] == [t.text for t in doc]
