"""The causes of refusals, in the words, codes and shapes of many servers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui.api.api_key import ApiKey
from tui.api.failures import PassingError, hidden_error, refusal

KEY = ApiKey("sk-unit-0123456789abcdef")


def error(message: str, **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, **fields}}


RATE: list[tuple[int, Any]] = [
    (429, "Rate limit reached for default-gpt-3.5-turbo on requests per min. Limit: 3 / min. Please add a payment method to your account to increase your rate limit. Visit https://x.test/account/billing to add one."),
    (429, error("Quota exceeded for metric: generate_content_free_tier_requests, limit: 20. You exceeded your current quota, please check your plan and billing details. Please retry in 34.07s.", code=429, status="RESOURCE_EXHAUSTED")),
    (429, {"status": 429, "error": "INSUFFICIENT QUOTA", "message": "You exceeded your current limit of concurrent requests."}),
    (429, error("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day", code=429)),
    (429, error("Provider returned error", code=429, metadata={"raw": "m:free is temporarily rate-limited upstream. Please retry shortly, or add your own key", "provider_name": "P"})),
    (429, {"message": "Tokens per minute limit exceeded - too many tokens processed.", "type": "too_many_tokens_error", "param": "quota", "code": "token_quota_exceeded"}),
    (429, {"message": "Too many tokens, please wait before trying again."}),
    (429, error("Allocated quota exceeded, please increase your quota limit.", code="insufficient_quota")),
    (429, error("您的账户已达到速率限制，请您控制请求频率", code="1302")),
    (429, error("请求过于频繁，请稍后再试，如需提升额度请充值升级套餐")),
    (429, error("今日免费额度已用完，请明天再试")),
    (429, {"code": 6004, "msg": "usage exceeds frequency limit"}),
    (429, {"detail": "Request was throttled. Expected available in 12 seconds."}),
    (429, error("You have reached your hourly usage limit, please upgrade to continue")),
    (429, ""),
    (429, {"detail": {"error": {"type": "usage_limit_reached", "message": "The usage limit has been reached", "resets_in_seconds": 4500}}}),
    (403, error("Requests rate limit exceeded", code="rate_limit_exceeded")),
    (503, error("Too many requests in flight, slow down", type="throttled")),
    (500, {"base_resp": {"status_code": 1002, "status_msg": "rate limit, please retry"}}),
    (400, {"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded, please try again later."}),
    (200, {"error_code": 18, "error_msg": "Open api qps request limit reached"}),
    (200, {"error": {"message": "This key is over its rate limit of 5 requests per minute. No credits were deducted.", "code": None}}),
]  # fmt: skip

CREDIT: list[tuple[int, Any]] = [
    (402, ""),
    (402, error("This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 1234", code=402)),
    (429, error("You exceeded your current quota, please check your plan and billing details.", type="insufficient_quota", code="insufficient_quota")),
    (429, error("litellm.RateLimitError: OpenAIException - You exceeded your current quota, please check your plan and billing details.", code="429")),
    (429, error("Your account is suspended due to insufficient balance, please recharge your account or check your plan and billing details", type="exceeded_current_quota_error")),
    (429, error("余额不足或无可用资源包,请充值。", code="1113")),
    (429, error("Insufficient balance or no resource package. Please recharge.", code="1113")),
    (403, error("预扣费额度失败, 用户剩余额度: ＄0.539534, 需要预扣费额度: ＄2.906176")),
    (403, error("用户额度不足, 剩余额度: ＄-0.000002")),
    (403, error("token quota is not enough, token remain quota: ＄0.25, need quota: ＄5.50", type="new_api_error", code="pre_consume_token_quota_failed")),
    (500, error("chat pre-consumed quota failed, user quota: 13810, need quota: 15000")),
    (403, {"code": "Your newly created team doesn't have any credits yet", "error": "Your team doesn't have any credits yet. You can purchase credits on https://x.test"}),
    (403, {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None}),
    (403, {"code": 403, "reason": "NOT_ENOUGH_BALANCE", "message": "not enough balance"}),
    (403, error("The overdue payment keeps the account closed", code="AccountOverdueError")),
    (403, error("The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, please disable the free tier only mode.", code="AllocationQuota.FreeTierOnly")),
    (400, {"code": "Arrearage", "message": "Access denied, please make sure your account is in good standing."}),
    (400, {"type": "error", "error": {"type": "invalid_request_error", "message": "Your credit balance is too low to access the API. Please go to Plans & Billing to upgrade or purchase credits."}}),
    (400, error("Budget has been exceeded! Current cost: 0.1, Max budget: 0.05", type="budget_exceeded")),
    (401, error("Insufficient balance. Manage your billing here: https://x.test/billing", type="CreditsError")),
    (403, error("Key limit exceeded (monthly limit). Manage it using https://x.test/settings/keys", code=403)),
    (412, error("Account suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.", code="PRECONDITION_FAILED")),
    (402, {"error": "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get more."}),
    (402, {"status": 402, "title": "Payment Required", "detail": "Account 'x': Cloud credits expired - Please contact representatives"}),
    (429, error("Billing hard limit has been reached", code="billing_hard_limit_reached")),
    (200, {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}),
    (200, {"error": {"message": "账户余额不足，请先充值", "code": "x"}}),
    (400, error("该令牌额度已用尽 TokenStatusExhausted")),
    (403, error("BILLING_DISABLED", status="PERMISSION_DENIED", details=[{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "BILLING_DISABLED"}])),
]  # fmt: skip

CONTEXT: list[tuple[int, Any]] = [
    (400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion."),
    (400, "Input length (265330) exceeds model's maximum context length (262144)."),
    (400, "Input length 131393 exceeds the maximum allowed input length of 131040 tokens."),
    (400, "Prompt too long: 5152 tokens exceeds max_seq_len 2048 (leave room for output tokens)"),
    (400, "prompt is too long: 209353 tokens > 199999 maximum"),
    (400, "Input is too long for requested model."),
    (400, "Your input exceeds the context window of this model. Please adjust your input and try again."),
    (400, "Prompt tokens (9000) exceeds context size (4096)"),
    (400, "Invalid request: Your request exceeded model token limit: 262144 (requested: 269030)"),
    (400, "Requested token count exceeds the model's maximum context length of 202752 tokens. You requested a total of 202941 tokens"),
    (400, "The decoder prompt (length 40000) is longer than the maximum model length of 32768."),
    (400, "The input (45061 tokens) is longer than the model's context length (40960 tokens)."),
    (400, "invalid params, context window exceeds limit (2013)"),
    (400, "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"),
    (400, "The number of tokens to keep from the initial prompt is greater than the context length"),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081"),
    (400, "Too many input tokens. Max input tokens: 8192, request input token count: 10000"),
    (400, "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 280000 tokens."),
    (400, "prompt too long; exceeded max context length by 123 tokens"),
    (400, "Total tokens of image and text exceed max message tokens"),
    (400, "Prompt length 9000 is greater than max_seq_len 8192"),
    (400, "The input length exceeds the context length."),
    (400, "Request size exceeds model context window"),
    (400, "the max input characters is 20000"),
    (400, "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000"),
    (400, error("Prompt 超长", code="1261")),
    (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens and 512 `max_new_tokens`"),
    (400, "输入长度超过模型最大上下文长度"),
    (400, "请求的 token 数量超过上限，请缩短对话"),
    (400, "上下文长度超限"),
    (400, "提示词过长，请精简后重试"),
    (400, "消息总长度超出最大限制 32768 tokens"),
    (413, error("Request body too large for gpt-4o model. Max size: 8000 tokens.", code="tokens_limit_reached")),
    (413, {"error": "prompt too long"}),
    (500, {"error": "the request exceeds the available context size, try increasing it"}),
    (422, {"detail": [{"type": "value_error", "loc": ["body", "messages"], "msg": "Value error, messages exceed the maximum number of tokens, please shorten them"}]}),
    (429, error("Input too large", code="context_length_exceeded")),
    (200, {"object": "error", "message": "This model's maximum context length is 8192 tokens.", "code": 40303}),
    (200, {"error_type": "BadRequestError", "error_message": "Requested input length 99009 exceeds maximum input length 8192"}),
    (200, {"error": {"type": "exceed_context_size_error", "message": "too big", "n_ctx": 4096}}),
    (400, error("litellm.ContextWindowExceededError: AnthropicError - {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 209353 tokens > 199999 maximum\"}}")),
    (400, error("x", code="string_above_max_length")),
]  # fmt: skip

OTHERS: list[tuple[int, Any, str]] = [
    # what sounds like another cause
    (400, "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided 100000.", "bad_request"),
    (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", "bad_request"),
    (400, "Range of max_tokens should be [1, 8192]", "bad_request"),
    (400, "Invalid value for 'content': expected a string, got null.", "bad_request"),
    (400, "Model names are case-sensitive", "bad_request"),
    (429, error("Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 43000. The input or output tokens must be reduced in order to run successfully.", type="tokens", code="rate_limit_exceeded"), "too_large"),
    (413, error("Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 8000, please reduce your message size and try again.", type="tokens", code="rate_limit_exceeded"), "too_large"),
    (413, "<html><head><title>413 Request Entity Too Large</title></head></html>", "too_large"),
    # a prompt that is refused
    (400, error("The response was filtered due to the prompt triggering the content management policy.", code="content_filter", innererror={"code": "ResponsibleAIPolicyViolation"}), "filtered"),
    (400, {"code": "DataInspectionFailed", "message": "Input text data may contain inappropriate content."}, "filtered"),
    (400, error("The request was rejected because it was considered high risk", type="content_filter"), "filtered"),
    (400, error("系统检测到输入或生成内容可能包含不安全或敏感内容", code="1301"), "filtered"),
    (400, error("Content Exists Risk", type="invalid_request_error"), "filtered"),
    (403, {"code": "The caller does not have permission", "error": "Content violates usage guidelines."}, "filtered"),
    (403, error("Your prompt was flagged by moderation. You were not charged.", metadata={"reasons": ["violence"]}), "filtered"),
    (200, {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}, "filtered"),
    # where the request comes from
    (403, error("Country, region, or territory not supported", code="unsupported_country_region_territory"), "region"),
    (400, [error("User location is not supported for the API use.", code=400, status="FAILED_PRECONDITION")], "region"),
    (403, error("This model is not available in your region."), "region"),
    (403, error("Access from your country is restricted"), "region"),
    (403, error("当前地区不支持使用该服务"), "region"),
    (451, "", "region"),
    (403, "error code: 1009", "region"),
    # something in front of the server
    (403, "<!DOCTYPE html><title>Just a moment...</title>", "firewall"),
    (503, "<!DOCTYPE html><title>Just a moment...</title>Checking your browser before accessing", "firewall"),
    (403, "<html><head><title>Access denied | x.test used Cloudflare to restrict access</title></head></html>", "firewall"),
    (403, "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY>You don't have permission. Reference #18.2</BODY></HTML>", "firewall"),
    (403, "<html><title>ERROR: The request could not be satisfied</title></html>", "firewall"),
    (403, "<html><head><title>403 Forbidden</title></head><body><center>nginx</center></body></html>", "firewall"),
    (405, "<!doctypehtml><html><title>405</title>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</html>", "firewall"),
    (406, "<html><title>Not Acceptable!</title>An appropriate representation was blocked. This error was generated by Mod_Security, a web application firewall.</html>", "firewall"),
    (403, "error code: 1020", "firewall"),
    (403, "error code: 1010", "firewall"),
    (403, error("Your request was blocked."), "firewall"),
    (403, error("Access denied due to Virtual Network/Firewall rules."), "firewall"),
    (403, {"type": "https://x.test", "title": "Error 1020: Access denied", "status": 403, "cloudflare_error": True, "error_code": 1020}, "firewall"),
    (429, "<!DOCTYPE html><title>Access denied | x.test used Cloudflare</title>Error 1015 You are being rate limited", "rate_limit"),
    (502, "<title>x.test | 502: Bad gateway</title>", "server"),
    (520, "<title>x.test | 520: Web server is returning an unknown error</title>", "server"),
    (521, "error code: 521", "server"),
    (522, "<title>x.test | 522: Connection timed out</title>", "timeout"),
    (523, "error code: 523", "server"),
    (524, "<title>x.test | 524: A timeout occurred</title>", "timeout"),
    (525, "<title>x.test | 525: SSL handshake failed</title>", "server"),
    (530, "error code: 1033", "server"),
    # what a key may do
    (403, error("The key is not allowed to access the model m"), "forbidden"),
    (403, error("Your plan does not include this model", code="model_not_in_plan"), "forbidden"),
    (403, error("该令牌无权访问模型 m"), "forbidden"),
    (403, error("Your account has been suspended for violating our terms of service"), "forbidden"),
    (403, "", "forbidden"),
    (401, error("You have insufficient permissions for this operation. Missing scopes: api.model.read."), "forbidden"),
    (403, error("key not allowed to access model. This key can only access models=['a']", type="key_model_access_denied"), "forbidden"),
    (403, {"error": {"type": "permission_error", "message": "Your API key does not have permission to use the specified resource."}}, "forbidden"),
    # keys
    (400, [error("API key not valid. Please pass a valid API key.", code=400, status="INVALID_ARGUMENT", details=[{"reason": "API_KEY_INVALID"}])], "auth"),
    (403, error("Invalid API key"), "auth"),
    (403, {"message": "Missing Authentication Token"}, "auth"),
    (401, error("无效的令牌"), "auth"),
    (400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: sk. You can obtain an API key from https://x.test"}, "auth"),
    (200, {"base_resp": {"status_code": 1004, "status_msg": "login fail: Please carry the API secret key in the Authorization field"}}, "auth"),
    (200, {"error": {"message": "身份验证失败。", "code": "1000"}}, "auth"),
    (401, {"code": 401, "msg": "token expired or incorrect"}, "auth"),
    (500, error("Incorrect API key provided", code="invalid_api_key"), "auth"),
    # models
    (503, error("No available channel for model gpt-9 under group default (distributor)", code="model_not_found"), "not_found"),
    (403, error("Project `p` does not have access to model `m`", code="model_not_found"), "not_found"),
    (400, error("模型不存在，请检查模型代码。", code="1211"), "not_found"),
    (404, error("No endpoints found for x/y:free."), "not_found"),
    (400, error("The model `llama2` has been decommissioned and is no longer supported."), "not_found"),
    (404, error("This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?"), "no_chat"),
    (400, error('"nomic-embed-text" does not support chat'), "no_chat"),
    (400, error("The chatCompletion operation does not work with the specified model, m. Please choose different model", code="OperationNotSupported"), "no_chat"),
    (404, error("models/x is not found for API version v1beta, or is not supported for generateContent."), "no_chat"),
    # busy
    (429, error("The engine is currently overloaded, please try again later", type="engine_overloaded_error"), "overloaded"),
    (429, error("No capacity available for model m on the server", status="RESOURCE_EXHAUSTED", details=[{"reason": "MODEL_CAPACITY_EXHAUSTED"}]), "overloaded"),
    (500, error("当前服务器负载较高，请稍后重试"), "overloaded"),
    (503, {"error": "Model x is currently loading", "estimated_time": 20.0}, "overloaded"),
    (500, error("Internal server error"), "server"),
    (500, error("CUDA out of memory"), "server"),
]  # fmt: skip

EVERY = [
    *((status, body, "rate_limit") for status, body in RATE),
    *((status, body, "payment") for status, body in CREDIT),
    *((status, body, "context_length") for status, body in CONTEXT),
    *OTHERS,
]


@pytest.mark.parametrize(("status", "body", "kind"), EVERY)
def test_the_cause_is_told_in_any_words(status: int, body: Any, kind: str) -> None:
    if isinstance(body, str) and body and not body.lstrip().startswith("<") and "error code" not in body:
        body = error(body)
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    failure = hidden_error(body, KEY, begun=False) if status == 200 else refusal(status, {}, text, KEY)
    assert failure.kind == kind, str(failure)
    assert isinstance(failure, PassingError) == (kind in ("rate_limit", "overloaded", "server", "timeout"))
    if kind != "payment":
        assert "op up" not in str(failure)
