"""Which part of a request a server refuses, in any words: what is asked again without it, or the other way."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tui.domain.chat import Role


class Lesson(NamedTuple):
    """How to ask again."""

    change: str
    """`stream_options`, `rename`, `leave out`, `no system` or `stream`."""
    name: str = ""
    """The parameter to leave out."""
    stream: bool = False
    """Whether to ask for a stream from now on."""


_STATUSES = {400, 422}
_STREAM_STATUSES = {*_STATUSES, 403, 404, 405, 406, 415, 500, 501}
_SYSTEM_STATUSES = {*_STATUSES, 500}
"""Servers that apply a model's chat template report its refusal of a system message as a server error."""
_NAMES = {
    "temperature": r"\btemperature\b",
    "top_p": r"\btop[_ -]?p\b",
    "max_tokens": r"\bmax_?tokens\b",
    "max_completion_tokens": r"^(?!.*\bmax_?tokens\b).*\bmax_completion_tokens\b",
}
_REFUSED = (
    r"(not|n't|no longer) (yet |currently |be )?(support|allow|permit|accept|recogni[sz]|configur|implement|enabled|available"
    r"|valid|set\b|specified|expected)|unsupported|unrecognized|unknown|unexpected|deprecated|removed|fixed|disabled|ignored"
    r"|only (the )?(default|\S+ (is|are) (allowed|supported|accepted|valid|permitted))|only supports? (the )?(default|\d)"
    r"|(may|can|must|should)( only)? be (set to |equal to |left at )?(1(\.0)?\b|the default|unset|omitted|absent|null|none)"
    r"|(cannot|can't|can not|must not|may not) (\w+ )?be (set|specified|used|changed|provided|modified|passed|given|present)"
    r"|extra (inputs|fields|param)|extra_forbidden|additional propert|(invalid|bad|illegal) (field|parameter|argument|property)"
    r"|(remove|omit|drop|without) |不支持|不允许|不接受|不能(设置|修改|传|使用)|(仅|只)(支持|能|允许)|固定|未知|无法设置|无效参数"
)
_EXCLUSIVE = r"both|mutually exclusive|only one|either|together|simultaneous|at the same time|not alongside|同时|二选一|只能.{0,4}一个"
_RANGE = (
    r"between|range|(less|greater|more|larger|smaller|lower|higher) than|at (most|least)|minimum|maximum|too (large|small|high|low|big|many)"
    r"|exceed|must be (a |an |in |>|<|positive|non)|[<>≤≥]|范围|之间|大于|小于|超过|最大|最小"
)
"""A value out of its range is the user's to correct."""
_SYSTEM = r"system (role|message|prompt|instruction)|developer instruction|role\W{0,3}system|'system'|\"system\"|系统(角色|提示|消息)"
_ONLY_STREAMS = (
    r"only supports? (the )?stream|stream\w*\W{0,4}(mode )?(must|should|has to|needs to) (always )?be (set to )?(true|enabled|on)"
    r"|(must|please|requires?|need to|should)( (?!verified|remove|disable|omit|not|turn)\w+){0,3} \W?(stream=true|\"?stream\W{1,3}true|stream(ing)?\b(?! to false))"
    r"|stream(ing)? (is )?(required|mandatory)|non[- _]?stream\w*[^.]{0,30}(not|n't|un|no longer) ?(be )?(support|allow|permit|avail|enabl)"
    r"|(not|n't) support (the )?non[- _]?stream|(仅|只)支持(流式|stream)|必须[^。]{0,8}(流式|stream)|不支持非流式|非流式[^。]{0,8}不支持"
)
_NEVER_STREAMS = (
    r"(?<!non)(?<!non[- _])\bstream(ing|ed)?\b\W{0,3}((chat |mode|completions?|responses?|requests?|output|parameter|option)\W{0,2})*"
    r"((is|are|be) )?(currently |yet )?(not|n't|un|disabled|does not support true)( yet| currently)? ?(be )?(support|allow|permit"
    r"|avail|implement|enabl|true|$|\W)|(?<!on)(?<!ly)(not|n't) (currently |yet )?support (the )?stream|(cannot|can't) (be )?stream"
    r"|verified to stream|stream\W{0,4}(must|should) be (set to )?false|(remove|disable|turn off) \W?stream|unsupported \w+: \W?stream\b"
    r"|(?<!非)流式[^。]{0,8}(不支持|不可用)|不支持(流式|stream)"
)
_PARAM = re.compile(r'\\?"(?:param|parameter|field|loc)\\?"\s*:\s*(?:\[\s*\\?"body\\?"\s*,\s*)?\\?"([\w.]+)\\?"')
_BEFORE, _AFTER = 120, 240
"""Characters around a name in which the words on it stand."""


def lesson_in(sent: dict[str, Any], status: int, said: str) -> Lesson | None:
    """Return what a refusal teaches about the request that was sent; None if nothing can be left out."""
    said = said.lower()
    param = (_PARAM.search(said) or ("", ""))[1].rpartition(".")[2]
    has_system = any(message["role"] == Role.SYSTEM for message in sent["messages"])
    if status in _SYSTEM_STATUSES and has_system and re.search(_SYSTEM, said) and re.search(_REFUSED, said):
        return Lesson("no system")
    if status in _STATUSES and "stream_options" in sent and "stream_options" in said:
        return Lesson("stream_options")
    if status in _STREAM_STATUSES and re.search(_NEVER_STREAMS if sent.get("stream") else _ONLY_STREAMS, said):
        return Lesson("stream", stream=not sent.get("stream"))
    if status not in _STATUSES:
        return None
    if "max_tokens" in sent and "max_tokens" in said and "max_completion_tokens" in said:
        return Lesson("rename")
    places = {
        name: match.start() for name, words in _NAMES.items() if name in sent and (match := re.search(words, said))
    }
    if {"temperature", "top_p"} <= places.keys() and re.search(_EXCLUSIVE, said) and not re.search(_RANGE, said):
        return Lesson("leave out", "top_p")
    for name in sorted(places, key=lambda name: (not re.search(_NAMES[name], param), places[name])):
        around = said[max(0, places[name] - _BEFORE) : places[name] + _AFTER]
        if re.search(_REFUSED, around) and not re.search(_RANGE, around):
            return Lesson("leave out", "max_tokens" if name == "max_completion_tokens" else name)
    return None
