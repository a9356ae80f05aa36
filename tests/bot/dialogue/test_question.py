"""Reading Rasa's parse result."""

from __future__ import annotations

from bot.dialogue.question import Question


def parse(confidence: float = 0.9) -> dict:
    return {
        "intent": {"name": "caffeine", "confidence": 0.8},
        "question": {
            "topics": [{"id": "caffeine", "confidence": 0.8}],
            "candidates": [
                {"id": "caffeine", "confidence": 0.8},
                {"id": "diet", "confidence": 0.1},
            ],
            "facet": {"name": "why", "confidence": confidence},
            "facts": [{"id": "caffeine-three-cups", "confidence": 0.7}],
            "gaps": ["dose"],
        },
        "safety": {
            "urgency": "routine",
            "routine_reasons": ["painful"],
            "red_flags": ["droop"],
            "flags": [{"flag": "droop", "reading": "present"}],
        },
    }


def test_a_parse_result_is_read() -> None:
    question = Question.from_parse(parse())
    assert question.topics == ("caffeine",)
    assert question.candidates == ("caffeine", "diet")
    assert question.facet == "why"
    assert question.facts == {"caffeine-three-cups": 0.7}
    assert (question.gaps, question.intent) == (("dose",), "caffeine")
    assert (question.red_flags, question.explained) == (("droop",), False)
    assert (question.urgency, question.routine_reasons) == ("routine", ("painful",))


def test_an_uncertain_facet_is_none() -> None:
    assert Question.from_parse(parse(confidence=0.49)).facet is None
    assert Question.from_parse(parse(confidence=0.5)).facet == "why"


def test_what_is_missing_reads_as_not_understood() -> None:
    assert Question.from_parse({}) == Question()
    assert Question.from_parse({"intent": None, "question": None, "safety": None}) == Question()
    assert Question.from_parse({"intent": {"name": None}, "question": {"facet": {}}}) == Question()


def test_numbness_after_an_injection_is_read_as_explained() -> None:
    rows = [{"flag": "numbness", "reading": "explained"}]
    assert Question.from_parse({"safety": {"flags": rows, "red_flags": []}}).explained
