"""The cause of a refusal, by what is certain first: codes, then statuses, then families of words.

Doubt falls on the side that costs least: a limit that passes rather than credit that is used up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tui.api.error_body import Said
from tui.domain.errors import GatewayErrorKind


def _any(*patterns: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(patterns)).search


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

# Codes, in lower case, without anything but letters and digits

_CREDIT_CODE = _any(
    r"insufficient(\w*)(quota|balance|credits?|funds?)", r"(not|no)enough(balance|credit|quota)", r"arrear", r"overdue",
    r"billing(?!period)", r"credit(s?exhausted|s?depleted|limit|balance)", r"out_?of_?credit", r"nocredit", r"budgetexceeded",
    r"exceededbudget", r"exceededcurrentquota", r"preconsumetokenquota", r"freetieronly", r"resourcepackexhausted",
    r"paymentrequired", r"spend(ing)?(limit|cap)", r"balance(not|in)", r"userquotaexceeded$", r"^billingerror",
)  # fmt: skip
_OTHER_CODES: list[tuple[GatewayErrorKind, Callable[[str], re.Match[str] | None]]] = [
    ("context_length", _any(
        r"context(length|window|size)", r"outofcontext", r"(max)?prompttokens", r"tokenslimitreached", r"prompttoolong",
        r"inputtoolong", r"tokenstoolong", r"stringabovemaxlength", r"^1261$",
    )),
    ("filtered", _any(
        r"content(filter|policy|moderat|management|violat|blocked)", r"moderation", r"sensitive", r"datainspection",
        r"responsibleai", r"prohibitedcontent", r"unsafe", r"safety", r"guardrail", r"^1301$", r"^base_resp10(26|27)$",
    )),
    ("region", _any(r"(country|region|location|territory)\w*(not|un)\w*(support|avail|allow)", r"unsupported(country|region|location)")),
    ("not_found", _any(
        r"model(notfound|notexist|doesnotexist|notopen|notavailable|decommissioned)", r"(invalid|unknown|nosuch)model",
        r"(deployment|endpoint)notfound", r"^invalidendpointormodel", r"^1211$",
    )),
    ("auth", _any(
        r"(invalid|incorrect|expired|missing|wrong)\w*(apikey|token|credential|auth)", r"(apikey|token)(invalid|expired|notvalid)",
        r"^authentication", r"^unauthenticated", r"^unauthorized", r"nodbconnection", r"^invalidiamtoken",
        r"^expiredtoken", r"^unrecognizedclient", r"^100[0-4]$", r"^base_resp(1004|2049)$",
    )),
    ("payment", _any(r"^1113$", r"^base_resp1008$")),
]  # fmt: skip
_LIMIT_CODE = _any(
    r"rate(limit|quota)", r"ratelimited", r"throttl", r"toomany(requests|tokens)", r"(request|token)s?(quota|limit)\w*(exceed|reach)",
    r"limit(requests|tokens|burst)", r"(rpm|tpm|qps|rpd|tpd)(limit|rate|exceed)?", r"concurren", r"toofast", r"slowdown",
    r"^resourceexhausted", r"requestlimit", r"quotaexceeded", r"usagelimit", r"limitexceeded", r"^130[2-5]$", r"^1308$",
    r"^base_resp(1002|1039|1041|2045|2056)$",
)  # fmt: skip
_BUSY_CODE = _any(
    r"overload", r"capacity", r"unavailable", r"queueexceeded", r"modelnotready", r"modelloading", r"busy", r"^1312$",
    r"noresource",
)  # fmt: skip
_PERMISSION_CODE = _any(
    r"permission", r"accessdenied", r"forbidden", r"notallowed", r"unauthorizedmodel", r"^1220$", r"accessterminated"
)

# Words, in lower case, without addresses

_NOISE = re.compile(
    r"(?:https?://|www\.)[^\s\"'<>()\]]+|[\w-]+(?:\.[\w-]+)+/[^\s\"'<>()\]]*|\S+@\S+|[`*\"“”‘’]"
    r"|\bno (?:credits?|tokens?|fees?) (?:was|were|has been|have been|will be|is|are) \w+|credits? (?:was|were) not \w+"
    r"|not (?:a|an|related to)? ?(?:billing|credit|balance|quota)\b|(?:add|buy|purchase) \d* ?credits? to (?:unlock|raise|increase|get)"
)
_CREDIT = _any(
    r"insufficient[ _-]+(?:\w+[ _-]+){0,2}(balance|credits?|funds?|quota)",
    r"\b(balance|credits?|funds?)\b[^.;\d]{0,30}\b(insufficient|not enough|too low|used up|exhausted|depleted|expired|run(s|ning)? out|negative|below|zero)\b",
    r"\b(not|n't) (have )?(enough|any|sufficient) (\w+ )?(balance|credits?|funds?|quota)\b",
    r"\b(out of|no|ran out of|run out of|zero|used (up )?all|exhausted|consumed|lacks?|depleted|over) (\w+ )?(of )?(\w+ )?credits?\b",
    r"requires? (more|additional) credits", r"can only afford", r"exceeded your [\w ]{0,20}credits?\b",
    r"spend(ing)? (limit|cap)|credit limit|key limit exceeded", r"budget (has been )?exceeded|over budget|exceeded[ _]?budget",
    r"payment[ _]required|past[- ]due|overdue|unpaid|arrear", r"billing (hard |soft )?limit|billing (is )?not (active|enabled)",
    r"余额不足|余额[^。，]{0,8}(不足|用尽|用完|耗尽|为零|过低|不够)|额度(已经?)?(不足|已用|用尽|用完|耗尽|失败)|配额不足|欠费|未充值|请[先尽快及时]{0,3}充值",
    r"(积分|点数|算力|资源包)[^。，]{0,8}(不足|用尽|用完|耗尽)",
)  # fmt: skip
_MAYBE_CREDIT = _any(
    r"billing",
    r"(check|upgrade) your plan",
    r"free (tier|quota|trial)[^.]{0,40}(exhausted|used up|ended|expired|over)",
    r"quota|配额|额度|套餐",
)
_PLAN = _any(r"plan and billing", r"billing details")
_PASSING_LIMIT = _any(
    r"\b(requests?|tokens?|calls?|messages?|queries|times?|limit)( limit)? ?(per|/|a|an|each|every) ?(second|minute|min|hour|day|week)",
    r"\b(hourly|daily|weekly|free-models-per)\b", r"\b[rtic]p[mdsh]\b", r"rate[ _-]?limit", r"too many requests", r"per[- ]?(minute|second|hour|day)",
    r"请求(过于|太|过)?频繁|频率|限流|并发|速率|每(一)?(分钟|秒|天|日|小时|周)|今[日天]|当[日天]|明[日天]",
)  # fmt: skip
_LIMIT = _any(
    r"rate[ _-]?limit", r"too[ _]many[ _](requests|concurrent|calls)", r"throttl", r"\b[rtic]p[mdsh]\b",
    r"(requests?|tokens?|calls?) (per|/) ?(second|minute|min|hour|day|week)", r"(hourly|daily|weekly|usage) (\w+ )?limit",
    r"quota (has been )?exceeded", r"slow down", r"请求(过于|太|过)?频繁|频率(过高|超|限)|限流|并发|速率|调用次数|访问量过大|请求过多|触发限",
)  # fmt: skip
_LARGER_THAN_LIMIT = _any(
    r"request too large", r"(input|output) tokens must be reduced", r"reduce (your|the) (message|prompt|request|input) size",
)  # fmt: skip
_CONTEXT = _any(
    r"context[ _-]?(length|window|size|limit|overflow|budget)", r"max(imum)?[ _]context", r"context the overflows", r"上下文[^。]{0,24}(长|超|过|限|满)",
    r"(prompt|input|inputs|conversation|messages?|request|query|content) (is |are |was |were )?too (long|large|big)(?! a number)", r"too many (input |prompt |total )?tokens\b(?! per)",
    r"(prompt|input|inputs|messages?|conversation|request|requested|history|total|number of)\b[^.;]{0,60}\btokens?\b[^.;]{0,80}(exceed|greater|more than|larger|longer|too (many|long|large)|less than|fewer than|<=|at most|no more than|must not|limit)",
    r"tokens? in (the |your )?(request|prompt|input|messages?)\b[^.;]{0,40}(more|exceed|over|greater)",
    r"exceed\w*[^.;]{0,50}(context|max[_ ](model|seq)\w*[_ ]len|model token limit|max message tokens|max(imum)? (input|prompt|sequence|number of tokens|tokens allowed)|input (length|token))",
    r"(length of (the )?(prompt|input)|(input|prompt|sequence|request|token|query)[ _]length|max_seq_len|max_model_len|n_ctx)\b[^;]{0,60}(exceed|less than|should be|must be|greater|longer|larger|limit|range|<=|over)",
    r"max(imum)? (prompt|input|sequence|model) (length|tokens?)[^;]{0,60}(but|exceed|than|is \d)", r"range of input (length|tokens)",
    r"(reduce|shorten|trim|truncate)[^.;]{0,40}(messages?|prompt|input|conversation|context|history)", r"max(imum)? input characters",
    r"longer than the (maximum )?model",
    r"(提示词?|输入|prompt|对话|消息|请求|文本|内容|tokens? ?(数量?|长度|总数)?)[^。，,；]{0,24}(超过?(出|长|限|了|最大|上限|模型)|过长|太长|大于|上限|长度限制)", r"超(出|过)[^。]{0,16}(长度|token|上下文|字数)",
)  # fmt: skip
_ABOUT_MAX_TOKENS = _any(
    r"^\W*(\w+\W+){0,4}max_(completion_|new_|output_)?tokens\b(?![^.]{0,80}(prompt|input|context|message))"
)
_FILTERED = _any(
    r"\bflagged\b", r"moderation", r"content[ _-]?(policy|filter|management|safety|moderat|violat|exist)", r"(safety|usage) (system|filter|settings|polic|guideline)",
    r"violat\w+ [^.]{0,40}(polic|guideline|terms)", r"considered high risk", r"(?<!case )(?<!case-)\bsensitive\b", r"inappropriate", r"prohibited (content|use)", r"harmful content", r"unsafe (content|prompt|input)",
    r"敏感|违规|不安全|违反|审核|内容安全|不良信息|高风险|涉黄|涉政",
)  # fmt: skip
_BANNED = _any(
    r"(account|organi[sz]ation|user|key|project|team)\b[^.]{0,40}(suspend|banned|deactivat|disabled|terminated|blocked|frozen|locked)",
    r"(账[号户]|用户|令牌)[^。]{0,12}(封禁|停用|禁用|冻结|锁定)",
)
_REGION = _any(
    r"\b(country|countries|region|territor\w+|location)\b[^.]{0,60}(not (currently |yet )?(be )?(support|avail|allow|permit|served)|unsupported|restricted|blocked|banned|unavailable|prohibited)",
    r"not (currently |yet )?(available|supported|allowed|offered|permitted)[^.]{0,24}\b(country|region|location|territor\w+)", r"unsupported (country|region|location)",
    r"geo[- ]?(block|restrict|fenc)", r"sanction|embargo", r"error code: 1009|error 1009",
    r"(地区|区域|国家|所在地|地域)[^。]{0,12}(不支持|不可用|受限|限制|禁止|无法)|不支持[^。]{0,8}(地区|区域|国家)",
)  # fmt: skip
_CANNOT_CHAT = _any(
    r"(not|n't) support (the )?chat", r"not a chat model", r"not (supported|available|allowed) (in|for|by|with|on) (the )?(/?v1/)?chat", r"chat(completion| completions?)?( operation| endpoint| api)?( is| does| are)?( not|n't) (support|work|avail|enabl)",
    r"(is|it's) an? (text )?(embedding|rerank|speech|image|audio|moderation)\w* model", r"only supports? (the )?(embedding|rerank|completions?\b|image|speech|text-to)", r"only (supported|available) (in|via|through) (the )?(/?v1/)?(responses|completions|embeddings)",
    r"did you mean to use (/?v1/)?(completions|responses)", r"not supported for generatecontent", r"不支持[^。]{0,6}(对话|聊天|chat)",
)  # fmt: skip
_NO_MODEL = _any(
    r"(no such|unknown|unsupported|invalid|unrecognized) model\b(?!s? param)", r"invalid model name", r"model not exist",
    r"\bmodels?\b[^;]{0,100}?(not found|not exist|n't exist)", r"\bmodels?\b[^.;]{0,60}?(decommissioned|retired|no longer|not available\b(?! in)|not deployed|not loaded|sunset)",
    r"no (available |healthy )?(channels?|providers?|deployments?|endpoints?) (are |were )?(found|available|for|matching)[^.;]{0,60}model", r"no endpoints found",
    r"模型[^。，]{0,40}(不存在|未找到|找不到|未开通|已下线|已停用)|(不存在|没有|未找到|无效的?|未知的?)(该|此|的)?模型|无可用渠道",
)  # fmt: skip
_BAD_KEY = _any(
    r"(invalid|incorrect|wrong|expired|missing|bad|revoked|unknown|malformed|no|provide an?) (\w+ ){0,3}(api[ _-]?key|apikey)", r"(api[ _-]?key|apikey)\b[^.]{0,40}(invalid|not valid|incorrect|expired|missing|revoked|not found|disabled|required|malformed|wrong|leaked)",
    r"(密钥|api[ _-]?key|apikey|令牌)[^。]{0,12}(无效|错误|过期|不正确|失效|不存在|不可用|已用尽)|无效的?(令牌|密钥|api)|未提供(令牌|密钥)|身份验证失败|鉴权失败|认证失败|验证不正确",
)  # fmt: skip
_BAD_TOKEN = _any(
    r"(invalid|incorrect|expired|missing|unknown|malformed|no) (\w+ ){0,2}(token|credentials?|authorization|bearer|auth|jwt)\b", r"\b(token|credentials?|authorization|jwt)\b[^.]{0,30}(invalid|not valid|incorrect|expired|missing|revoked|required|malformed)",
    r"authenticat\w+ (failed|error|required|fails)|not authenticated|unauthenticated|unauthorized",
)  # fmt: skip
_BUSY = _any(
    r"overload", r"at (full |max\w* )?capacity|capacity (exceeded|constraint|limit)|no capacity", r"unavailable", r"\bbusy\b", r"high (demand|traffic|load)", r"still loading|is loading|currently loading|loading model|warming up", r"temporarily",
    r"繁忙|过载|负载|饱和|拥挤|排队|稍后[再重]?试|稍候",
)  # fmt: skip
_PERMISSION = _any(
    r"permission|not allowed|not permitted|may not|must not|cannot access|can not access|no access|(have|has|had) access|access to|access denied|denied|not authori[sz]ed|not entitled|not included|not enabled|requires? (a |an )?(plan|subscription|pro|paid|approval|upgrade)|gated|scope|restricted|only available (to|for)|not available (to|for|on) (your|this)",
    r"无权|权限|未授权|不允许|没有访问|禁止访问|未开通|不在[^。]{0,12}(列表|范围)",
)  # fmt: skip
_FIREWALL = _any(
    r"just a moment|attention required|access denied \| |you have been blocked|(your )?request (was|has been) (blocked|rejected|denied)|request rejected|request could not be satisfied|checking your browser|enable javascript and cookies|security (check|service|verification)|bot (check|detection|protection|fight)|web application firewall|\bwaf\b|firewall|incapsula|imperva|akamai|sucuri|captcha|are you (a )?human|not a robot|unusual (traffic|activity)",
    r"error (code:? )?10(0[0-36-8]|1[0-3]|20)\b", r"您的访问被阻断|访问被拦截|防火墙|安全威胁|请求被(拦截|阻断)|人机验证",
)  # fmt: skip
_LIMITED_PAGE = _any(r"error (code:? )?1015\b|being rate limited")
_ONLY_FORBIDDEN = re.compile(r"\W|\d|forbidden|access|denied|error|status|http|request|code|禁止访问|拒绝|访问")


def cause_of(
    status: int | None, said: Said, *, challenged: bool = False, wait: float | None = None
) -> GatewayErrorKind:
    """Return the kind of a refusal. `challenged` if a header says that a bot check stood in the way; `wait` as asked."""
    codes = [code for each in said.codes if (code := re.sub(r"[^a-z0-9_]|(?<!resp)_", "", each.lower()))]
    words = _NOISE.sub(" ", " ".join([said.sentence, said.page[:4000]]).lower())
    if kind := _behind_a_page(status, said, words, challenged):
        return kind
    limited = status == 429 or _first(_LIMIT_CODE, codes)
    if _is_credit(status, codes, words, wait=wait, limited=limited):
        return "payment"
    for named, pattern in _OTHER_CODES:
        if _first(pattern, codes) and not (named == "auth" and status not in (None, 400, 401, 403, 500)):
            return named
    if limited or status == 413:
        if _LARGER_THAN_LIMIT(words):
            return "too_large"
        if limited:
            return "overloaded" if _first(_BUSY_CODE, codes) else "rate_limit"
    return _by_words(status, codes, words)


def blocks(page: str) -> bool:
    """Return whether a web page is that of a firewall or a bot check."""
    return _FIREWALL(page[:4000].lower()) is not None


def says_only_forbidden(said: Said) -> bool:
    """Return whether a refusal gives no reason."""
    return not _ONLY_FORBIDDEN.sub("", said.sentence.lower())


def _first(pattern: Callable[[str], re.Match[str] | None], codes: Iterable[str]) -> bool:
    return any(pattern(code) for code in codes)


def _behind_a_page(status: int | None, said: Said, words: str, challenged: bool) -> GatewayErrorKind | None:
    """Return the kind when something in front of the server answered instead of it."""
    if challenged:
        return "firewall"
    if _LIMITED_PAGE(words):
        return "rate_limit"
    if status is not None and status not in (401, 402, 407, 429):
        if _REGION(words) and said.page:
            return "region"
        if status == 403 and said.page:
            return "firewall"
        if _FIREWALL(words) and (said.page or status in (400, 403, 405, 406, 503)) and not _CONTENT(words):
            return "firewall"
    return None


_CONTENT = _any(r"\b(content|prompt|input|polic|moderat|safety|flagged|guardrail)", r"敏感|内容|违规")


def _is_credit(status: int | None, codes: list[str], words: str, *, wait: float | None, limited: bool) -> bool:
    passing = _PASSING_LIMIT(words) is not None
    if _first(_CREDIT_CODE, codes):
        return not ((limited and (wait is not None and passing)) or "allocated quota" in words)
    if _CREDIT(words):
        return not passing
    if status == 402:
        return True
    if wait is not None or passing or _first(_LIMIT_CODE, codes) or not _MAYBE_CREDIT(words):
        return False
    return status in (400, 401, 403) or _PLAN(words) is not None


def _by_words(status: int | None, codes: list[str], words: str) -> GatewayErrorKind:
    early = status in (None, 400, 403, 422, 451)
    refused = status in (None, 400, 404, 409, 413, 422) or (status or 0) >= 500
    families: list[tuple[GatewayErrorKind, bool, Callable[[str], re.Match[str] | None]]] = [
        ("region", early or status == 401, _REGION),
        ("forbidden", status == 403, _BANNED),
        ("filtered", early or status in (409, 500), _FILTERED),
        ("no_chat", refused or status == 403, _CANNOT_CHAT),
        ("rate_limit", refused and status != 413, _LIMIT),
        ("context_length", refused and not _ABOUT_MAX_TOKENS(words), _CONTEXT),
        ("not_found", refused or status == 403, _NO_MODEL),
        ("auth", status != 404, _BAD_KEY),
        ("auth", status in (None, 403), _BAD_TOKEN),
        ("forbidden", status == 401, _any(r"scope|not allowed to|does not have (access|permission)|无权")),
        (
            "overloaded",
            status is None or status >= 500,
            _BUSY,
        ),
    ]
    for kind, fits, pattern in families:
        if fits and pattern(words):
            return kind
    if _first(_BUSY_CODE, codes) and (status is None or status >= 500):
        return "overloaded"
    if status is not None:
        return _STATUS_KINDS.get(status) or ("server" if status >= 500 else "bad_request")
    if _first(_PERMISSION_CODE, codes) or _PERMISSION(words):
        return "forbidden"
    if any("notfound" in code for code in codes) or "does not exist" in words:
        return "not_found"
    return (
        "bad_request"
        if any(code.startswith(("invalidrequest", "invalidparam", "badrequest")) for code in codes)
        else "upstream"
    )
