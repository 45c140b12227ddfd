"""The cause of a refusal: codes and statuses are read first, then families of words in English and Chinese.

Doubt falls on the side that costs least: a limit that passes rather than credit that is used up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tui.api.error_body import Said
from tui.domain.errors import GatewayErrorKind

_STATUS_KINDS: dict[int, GatewayErrorKind] = {
    401: "auth",
    402: "payment",
    403: "forbidden",
    404: "not_found",
    405: "not_found",
    407: "network",
    408: "timeout",
    409: "overloaded",
    410: "not_found",
    413: "too_large",
    425: "overloaded",
    429: "rate_limit",
    451: "region",
    503: "overloaded",
    504: "timeout",
    522: "timeout",
    524: "timeout",
    529: "overloaded",
}

# Codes are compared in lower case, as letters and digits only; words in lower case, without addresses and quotes.

_CREDIT_CODES = (
    r"insufficient\w*(quota|balance|credit|fund)|(not|no)enough(balance|credit|quota)|arrear|overdue|paymentrequired"
    r"|billing(?!period)|credits?(error|exhausted|depleted|limit|balance)|outofcredit|nocredit|budgetexceeded"
    r"|exceededbudget|exceededcurrentquota|consumetokenquota|freetieronly|resourcepackexhausted|spend(ing)?(limit|cap)"
    r"|^1113$|^baseresp1008$"
)
_CREDIT_WORDS = (
    r"insufficient[ _-]+(\w+[ _-]+){0,2}(balance|credits?|funds?|quota)"
    r"|\b(balance|credits?|funds?)\b[^.;\d]{0,30}\b(insufficient|not enough|too low|used up|exhausted|depleted|expired"
    r"|run(s|ning)? out|negative|zero)\b"
    r"|(\bnot|n't) (have )?(enough|any|sufficient) (\w+ )?(balance|credits?|funds?|quota)\b|quota is not enough|need quota"
    r"|\b(out of|no|lacks?|(used( up)?|exhausted|consumed|spent) (all )?(of )?(your|its|the)?|used( up)? all|over)"
    r" (more |remaining |available )?credits?\b|requires? (more|additional) credits|can only afford"
    r"|exceeded your [\w ]{0,20}credits?\b|spend(ing)? (limit|cap)|credit limit|key limit exceeded|over budget"
    r"|budget (has been )?exceeded|exceeded[ _]?budget|payment[ _]required|past[- ]due|overdue|unpaid|arrear"
    r"|billing (hard |soft )?limit|billing (is )?not (active|enabled)|余额[^。，]{0,8}(不足|用尽|用完|耗尽|为零|过低|不够)"
    r"|额度(已经?)?(不足|已用|用尽|用完|耗尽|失败)|配额不足|欠费|未充值|请[先尽快及时]{0,3}充值"
    r"|(积分|点数|算力|资源包)[^。，]{0,8}(不足|用尽|用完|耗尽)"
)
_PERHAPS_CREDIT_WORDS = (
    r"billing|free (tier|quota|trial)[^.]{0,40}(exhausted|used up|ended|expired|over)|quota|配额|额度|套餐"
)
_PLAN_WORDS = r"plan and billing|billing details"
_PASSING_WORDS = (
    r"(per|/|an?|each|every|this) ?(second|minute|min|hour|day|week)\b|\b(hourly|daily|weekly|today|tomorrow)\b"
    r"|\b[rtq]p[mdsh]\b|concurren|quota exceeded for metric|频繁|频率|限流|并发|速率|每一?(分钟|秒|天|日|小时|周)|[今当明][日天]"
)
"""Signs of a limit that passes by itself."""
_LIMIT_CODES = (
    r"rate(limit|quota)|throttl|toomany(requests|tokens)|(request|token)s?(quota|limit)\w*(exceed|reach)|concurren"
    r"|limit(requests|tokens|burst|exceeded)|[rtq]p[mdsh](limit|rate|exceed)|toofast|slowdown|resourceexhausted|requestlimit"
    r"|quotaexceeded|usagelimit|^130[2-5]$|^1308$|^baseresp(1002|1039|1041|2045|2056)$"
)
_BUSY_CODES = r"overload|capacity|unavailable|queueexceeded|modelnotready|modelloading|busy|noresource|^1312$"
_TOO_LARGE_WORDS = r"request (body )?(is )?too large|(input|output) tokens must be reduced|reduce (your|the) (message|prompt|input) size"
_PERMISSION_WORDS = r"permission|(not|n't) (allowed|permitted|authori[sz]ed|have access)|access denied|无权|权限|未授权"
_FIREWALL_WORDS = (
    r"just a moment|attention required|access denied \||have been blocked|request (was|has been) blocked|request rejected"
    r"|request could not be satisfied|checking your browser|enable javascript and cookies|security (check|verification)"
    r"|bot (check|detection|protection)|firewall|\bwaf\b|incapsula|imperva|akamai|sucuri|captcha|not a robot"
    r"|unusual traffic|error (code:? )?10(0[0-36-8]|1[0-3]|20)\b|访问被(阻断|拦截)|防火墙|请求被(拦截|阻断)|人机验证"
)
_CONTENT_WORDS = r"\b(content|prompt|input|polic|moderat|safety|flagged|guardrail)|敏感|内容|违规"


class _Family(NamedTuple):
    kind: GatewayErrorKind
    statuses: str
    """In which statuses the words count; `0` is none."""
    codes: str
    words: str


_FAMILIES = (
    _Family(
        "region",
        r"0|40[0139]|422|451",
        r"(country|region|location|territory)\w*(not|un)\w*(support|avail|allow)|unsupported(country|region|location)",
        r"\b(country|countries|region|territor\w+|location)\b[^.]{0,60}(not (currently |yet )?(be )?(support|avail|allow"
        r"|permit|served)|unsupported|restricted|blocked|banned|unavailable|prohibited)"
        r"|not (currently |yet )?(available|supported|allowed|offered|permitted)[^.]{0,24}\b(country|region|location|territor)"
        r"|unsupported (country|region|location)|geo[- ]?(block|restrict|fenc)|sanction|embargo|error (code: )?1009"
        r"|(地区|区域|国家|所在地|地域)[^。]{0,12}(不支持|不可用|受限|限制|禁止|无法)|不支持[^。]{0,8}(地区|区域|国家)",
    ),
    _Family(
        "forbidden",
        r"0|403",
        r"^$",
        r"\b(account|organi[sz]ation|user|project|team)\b[^.]{0,40}(suspend|banned|deactivat|disabled|terminated|frozen"
        r"|locked)|(账[号户]|用户)[^。]{0,12}(封禁|停用|禁用|冻结|锁定)",
    ),
    _Family(
        "filtered",
        r"0|40[039]|422|451|500",
        r"content(filter|policy|moderat|management|violat|blocked)|moderation|sensitive|datainspection|responsibleai"
        r"|prohibitedcontent|unsafe|safety|guardrail|^1301$|^baseresp102[67]$",
        r"\bflagged\b|moderation|content[ _-]?(policy|filter|management|safety|moderat|violat|exist)|considered high risk"
        r"|(safety|usage) (system|filter|settings|polic|guideline)|violat\w+ [^.]{0,40}(polic|guideline|terms)"
        r"|(?<!case[ -])sensitive|inappropriate|prohibited (content|use)|(harmful|unsafe) (content|prompt|input)"
        r"|敏感|违规|不安全|审核|内容安全|不良信息|高风险",
    ),
    _Family(
        "no_chat",
        r"0|40[03459]|422|5..",
        r"^$",
        r"(not|n't) support (the )?chat|not a chat model|not (supported|available|allowed) (in|for|by|with|on) (the )?"
        r"(/?v1/)?chat|chat ?completions?( operation| endpoint| api)?( is| does| are)?( not|n't) (support|work|avail|enabl)"
        r"|(is|it's) an? (text )?(embedding|rerank|speech|image|audio|moderation)\w* model|not supported for generatecontent"
        r"|only supports? (the )?(embedding|rerank|completions?\b|image|speech|text-to)"
        r"|only (supported|available) (in|via|through) (the )?(/?v1/)?(responses|completions|embeddings)"
        r"|did you mean to use (/?v1/)?(completions|responses)|不支持[^。]{0,6}(对话|聊天)",
    ),
    _Family(
        "rate_limit",
        r"0|40[0349]|422|5..",
        r"^$",
        r"rate[ _-]?limit|too[ _]many[ _](requests|concurrent|calls)|throttl|\b[rtq]p[mdsh]\b|request limit (reached|exceeded)"
        r"|(requests?|tokens?|calls?) (per|/) ?(second|minute|min|hour|day|week)|(hourly|daily|weekly|usage) (\w+ )?limit"
        r"|quota (has been )?exceeded|slow down|请求(过于|太|过)?(频繁|多)|频率(过高|超|限)|限流|并发|速率|调用次数|访问量过大",
    ),
    _Family(
        "context_length",
        r"0|40[04]|41[23]|422|5..",
        r"context(length|window|size|exceed)|outofcontext|prompttokens|tokenslimitreached|(prompt|input|tokens)toolong"
        r"|stringabovemaxlength|^1261$",
        r"context[ _-]?(length|window|size|limit|overflow|budget)|max(imum)?[ _]context|context the overflows"
        r"|\b(prompt|inputs?|conversation|messages?|request|query|content) (is |are |was |were )?too (long|large|big)"
        r"|too many (input |prompt |total )?tokens\b(?! per)|(?<!output )\btokens? exceed"
        r"|\b(prompt|inputs?|messages?|conversation|request(ed)?|history|total|number of)\b[^.;]{0,60}\btokens?\b[^.;]{0,80}"
        r"(exceed|greater|more than|larger|longer|too (many|long|large)|(less|fewer) than|<=|at most|no more than|limit)"
        r"|\b(inputs?|prompt|messages?)\b[^.;]{0,40}(less|fewer|more|greater) than [\d,]+ tokens"
        r"|tokens? in (the |your )?(request|prompt|input|messages?)\b[^.;]{0,40}(more|exceed|over|greater)"
        r"|exceed\w*[^.;]{0,50}(context|max[ _](model|seq)\w*[ _]len|model token limit|max message tokens"
        r"|max(imum)? (allowed )?(input|prompt|sequence|number of tokens|tokens allowed)|input (length|token))"
        r"|(length of (the )?(prompt|input)\w*|(input|prompt|sequence|request|query)[ _]length|max_seq_len|max_model_len|n_ctx)"
        r"\b[^;]{0,60}(exceed|(less|greater|longer|larger) than|should be|must be|limit|range|<=)"
        r"|max(imum)? (prompt|input|sequence|model) (length|tokens?|characters)|range of input (length|tokens)"
        r"|(reduce|shorten|trim|truncate)[^.;]{0,40}(messages?|prompt|input|conversation|context|history)"
        r"|(上下文|提示词?|输入|prompt|对话|消息|请求|文本|内容|tokens? ?(数量?|长度|总数)?)[^。，,；]{0,24}"
        r"(超过?(出|长|限|了|最大|上限|模型)|过长|太长|大于|上限|长度限制)|超(出|过)[^。]{0,16}(长度|token|上下文|字数)",
    ),
    _Family(
        "not_found",
        r"0|40[0349]|41[02]|422|5..",
        r"model(notfound|notexist|doesnotexist|notopen|decommissioned)|(invalid|unknown|nosuch)model|(deployment|endpoint)notfound"
        r"|^invalidendpointormodel|^1211$",
        r"(no such|unknown|unsupported|invalid|unrecognized) model\b|model not exist|\bmodels?\b[^;]{0,100}?(not found"
        r"|n[o']t exist)|\bmodels?\b[^.;]{0,60}?(decommissioned|retired|no longer|not available\b|not deployed|not loaded)"
        r"|no (available |healthy )?(channels?|providers?|deployments?|endpoints?) (are |were )?(found|available|for|matching)"
        r"|模型[^。，]{0,40}(不存在|未找到|找不到|未开通|已下线|已停用)|(不存在|没有|未找到|无效的?|未知的?)[该此的]?模型|无可用渠道",
    ),
    _Family(
        "auth",
        r"0|40[013]|422|5..",
        r"(invalid|incorrect|expired|missing|wrong)\w*(apikey|token|credential|auth)|(apikey|token)(invalid|expired|notvalid)"
        r"|^authentication|^unauthenticated|^unauthorized|nodbconnection|^unrecognizedclient|^baseresp(1004|2049)$",
        r"(invalid|incorrect|wrong|expired|missing|bad|revoked|unknown|malformed|no|provide an?) (\w+ ){0,3}api[ _-]?key"
        r"|api[ _-]?key\b[^.]{0,40}(invalid|not valid|incorrect|expired|missing|revoked|not found|disabled|required|malformed)"
        r"|(密钥|api[ _-]?key|令牌)[^。]{0,12}(无效|错误|过期|不正确|失效|不存在|不可用)|无效的?(令牌|密钥|api)|未提供(令牌|密钥)"
        r"|身份验证失败|鉴权失败|认证失败",
    ),
    _Family(
        "auth",
        r"0|403",
        r"^$",
        r"(invalid|incorrect|expired|missing|unknown|malformed|no) (\w+ ){0,2}(token|credentials?|authorization|auth|jwt)\b"
        r"|\b(token|credentials?|authorization|jwt)\b[^.]{0,30}(invalid|not valid|incorrect|expired|missing|revoked|required)"
        r"|authenticat\w+ (failed|error|required|fails)|not authenticated|unauthenticated|unauthorized",
    ),
    _Family("forbidden", r"0|401", r"^$", rf"missing scopes|insufficient permissions|{_PERMISSION_WORDS}"),
    _Family(
        "overloaded",
        r"0|5..",
        _BUSY_CODES,
        r"overload|at (full |max\w* )?capacity|capacity (exceeded|constraint|limit)|no capacity|unavailable|\bbusy\b"
        r"|high (demand|traffic|load)|(is|still|currently) loading|loading model|warming up|temporarily"
        r"|繁忙|过载|负载|饱和|拥挤|排队|稍后[再重]?试|稍候",
    ),
)
"""The first that fits counts."""
_LATE_CODES = {"overloaded"}
"""Kinds whose codes say less than words do."""
_MAX_TOKENS_WORDS = r"^\W*(\w+\W+){0,5}max_(completion_|new_|output_)?tokens\b"
_INPUT_WORDS = r"\b(prompts?|inputs?|context|messages?|conversation|request)\b|输入|提示|上下文|对话"
_NOISE = re.compile(
    r"(?:https?://|www\.)[^\s\"'<>()\]]+|[\w-]+(?:\.[\w-]+)+/[^\s\"'<>()\]]*|\S+@\S+|[`*\"“”‘’]"
    r"|\bno (?:credits?|tokens?|fees?) (?:was|were|has been|have been|will be|is|are) \w+|credits? (?:was|were) not \w+"
    r"|\bnot an? (?:billing|credit|balance|quota)\b|(?:add|buy|purchase) \d* ?credits? to (?:unlock|raise|increase|get)"
)
"""What sounds like a cause but is none."""
_PAGE_START = 4000


def cause_of(status: int | None, said: Said, *, challenged: bool, wait: float | None) -> GatewayErrorKind:
    """Return the kind of a refusal. `challenged` if a header tells of a bot check; `wait` if a time to wait is named."""
    codes = [re.sub(r"[^a-z0-9]", "", code.lower()) for code in said.codes]
    words = _NOISE.sub(" ", f"{said.sentence} {said.page[:_PAGE_START]}".lower())
    if challenged:
        return "firewall"
    if kind := _in_front(status, said, words):
        return kind
    limited = status == 429 or _holds(_LIMIT_CODES, codes)
    if _is_credit(status, codes, words, wait=wait, limited=limited):
        return "payment"
    for family in _FAMILIES:
        if family.kind not in _LATE_CODES and _holds(family.codes, codes):
            return family.kind
    if (limited or status == 413) and re.search(_TOO_LARGE_WORDS, words):
        return "too_large"
    if limited:
        return "overloaded" if _holds(_BUSY_CODES, codes) else "rate_limit"
    return _by_words(status, codes, words)


def blocks(page: str) -> bool:
    """Return whether a web page is that of a firewall or a bot check."""
    return re.search(_FIREWALL_WORDS, page[:_PAGE_START].lower()) is not None


def says_only_forbidden(said: Said) -> bool:
    """Return whether a refusal gives no reason."""
    words = r"\W|\d|forbidden|access|denied|error|status|http|request|code|禁止访问|拒绝|访问"
    return not re.sub(words, "", said.sentence.lower())


def _holds(pattern: str, codes: Iterable[str]) -> bool:
    return any(code and re.search(pattern, code) for code in codes)


def _in_front(status: int | None, said: Said, words: str) -> GatewayErrorKind | None:
    """Return the kind when something in front of the server answered in its place."""
    if re.search(r"error (code:? )?1015\b|being rate limited", words):
        return "rate_limit"
    if status in (None, 401, 402, 407, 429):
        return None
    if said.page and re.search(_FAMILIES[0].words, words):
        return "region"
    if said.page and (status == 403 or re.search(_FIREWALL_WORDS, words)):
        return "firewall"
    named = status in (403, 405, 406) and re.search(_FIREWALL_WORDS, words) and not re.search(_CONTENT_WORDS, words)
    return "firewall" if named else None


def _is_credit(status: int | None, codes: list[str], words: str, *, wait: float | None, limited: bool) -> bool:
    passing = re.search(_PASSING_WORDS, words) is not None
    if _holds(_CREDIT_CODES, codes):
        return not (limited and ((passing and wait is not None) or "allocated quota" in words))
    if status == 402:
        return True
    if passing:
        return False
    if re.search(_CREDIT_WORDS, words):
        return True
    if wait is not None or not re.search(_PERHAPS_CREDIT_WORDS, words):
        return False
    return status in (400, 401, 403) or re.search(_PLAN_WORDS, words) is not None


def _by_words(status: int | None, codes: list[str], words: str) -> GatewayErrorKind:
    about_max_tokens = re.search(_MAX_TOKENS_WORDS, words) and not re.search(_INPUT_WORDS, words)
    for family in _FAMILIES:
        if not re.fullmatch(family.statuses, str(status or 0)) or (
            family.kind == "context_length" and about_max_tokens
        ):
            continue
        if re.search(family.words, words) or (family.kind in _LATE_CODES and _holds(family.codes, codes)):
            return family.kind
    if status is not None:
        return _STATUS_KINDS.get(status) or ("server" if status >= 500 else "bad_request")
    if _holds(r"permission|accessdenied|forbidden|notallowed", codes) or re.search(_PERMISSION_WORDS, words):
        return "forbidden"
    if _holds(r"notfound", codes) or "does not exist" in words:
        return "not_found"
    return "bad_request" if _holds(r"^(invalid(request|param)|badrequest)", codes) else "upstream"
