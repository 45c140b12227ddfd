"""What finish reasons mean, in the words of many servers."""

from __future__ import annotations

import pytest

from tui.domain.chat import ChatMessage, MessageState, Role
from tui.domain.finish import End, end_of, is_reason

ENDS = {
    End.PLAIN: "stop STOP end_turn stop_sequence eos eos_token end COMPLETE FINISH_REASON_STOP finished done stop-sequence",
    End.LENGTH: "length max_tokens MAX_TOKENS max_output_tokens maxTokens token_limit max_completion_tokens incomplete ERROR_LIMIT",
    End.CONTEXT: "model_context_window_exceeded context_length_exceeded model_length CONTEXT_LIMIT contextWindow",
    End.FILTER: "content_filter content-filter contentFilter SAFETY RECITATION BLOCKLIST PROHIBITED_CONTENT SPII IMAGE_SAFETY"
    " guardrail_intervened refusal sensitive content_filtered ERROR_TOXIC policy_violation blocked LANGUAGE moderation",
    End.TOOL: "tool_calls function_call tool_use MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL tool-calls",
    End.PAUSED: "pause_turn pause",
    End.REPEATED: "repetition repetition_truncation loop_detected",
    End.OVERLOADED: "insufficient_system_resource engine_overloaded no_capacity",
    End.FAILED: "error network_error server_error upstream_failure ERROR",
    End.CANCELLED: "abort aborted cancelled canceled timeout time_limit interrupted",
    End.OTHER: "OTHER weather load",
}
CASES = [(reason, end) for end, reasons in ENDS.items() for reason in reasons.split()]


@pytest.mark.parametrize(("reason", "end"), CASES)
def test_a_finish_reason_is_understood_however_it_is_written(reason: str, end: End) -> None:
    assert end_of(reason) is end


@pytest.mark.parametrize(("reason", "end"), CASES)
def test_a_reply_that_can_go_on_can_be_continued(reason: str, end: End) -> None:
    reply = ChatMessage(Role.ASSISTANT, "Once upon a", state=MessageState.COMPLETE, finish_reason=reason)
    assert reply.can_continue == (end in (End.LENGTH, End.PAUSED, End.REPEATED, End.OTHER))
    reply.content = ""
    assert not reply.can_continue


def test_a_reply_without_a_reason_is_whole() -> None:
    assert not ChatMessage(Role.ASSISTANT, "All of it.", state=MessageState.COMPLETE).can_continue


@pytest.mark.parametrize("word", ["", " ", "null", "NULL", "none", "FINISH_REASON_UNSPECIFIED"])
def test_some_words_are_no_reason(word: str) -> None:
    assert not is_reason(word)
