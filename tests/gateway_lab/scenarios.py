"""The public scenarios, as data: what the server sends, and what a client must make of it.

`rule(ops, **when)` is one scripted answer; the first whose `when` holds is played.
`expect` is one expectation, or a list of acceptable ones with the best first.
See README.md for the fields, wire.py for the operations.
"""

from __future__ import annotations

import zlib

from .model import Scenario, fail, ok
from .verdict import KEY
from .wire import DONE, bare, chunk, completion, error_body, ev, reply, role, rule, stop, stream, usage, wait, words

POST = {"method": "POST", "path": "/v1/chat/completions"}
GET = {"method": "GET", "path": "/v1/models"}

SSE_SPEC = "https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation"
OPENROUTER_STREAM = "https://openrouter.ai/docs/api-reference/streaming"
OPENROUTER_ERRORS = "https://openrouter.ai/docs/api/reference/errors-and-debugging"
DEEPSEEK_LIMIT = "https://api-docs.deepseek.com/quick_start/rate_limit"
ONE_API = "https://github.com/songquanpeng/one-api"
OPENAI_PY = "https://github.com/openai/openai-python"


def chat(ops: list, **when) -> dict:
    return rule(ops, **POST, **when)


def listing(ops: list, **when) -> dict:
    return rule(ops, **GET, **when)


def sse_gzip(*events: bytes) -> list[bytes]:
    """The events compressed as one gzip member, flushed after each event."""
    c = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    out = [c.compress(e) + c.flush(zlib.Z_SYNC_FLUSH) for e in events]
    out.append(c.flush())
    return out


HTML_UI = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"/><title>Gateway Console</title>'
    '<script defer src="/static/js/main.js"></script></head><body><noscript>You need to enable '
    'JavaScript to run this app.</noscript><div id="root"></div></body></html>'
)
HTML_502 = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>"
    "</center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n"
)

NASTY = (
    "before \x1b]52;c;bWFsaWNpb3Vz\x07 \x1b]0;pwned title\x07\x1b[2J\x1b[31mred\x1b[0m "
    "\x1bP+q544e\x1b\\ \x9b5n \x9d0;c1 title\x9c bell\x07 back\b\b\b\b spoof\rover "
    "\u202etxt.exe after"
)

SCENARIOS: list[Scenario] = [
    # ------------------------------------------------------------------ baseline
    Scenario(
        "plain_json",
        "baseline",
        "A whole reply as one JSON object, with usage.",
        [chat(reply(200, completion("The capital of France is Paris.", usage=usage(24, 9))))],
        ok("The capital of France is Paris.", usage=usage(24, 9)),
        stream=False,
        cites=["the product's spec"],
    ),
    Scenario(
        "plain_stream",
        "baseline",
        "Role-only chunk, three text chunks, finish, [DONE].",
        [chat(stream(role(), words("Why ", "did the ", "chicken?"), stop(), DONE))],
        ok("Why did the chicken?"),
        cites=["the product's spec", "https://platform.openai.com/docs/api-reference/chat-streaming"],
    ),
    Scenario(
        "request_contract",
        "baseline",
        "Checks the request: bearer key, JSON content type, only the parameters that were set, never null.",
        [chat(stream(role(), words("ok"), stop(), DONE))],
        ok("ok"),
        params={"temperature": 0.5, "max_tokens": 64},
        sent={"equal": {"temperature": 0.5, "max_tokens": 64}, "absent": ["top_p"]},
        cites=["the product's spec"],
    ),
    Scenario(
        "base_url_forms",
        "baseline",
        "The same gateway addressed with and without /v1, with trailing slashes, with the full endpoint path pasted, "
        "and with spaces around it.",
        [chat(stream(role(), words("reached"), stop(), DONE))],
        ok("reached"),
        bases=["{root}", "{root}/", "{root}/v1", "{root}/v1/", "{root}/v1/chat/completions", "  {root}/v1 \n"],
        cites=[ONE_API + " router/web.go: any other path gets the web page"],
    ),
    Scenario(
        "usage_tail",
        "baseline",
        "finish, then a usage-only chunk with an empty choices list, then [DONE].",
        [chat(stream(role(), words("four ", "words"), stop(), ev(bare(usage=usage(11, 4))), DONE))],
        ok("four words", usage=usage(11, 4)),
        cites=["https://github.com/janhq/cortex.llamacpp/issues/265"],
    ),
    # ------------------------------------------------------------------ event stream framing
    Scenario(
        "sse_crlf",
        "framing",
        "Every line ends in CRLF.",
        [chat(stream(*[e.replace(b"\n", b"\r\n") for e in (role(), *words("car", "riage"), stop(), DONE)]))],
        ok("carriage"),
        cites=[SSE_SPEC],
    ),
    Scenario(
        "sse_cr_only",
        "framing",
        "Every line ends in a lone CR.",
        [chat(stream(*[e.replace(b"\n", b"\r") for e in (role(), *words("lone ", "return"), stop(), DONE)]))],
        ok("lone return"),
        cites=[SSE_SPEC, "https://github.com/florimondmanca/httpx-sse/issues/34"],
    ),
    Scenario(
        "sse_no_space",
        "framing",
        "No space after 'data:'; the text itself begins with a space.",
        [
            chat(
                stream(
                    ev(chunk(" lead", role="assistant"), lead=b"data:"),
                    ev(chunk(" ing"), lead=b"data:"),
                    ev(chunk(finish="stop"), lead=b"data:"),
                    b"data:[DONE]\n\n",
                )
            )
        ],
        ok(" lead ing"),
        cites=[SSE_SPEC, ONE_API + " relay/adaptor/openai/main.go wants 'data: '"],
    ),
    Scenario(
        "sse_bom",
        "framing",
        "The stream begins with a UTF-8 byte order mark.",
        [chat(stream(b"\xef\xbb\xbf" + role(), words("marked"), stop(), DONE))],
        ok("marked"),
        cites=[SSE_SPEC],
    ),
    Scenario(
        "sse_comments",
        "framing",
        "Keep-alive comments before, between and after the events.",
        [
            chat(
                stream(
                    b": OPENROUTER PROCESSING\n\n",
                    wait(0.2),
                    b": OPENROUTER PROCESSING\n\n",
                    role(),
                    words("com"),
                    b": keep-alive\n\n:\n\n",
                    words("ment"),
                    stop(),
                    b": bye\n\n",
                    DONE,
                )
            )
        ],
        ok("comment"),
        cites=[OPENROUTER_STREAM, DEEPSEEK_LIMIT],
    ),
    Scenario(
        "sse_fields",
        "framing",
        "event:, id: and retry: fields, an unknown field, and a field without a colon.",
        [
            chat(
                stream(
                    b"retry: 3000\n\n",
                    b"event: message\nid: 1\n" + role(),
                    b"id: 2\nx-heartbeat: 1\n" + words("fi")[0],
                    b"data\nevent\n\n",
                    b"id: 3\n" + words("elds")[0],
                    stop(),
                    b"event: done\n" + DONE,
                )
            )
        ],
        ok("fields"),
        cites=[SSE_SPEC],
    ),
    Scenario(
        "sse_multiline_data",
        "framing",
        "One JSON object spread over several data: lines of one event.",
        [
            chat(
                stream(
                    role(),
                    b'data: {"id":"x","choices":[\ndata: {"index":0,"delta":{"content":"multi"},\n'
                    b'data: "finish_reason":null}]}\n\n',
                    words("line"),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("multiline"),
        cites=[SSE_SPEC],
    ),
    Scenario(
        "sse_byte_by_byte",
        "framing",
        "One byte per write: emoji and Chinese characters arrive in pieces.",
        [
            chat(
                stream(
                    ("drip", role() + b"".join(words("你好", "，世界 ", "👩\u200d🚀", "é")) + stop() + DONE, 1, 0.0003)
                )
            )
        ],
        ok("你好，世界 👩\u200d🚀é"),
        cites=[SSE_SPEC],
    ),
    Scenario(
        "sse_one_write",
        "framing",
        "The whole stream arrives in a single segment.",
        [chat(stream(role() + b"".join(words("all ", "at ", "once")) + stop() + DONE))],
        ok("all at once"),
        cites=[SSE_SPEC],
    ),
    Scenario(
        "sse_unicode_breaks",
        "framing",
        "U+2028, U+2029 and U+0085 stand raw inside JSON strings; they are not line ends of the stream.",
        [chat(stream(role(), words("a\u2028b", "c\u2029d", "e\u0085f"), stop(), DONE))],
        ok("a\u2028bc\u2029de\u0085f"),
        cites=[
            "https://github.com/florimondmanca/httpx-sse/issues/34",
            "https://github.com/langgenius/dify/pull/39008",
        ],
    ),
    Scenario(
        "sse_giant_line",
        "framing",
        "A single data line of 2 MiB.",
        [chat(stream(role(), words("x" * (2 * 1024 * 1024)), stop(), DONE))],
        {**ok("x"), "text": None, "text_len": 2 * 1024 * 1024},
        cites=[OPENAI_PY + " src/openai/_streaming.py: no line limit", ONE_API + " reads lines with a 64 KiB scanner"],
    ),
    Scenario(
        "sse_gzip",
        "framing",
        "The event stream is gzip-encoded and flushed after each event.",
        [
            chat(
                stream(
                    *sse_gzip(role(), *words("zip", "ped"), stop(), DONE),
                    headers={"Content-Type": "text/event-stream", "Content-Encoding": "gzip"},
                )
            )
        ],
        ok("zipped"),
        cites=["RFC 9110 section 8.4"],
    ),
    Scenario(
        "sse_no_done",
        "framing",
        "finish_reason stop and a proper end of body, but no [DONE].",
        [chat(stream(role(), words("done without saying"), stop()))],
        ok("done without saying"),
        cites=["https://github.com/experientiallabs/experiential/pull/962"],
    ),
    Scenario(
        "sse_done_no_finish",
        "framing",
        "[DONE] without any finish_reason (one-api adds [DONE] to whatever it got).",
        [chat(stream(role(), words("no reason given"), DONE))],
        ok("no reason given", finish=None),
        tell="Complete, but the server did not say why it stopped.",
        cites=[ONE_API + " relay/adaptor/openai/main.go", "https://github.com/pydantic/pydantic-ai/issues/6610"],
    ),
    Scenario(
        "sse_no_last_newline",
        "framing",
        "The last events lack the blank line: finish chunk, then EOF right after it.",
        [chat(stream(role(), words("abrupt"), stop()[:-2]))],
        ok("abrupt"),
        cites=[SSE_SPEC, OPENAI_PY + " src/openai/_streaming.py"],
    ),
    Scenario(
        "sse_done_then_open",
        "framing",
        "[DONE] is sent but the connection stays open and silent.",
        [chat(stream(role(), words("finished"), stop(), DONE, ("hang", 15.0)))],
        ok("finished"),
        limit=4.0,
        cites=["https://github.com/tinyhumansai/openhuman/pull/4393"],
    ),
    # ------------------------------------------------------------------ shapes of deltas
    Scenario(
        "azure_first_chunk",
        "deltas",
        "First chunk has no choices, only filter results; last has usage.",
        [
            chat(
                stream(
                    ev(
                        bare(
                            id="",
                            object="",
                            created=0,
                            model="",
                            prompt_filter_results=[
                                {
                                    "prompt_index": 0,
                                    "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}},
                                }
                            ],
                        )
                    ),
                    role(),
                    words("azure"),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("azure"),
        cites=[
            "https://github.com/AbanteAI/archive-old-cli-mentat/issues/429",
            "https://github.com/simonw/llm/issues/294",
        ],
    ),
    Scenario(
        "null_deltas",
        "deltas",
        "content null, delta {}, delta null, choices null, usage null, and unknown fields.",
        [
            chat(
                stream(
                    ev(chunk(None, role="assistant", refusal=None, tool_calls=None)),
                    ev(chunk()),
                    ev(chunk("nu", usage=None)),
                    ev(chunk(choice={"delta": None})),
                    ev({"id": "x", "choices": None}),
                    ev(chunk("lls", role=None, logprobs=None)),
                    ev(chunk(None, finish="stop", usage=None)),
                    DONE,
                )
            )
        ],
        ok("nulls"),
        cites=[
            "https://github.com/mistralai/client-python/issues/16",
            "https://github.com/ggml-org/llama.cpp/pull/10694",
        ],
    ),
    Scenario(
        "noise_events",
        "deltas",
        "Events that carry nothing: empty data, 'ping', null, {} and a number.",
        [
            chat(
                stream(
                    b"data: \n\n",
                    role(),
                    b"data: ping\n\n",
                    words("sig"),
                    b"data: null\n\n",
                    b"data: {}\n\n",
                    b"data: 17\n\n",
                    words("nal"),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("signal"),
        cites=["https://github.com/ggml-org/llama.cpp/pull/10694", "https://github.com/aaif-goose/goose/pull/11816"],
    ),
    Scenario(
        "reasoning_content",
        "deltas",
        "delta.reasoning_content first, then delta.content (DeepSeek, Qwen).",
        [
            chat(
                stream(
                    ev(chunk(None, role="assistant", reasoning_content="")),
                    ev(chunk(None, reasoning_content="Let me ")),
                    ev(chunk(None, reasoning_content="think.")),
                    ev(chunk("42", reasoning_content=None)),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("42", reasoning="Let me think."),
        cites=["https://github.com/vllm-project/vllm/pull/12473"],
    ),
    Scenario(
        "reasoning_field",
        "deltas",
        "The same under the name delta.reasoning (OpenRouter, Ollama, newer vLLM).",
        [
            chat(
                stream(
                    ev(chunk("", role="assistant", reasoning="Hmm, ")),
                    ev(chunk("", reasoning="yes.")),
                    words("Sure."),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("Sure.", reasoning="Hmm, yes."),
        cites=[
            "https://github.com/vllm-project/router/pull/115",
            "https://github.com/azrtydxb/Fastllm-proxy/issues/23",
        ],
    ),
    Scenario(
        "think_tags",
        "deltas",
        "Reasoning inside <think>...</think> at the start of content; the tags are split over chunks.",
        [
            chat(
                stream(
                    role(), words("\n<th", "ink>", "step <", "b> one</", "thi", "nk>\n\nThe ", "answer"), stop(), DONE
                )
            )
        ],
        ok("The answer", reasoning="step <b> one"),
        cites=[
            "https://github.com/LibreChat-AI/agents/pull/40",
            "https://github.com/MihaiBuilds/memory-vault/pull/152",
        ],
    ),
    Scenario(
        "content_parts",
        "deltas",
        "delta.content is a list of parts: thinking parts, then text parts and plain strings (Mistral).",
        [
            chat(
                stream(
                    role(),
                    ev(chunk([{"type": "thinking", "thinking": [{"type": "text", "text": "Well, "}]}])),
                    ev(chunk([{"type": "thinking", "thinking": [{"type": "text", "text": "hi."}]}])),
                    ev(chunk([{"type": "text", "text": "Bon"}])),
                    words("jour"),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("Bonjour", reasoning="Well, hi."),
        cites=["https://github.com/BerriAI/litellm/issues/16272", "https://github.com/simonw/llm-mistral/pull/39"],
    ),
    Scenario(
        "json_null_content",
        "deltas",
        "Not streamed: content null, everything is in reasoning_content, finish length.",
        [
            chat(
                reply(
                    200,
                    completion(
                        None, finish="length", usage=usage(5, 16), message={"reasoning_content": "still thinking"}
                    ),
                )
            )
        ],
        ok(
            "",
            reasoning="still thinking",
            finish="length",
            usage=usage(5, 16),
            notice_any=["length", "limit", "max", "cut", "token"],
        ),
        stream=False,
        tell="The token limit was used up before the answer began.",
        cites=["https://github.com/Birfy/agentdescent/issues/11"],
    ),
    Scenario(
        "finish_length",
        "deltas",
        "The reply ends with finish_reason length.",
        [chat(stream(role(), words("It was a dark and"), stop("length"), DONE))],
        ok("It was a dark and", finish="length", notice_any=["length", "limit", "max", "cut", "token"]),
        tell="The reply was cut at the token limit.",
        cites=["https://platform.openai.com/docs/api-reference/chat-streaming"],
    ),
    Scenario(
        "finish_content_filter",
        "deltas",
        "Some text, then finish_reason content_filter and no [DONE].",
        [chat(stream(role(), words("Here is how"), stop("content_filter")))],
        ok("Here is how", finish="content_filter", notice_any=["filter", "policy", "moderat", "safety"]),
        tell="The server's content filter stopped the reply.",
        cites=["https://github.com/experientiallabs/experiential/pull/962"],
    ),
    Scenario(
        "tool_calls_only",
        "deltas",
        "The model calls a tool instead of answering; content is null throughout.",
        [
            chat(
                stream(
                    ev(
                        chunk(
                            None,
                            role="assistant",
                            tool_calls=[
                                {
                                    "index": 0,
                                    "id": "call_1",
                                    "type": "function",
                                    "function": {"name": "get_weather", "arguments": ""},
                                }
                            ],
                        )
                    ),
                    ev(chunk(tool_calls=[{"index": 0, "function": {"arguments": '{"city":"Oslo"}'}}])),
                    stop("tool_calls"),
                    DONE,
                )
            )
        ],
        ok("", finish="tool_calls", notice_any=["tool", "function"]),
        tell="The model asked for a tool (get_weather), which this app does not run.",
        cites=["https://platform.openai.com/docs/api-reference/chat-streaming"],
    ),
    Scenario(
        "empty_reply",
        "deltas",
        "A complete stream with no text at all.",
        [chat(stream(role(), stop(), DONE))],
        [
            fail("empty", retryable=True, message_any=["empty", "nothing", "no text", "no content"]),
            ok("", notice_any=["empty", "nothing", "no text", "no content"]),
        ],
        tell="The model returned an empty reply; try again.",
        cites=["https://github.com/open-legal-products/mike/pull/379"],
    ),
    # ------------------------------------------------------------------ a stream that goes wrong
    Scenario(
        "error_event_midway",
        "broken stream",
        "After some text an event with an error object, then [DONE]; status was 200.",
        [
            chat(
                stream(
                    role(),
                    words("So far "),
                    words("so good"),
                    ev(
                        {
                            "id": "x",
                            "error": {"code": 502, "message": "Provider disconnected unexpectedly"},
                            "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
                        }
                    ),
                    DONE,
                )
            )
        ],
        fail(
            "upstream",
            "server",
            "interrupted",
            text="So far so good",
            retryable=True,
            message_has=["Provider disconnected"],
        ),
        tell="The provider failed while answering: Provider disconnected unexpectedly. What came is kept.",
        cites=[OPENROUTER_ERRORS, "https://github.com/block/goose/pull/8031"],
    ),
    Scenario(
        "error_event_first",
        "broken stream",
        "Status 200 and event-stream, but the first event is an error (rate limit).",
        [chat(stream(ev(error_body("Rate limit exceeded for this model", "rate_limit_error", "429"))))],
        fail("upstream", "rate_limit", "server", retryable=True, message_has=["Rate limit exceeded"]),
        requests=(1, 3),
        auto_retry="allowed",
        cites=[OPENROUTER_ERRORS],
    ),
    Scenario(
        "reset_midway",
        "broken stream",
        "TCP reset after some text.",
        [chat(stream(role(), words("partial ", "text"), end=("rst",)))],
        fail("interrupted", "network", text="partial text", retryable=True),
        tell="The connection was lost while the reply was arriving. What came is kept.",
        cites=["https://github.com/HKUDS/nanobot/issues/4038"],
    ),
    Scenario(
        "chunked_cut",
        "broken stream",
        "The socket is closed without the last chunk of the chunked body.",
        [chat(stream(role(), words("cut ", "off"), wait(0.1), end=("fin",)))],
        fail("interrupted", "network", text="cut off", retryable=True),
        cites=["https://github.com/pydantic/pydantic-ai/issues/6610"],
    ),
    Scenario(
        "clean_eof_truncated",
        "broken stream",
        "The body ends properly, but without finish_reason and without [DONE]: a truncation that looks like success.",
        [chat(stream(role(), words("The three steps are: 1.")))],
        fail("interrupted", text="The three steps are: 1.", retryable=True),
        tell="The reply ended early. What came is kept; ask again or continue.",
        cites=[
            "https://github.com/pydantic/pydantic-ai/issues/6610",
            "https://github.com/LibreChat-AI/agents/pull/493",
            "https://github.com/earendil-works/pi/issues/4345",
        ],
    ),
    Scenario(
        "stall_midway",
        "broken stream",
        "Some text, then silence on an open connection.",
        [chat(stream(role(), words("wait for it"), ("hang", 30.0)))],
        fail("stalled", "timeout", text="wait for it", retryable=True),
        tell="No data for N seconds; the connection was given up. What came is kept.",
        limit=8.0,
        cites=["https://github.com/esengine/DeepSeek-Reasonix/pull/3745"],
    ),
    Scenario(
        "slow_but_alive",
        "broken stream",
        "A second of silence between the words: slow, but within the idle limit.",
        [chat(stream(role(), wait(1.0), words("slow"), wait(1.0), words("ly"), wait(1.0), stop(), DONE))],
        ok("slowly"),
        cites=["https://github.com/esengine/DeepSeek-Reasonix/pull/3745"],
    ),
    Scenario(
        "keepalive_then_answer",
        "broken stream",
        "Three seconds of keep-alive comments before the first token.",
        [
            chat(
                stream(
                    *[x for _ in range(6) for x in (b": keep-alive\n\n", wait(0.5))],
                    role(),
                    words("worth it"),
                    stop(),
                    DONE,
                )
            )
        ],
        ok("worth it"),
        cites=[DEEPSEEK_LIMIT],
    ),
    Scenario(
        "keepalive_forever",
        "broken stream",
        "Some text, then only keep-alive comments: alive on the wire, dead in fact.",
        [chat(stream(role(), words("stuck"), *[x for _ in range(60) for x in (b": ping\n\n", wait(0.5))]))],
        fail("stalled", "timeout", text="stuck", retryable=True),
        limit=14.0,
        tell="The server keeps the line open but sends nothing more.",
        cites=["https://github.com/aaif-goose/goose/pull/11816", "https://github.com/anomalyco/opencode/issues/43519"],
    ),
    Scenario(
        "cancel_midway",
        "broken stream",
        "A long reply which the user stops after the first words; the connection must close.",
        [
            chat(
                stream(
                    role(), words("Once "), *[x for i in range(100) for x in (wait(0.2), words(f"{i} "))], stop(), DONE
                )
            )
        ],
        ok("Once "),
        kind="cancel",
        limit=8.0,
        tell="Stopped. What came is kept.",
        cites=["https://github.com/python/cpython/issues/86296"],
    ),
    # ------------------------------------------------------------------ the wrong kind of answer
    Scenario(
        "json_for_stream",
        "wrong kind",
        "stream was true, the answer is one JSON object.",
        [chat(reply(200, completion("not streamed", usage=usage(3, 2))))],
        ok("not streamed", usage=usage(3, 2)),
        cites=[
            "https://github.com/BaseIntelligence/bounty-challenge/issues/17821",
            "https://github.com/huggingface/chat-ui/issues/430",
        ],
    ),
    Scenario(
        "sse_for_json",
        "wrong kind",
        "stream was false, the answer is an event stream.",
        [chat(stream(role(), words("streamed ", "anyway"), stop(), DONE))],
        ok("streamed anyway"),
        stream=False,
        cites=["https://github.com/kaito-project/kaito/issues/1880", "https://github.com/decolua/9router/issues/3492"],
    ),
    Scenario(
        "error_with_200",
        "wrong kind",
        'Status 200, JSON content type, body {"error": ...}.',
        [
            chat(
                reply(
                    200, error_body("The model 'lab-model' does not exist", "invalid_request_error", "model_not_found")
                )
            )
        ],
        fail("not_found", "upstream", "bad_request", message_has=["does not exist"]),
        cites=[ONE_API + " controller/model.go", OPENROUTER_ERRORS],
        requests=(1, 1),
    ),
    Scenario(
        "html_with_200",
        "wrong kind",
        "Status 200 and the gateway's web page: the base URL points at the wrong place.",
        [chat(reply(200, HTML_UI, ctype="text/html; charset=utf-8"))],
        fail(
            "protocol",
            "not_found",
            retryable=False,
            message_any=["base url", "address", "url"],
            message_lacks=["<html", "<div", "<script"],
        ),
        tell="This address answers with a web page, not with an API. Check the base URL.",
        cites=[ONE_API + " router/web.go"],
    ),
    # ------------------------------------------------------------------ HTTP errors
    Scenario(
        "err_401",
        "http errors",
        "Wrong key; the error text repeats the key.",
        [
            chat(
                reply(
                    401, error_body(f"Incorrect API key provided: {KEY}.", "invalid_request_error", "invalid_api_key")
                )
            )
        ],
        fail("auth", retryable=False, message_any=["key", "401"]),
        tell="The server did not accept the API key.",
        cites=["https://developers.openai.com/docs/guides/error-codes"],
    ),
    Scenario(
        "err_402",
        "http errors",
        "No credit left.",
        [chat(reply(402, error_body("Insufficient Balance", "unknown_error", "invalid_request_error")))],
        fail("payment", retryable=False, message_has=["Insufficient Balance"]),
        cites=["https://api-docs.deepseek.com/quick_start/error_codes", OPENROUTER_ERRORS],
    ),
    Scenario(
        "err_403_detail",
        "http errors",
        'Forbidden, in the form {"detail": "..."}.',
        [chat(reply(403, {"detail": "This key may not use model lab-model."}))],
        fail("forbidden", retryable=False, message_has=["may not use model"]),
        cites=["https://fastapi.tiangolo.com/tutorial/handling-errors/"],
    ),
    Scenario(
        "err_404_model",
        "http errors",
        "Unknown model.",
        [
            chat(
                reply(
                    404,
                    error_body(
                        "The model `lab-model` does not exist or you do not have access to it.",
                        "invalid_request_error",
                        "model_not_found",
                    ),
                )
            )
        ],
        fail("not_found", retryable=False, message_has=["does not exist"]),
        cites=["https://developers.openai.com/docs/guides/error-codes"],
    ),
    Scenario(
        "err_413_text",
        "http errors",
        "Request too large, in plain text from a proxy.",
        [chat(reply(413, "Request Entity Too Large\n"))],
        fail("too_large", "context_length", retryable=False, message_any=["large", "413"]),
        cites=["RFC 9110 section 15.5.14"],
    ),
    Scenario(
        "err_422_list",
        "http errors",
        "Validation error with a list of details (FastAPI style).",
        [
            chat(
                reply(
                    422,
                    {
                        "detail": [
                            {
                                "type": "less_than_equal",
                                "loc": ["body", "temperature"],
                                "msg": "Input should be less than or equal to 2",
                                "input": 9,
                            }
                        ]
                    },
                )
            )
        ],
        fail("bad_request", retryable=False, message_has=["less than or equal to 2"], message_any=["temperature"]),
        cites=["https://github.com/gpustack/gpustack/issues/429"],
    ),
    Scenario(
        "err_400_context",
        "http errors",
        "The conversation is too long for the model.",
        [
            chat(
                reply(
                    400,
                    error_body(
                        "This model's maximum context length is 4096 tokens. However, your messages resulted in "
                        "5012 tokens.",
                        "invalid_request_error",
                        "context_length_exceeded",
                        param="messages",
                    ),
                )
            )
        ],
        fail("context_length", retryable=False, message_any=["context", "long"]),
        tell="The conversation is too long for this model: shorten it or start a new one.",
        cites=["https://developers.openai.com/docs/guides/error-codes"],
    ),
    Scenario(
        "err_400_max_tokens",
        "http errors",
        "The model takes max_completion_tokens, not max_tokens.",
        [
            chat(
                reply(
                    400,
                    error_body(
                        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                        "'max_completion_tokens' instead.",
                        "invalid_request_error",
                        "unsupported_parameter",
                        param="max_tokens",
                    ),
                ),
                body_has="max_tokens",
            ),
            chat(stream(role(), words("adapted"), stop(), DONE)),
        ],
        [ok("adapted"), fail("bad_request", retryable=False, message_has=["max_completion_tokens"])],
        params={"max_tokens": 50},
        requests=(1, 2),
        auto_retry="allowed",
        cites=[
            "https://github.com/koosoli/ESPHomeDesigner/issues/379",
            "https://github.com/decolua/9router/issues/560",
        ],
    ),
    Scenario(
        "err_429_then_ok",
        "http errors",
        "Rate limited with Retry-After: 1, then served.",
        [
            chat(
                reply(429, error_body("Rate limit reached", "requests", "rate_limit_exceeded"), {"Retry-After": "1"}),
                nth=1,
            ),
            chat(stream(role(), words("second try"), stop(), DONE)),
        ],
        ok("second try"),
        requests=(2, 2),
        auto_retry="required",
        cites=[OPENAI_PY + " src/openai/_base_client.py", OPENROUTER_ERRORS],
    ),
    Scenario(
        "err_429_quota",
        "http errors",
        "429 which waiting will not cure: the quota is used up.",
        [
            chat(
                reply(
                    429,
                    error_body(
                        "You exceeded your current quota, please check your plan and billing details.",
                        "insufficient_quota",
                        "insufficient_quota",
                    ),
                )
            )
        ],
        fail("payment", retryable=False, message_has=["quota"]),
        requests=(1, 1),
        tell="The account has no quota left; waiting will not help.",
        cites=["https://developers.openai.com/docs/guides/error-codes"],
    ),
    Scenario(
        "err_500_message",
        "http errors",
        '500 with {"message": ...}, every time.',
        [chat(reply(500, {"message": "engine crashed", "request_id": "r-1"}))],
        fail("server", retryable=True, message_has=["engine crashed"]),
        requests=(1, 3),
        auto_retry="allowed",
        cites=["https://github.com/openai/openai-python/pull/610", ONE_API + " relay/controller/error.go"],
    ),
    Scenario(
        "err_502_html",
        "http errors",
        "502 with an nginx page, every time.",
        [chat(reply(502, HTML_502, ctype="text/html"))],
        fail("server", retryable=True, message_any=["502"], message_lacks=["<center", "<html", "<hr"]),
        requests=(1, 3),
        auto_retry="allowed",
        cites=["https://github.com/earendil-works/pi/issues/6673", "https://github.com/letta-ai/letta-code/pull/1179"],
    ),
    Scenario(
        "err_503_loading",
        "http errors",
        "503 while the model is loading, then served.",
        [
            chat(reply(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}), nth=1),
            chat(stream(role(), words("loaded"), stop(), DONE)),
        ],
        ok("loaded"),
        requests=(2, 2),
        auto_retry="required",
        cites=["https://github.com/mostlygeek/llama-swap/issues/146"],
    ),
    Scenario(
        "err_529",
        "http errors",
        "529 overloaded, every time.",
        [chat(reply(529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}))],
        fail("overloaded", "server", retryable=True, message_has=["Overloaded"]),
        requests=(1, 3),
        auto_retry="allowed",
        cites=["https://docs.claude.com/en/api/errors"],
    ),
    # ------------------------------------------------------------------ connection and redirects
    Scenario(
        "connect_refused",
        "connection",
        "Nothing listens at the address.",
        [],
        fail("network", retryable=True, message_any=["connect", "reach", "refused"]),
        bases=["http://{host}:{closed}/v1"],
        requests=(0, 0),
        auto_retry="allowed",
        tell="Could not connect to HOST:PORT.",
        cites=["https://www.python-httpx.org/exceptions/"],
    ),
    Scenario(
        "tls_to_plain_port",
        "connection",
        "https:// in the base URL, plain HTTP on the port.",
        [],
        fail("tls", "network", retryable=None, message_any=["tls", "ssl", "https", "secure"]),
        bases=["{tls_root}/v1"],
        requests=(0, 0),
        auto_retry="allowed",
        tell="The secure connection failed; is it http:// rather than https://?",
        cites=["https://www.python-httpx.org/advanced/ssl/"],
    ),
    Scenario(
        "redirect_same_origin",
        "connection",
        "308 to another path at the same origin: POST again, with body and key.",
        [
            chat(reply(308, b"", {"Location": "{prefix}/relay/v1/chat/completions"})),
            rule(stream(role(), words("moved"), stop(), DONE), method="POST", path="/relay/v1/chat/completions"),
        ],
        ok("moved"),
        cites=["RFC 9110 section 15.4.9"],
    ),
    Scenario(
        "redirect_other_origin",
        "connection",
        "307 to another origin: the key must not go there.",
        [
            chat(reply(307, b"", {"Location": "{other}{prefix}/v1/chat/completions"}), origin="a"),
            chat(stream(role(), words("stolen"), stop(), DONE), origin="b"),
        ],
        fail("redirect", retryable=False, message_any=["redirect", "elsewhere", "another", "moved"]),
        sent={"no_other_origin": True},
        tell="The server redirects to another address (HOST). Nothing was sent there; change the base URL if you trust it.",
        cites=["https://github.com/whatwg/fetch/pull/1544", "https://github.com/advisories/GHSA-cxjh-pqwp-8mfp"],
    ),
    # ------------------------------------------------------------------ model lists
    Scenario(
        "models_plain",
        "models",
        "The list as in the OpenAI reference.",
        [
            listing(
                reply(
                    200,
                    {
                        "object": "list",
                        "data": [
                            {"id": "gpt-4o-mini", "object": "model", "created": 1721172741, "owned_by": "system"},
                            {
                                "id": "deepseek-chat",
                                "object": "model",
                                "created": 1626777600,
                                "owned_by": "custom",
                                "permission": [],
                                "root": "deepseek-chat",
                                "parent": None,
                            },
                        ],
                    },
                )
            )
        ],
        {"ok": True, "ids": ["gpt-4o-mini", "deepseek-chat"]},
        kind="models",
        cites=[ONE_API + " controller/model.go"],
    ),
    Scenario(
        "models_context_fields",
        "models",
        "Context length under its many names; prices as strings; missing created and owned_by.",
        [
            listing(
                reply(
                    200,
                    {
                        "data": [
                            {
                                "id": "or/model",
                                "name": "OR: Model",
                                "context_length": 131072,
                                "pricing": {"prompt": "0.00003", "completion": "0.00006"},
                                "top_provider": {"context_length": 65536, "is_moderated": True},
                            },
                            {
                                "id": "vllm-model",
                                "object": "model",
                                "max_model_len": 32768,
                                "root": "/data/m",
                                "parent": None,
                            },
                            {"id": "groq-model", "object": "model", "active": True, "context_window": 8192},
                            {"id": "plain-model"},
                        ]
                    },
                )
            )
        ],
        {
            "ok": True,
            "ids": ["or/model", "vllm-model", "groq-model", "plain-model"],
            "context": {"or/model": 131072, "vllm-model": 32768, "groq-model": 8192, "plain-model": None},
        },
        kind="models",
        cites=["https://openrouter.ai/docs/models", "https://github.com/sigoden/aichat/pull/1498"],
    ),
    Scenario(
        "models_ten_thousand",
        "models",
        "10,000 models, some ids twice, some not ASCII.",
        [
            listing(
                reply(
                    200,
                    {
                        "object": "list",
                        "data": [
                            {"id": f"模型-{i:05d}" if i % 7 == 0 else f"vendor/model-{i:05d}", "object": "model"}
                            for i in [*range(10000), *range(500)]
                        ],
                    },
                )
            )
        ],
        {"ok": True, "count": 10000, "unique": True, "ids_start": ["模型-00000", "vendor/model-00001"]},
        kind="models",
        limit=6.0,
        cites=[ONE_API + " controller/model.go"],
    ),
    Scenario(
        "models_null",
        "models",
        "An empty gateway: data is null.",
        [listing(reply(200, {"object": "list", "data": None}))],
        {"ok": True, "ids": []},
        kind="models",
        tell="This server lists no models; type a model name.",
        cites=["https://github.com/ollama/ollama openai/openai.go: a nil slice"],
    ),
    Scenario(
        "models_bare_list",
        "models",
        "The answer is a bare JSON list.",
        [
            listing(
                reply(
                    200,
                    [{"id": "one", "context_length": 4096, "pricing": {"input": 0.2, "output": 0.2}}, {"id": "two"}],
                )
            )
        ],
        {"ok": True, "ids": ["one", "two"], "context": {"one": 4096}},
        kind="models",
        cites=["Together AI (from general knowledge, not checked)"],
    ),
    Scenario(
        "models_missing_route",
        "models",
        "The server has no model list (404); chatting still works.",
        [listing(reply(404, {"detail": "Not Found"}))],
        {**fail("not_found", message_any=["model", "not found", "404"], retryable=False), "ids": []},
        kind="models",
        tell="This server offers no model list; type a model name.",
        cites=["https://fastapi.tiangolo.com/tutorial/handling-errors/"],
    ),
    # ------------------------------------------------------------------ hostile text
    Scenario(
        "ansi_in_reply",
        "security",
        "OSC 52, title, colour, DCS, 8-bit controls, backspaces and a bidi override in the text.",
        [chat(stream(role(), words(*[NASTY[i : i + 7] for i in range(0, len(NASTY), 7)]), stop(), DONE))],
        {**ok(""), "text": None, "clean_display": ["before", "red", "after"]},
        cites=[
            "https://github.com/vercel/ai/pull/20052",
            "https://github.com/GenAI-Security-Project/GenAI-LLM-Top10/pull/10",
        ],
    ),
    Scenario(
        "ansi_in_error",
        "security",
        "Escape sequences in an error message.",
        [
            chat(
                reply(
                    400, error_body("bad \x1b]52;c;YQ==\x07request\x1b[2J \x9b6n here", "invalid_request_error", None)
                )
            )
        ],
        fail("bad_request", retryable=False, message_has=["bad", "request", "here"]),
        cites=["https://github.com/vercel/ai/pull/20052"],
    ),
    Scenario(
        "ansi_in_models",
        "security",
        "Escape sequences and line breaks in model ids and names.",
        [
            listing(
                reply(
                    200,
                    {
                        "data": [
                            {"id": "good", "name": "Good\x1b]0;owned\x07"},
                            {"id": "ev\x1b[31mil\nrow", "name": "x\ny"},
                        ]
                    },
                )
            )
        ],
        {"ok": True, "count": 2, "clean_labels": True},
        kind="models",
        cites=["https://github.com/ggml-org/llama.cpp/issues/28969"],
    ),
]

__all__ = ["SCENARIOS"]
