"""What counts as a credential: the names that announce one and the shapes that keys have.

Facts only; `redact` applies them. A name or shape stands here with its reason. What looks alike
and is none is left out on purpose: ids of answers, tool calls and requests, signatures and
encrypted content of reasoning, `idempotency-key`, rate limits in `…-tokens`, page tokens.
"""

from __future__ import annotations

import re
from typing import Final

HEADER_WORDS: Final = frozenset(
    {
        # The words of authorization, proxy-authorization, x-api-key, api-key, x-goog-api-key,
        # x-amz-security-token, x-auth-token, cookie, set-cookie, ocp-apim-subscription-key …:
        # whoever has the value can act in the owner's name.
        *("authorization", "auth", "key", "apikey", "token", "secret", "password", "credential"),
        *("credentials", "cookie", "cookie2", "session", "jwt", "assertion"),
        # Who pays: x-account-id, cf-account-id, x-org-id, x-ms-tenant-id, x-dashscope-workspace …
        *("organization", "organisation", "org", "account", "accountid", "tenant", "tenantid"),
        *("workspace", "workspaceid", "accesstoken"),
    }
)
"""A header is a credential if one of its dash-separated words is one of these."""

HEADER_NAMES: Final = frozenset(
    {
        # They name the account that pays: openai.com and anthropic.com send them in answers.
        *("openai-organization", "openai-project", "anthropic-organization-id"),
        *("chatgpt-account-id", "x-goog-user-project", "x-project-id"),
        # Fronts that know who logged in pass it on: AWS load balancers, Google's, Azure's.
        *("x-amzn-oidc-identity", "x-amzn-oidc-data", "x-goog-authenticated-user-email"),
        *("x-goog-authenticated-user-id", "x-ms-client-principal", "x-ms-client-principal-id"),
        *("x-ms-client-principal-name",),
    }
)
"""Whole header names whose value tells who the owner is."""

HARMLESS_HEADERS: Final = frozenset({"idempotency-key", "sec-websocket-key"})
"""They carry such a word and are random values for one request."""

QUERY_NAMES: Final = frozenset(
    {
        # Keys in addresses: Gemini takes `key`, OAuth and gateways the others.
        *("key", "apikey", "token", "accesstoken", "authtoken", "idtoken", "refreshtoken"),
        *("secret", "clientsecret", "password", "passwd", "auth", "authorization"),
        # Signed addresses (Azure `sig`; AWS and Google `X-…-Signature`) work for any holder.
        *("sig", "signature", "xamzsignature", "xamzcredential", "xamzsecuritytoken"),
        *("xgoogsignature", "xgoogcredential", "awsaccesskeyid", "googleaccessid"),
        # Subscription keys of API management fronts.
        *("subscriptionkey", "xapikey", "xgoogapikey"),
    }
)
"""Names of query fields, without dashes and underscores, in lower case."""

MEMBER_ENDINGS: Final = (
    # API keys as JSON members and as names of environment variables.
    *("apikey", "subscriptionkey", "secretkey", "privatekey", "privatekeyid", "accesskey"),
    # OAuth and cloud logins, which recordings of whole sessions hold.
    *("accesstoken", "refreshtoken", "idtoken", "authtoken", "bearertoken", "apitoken"),
    *("sessiontoken", "securitytoken", "clientsecret", "apisecret", "accesskeyid"),
    *("authorization", "password", "passwd", "passphrase"),
)
"""A JSON member is a credential if its name, without dashes and underscores, ends so."""


def _shape(mark: str, rest: str) -> tuple[bytes, re.Pattern[bytes]]:
    return mark.encode(), re.compile((re.escape(mark) + rest).encode())


SHAPES: Final = (
    # `sk-` keys of OpenAI, Anthropic (sk-ant-), OpenRouter (sk-or-), DeepSeek, Moonshot and others,
    # `csk-` of Cerebras. A digit or capital is asked for, so that words joined by dashes stay.
    _shape("sk-", r"(?=[a-z_-]{0,64}[A-Z0-9])[A-Za-z0-9_-]{16,}"),
    _shape("csk-", r"[A-Za-z0-9]{20,}"),
    # Google API keys are exactly 39 characters long.
    _shape("AIza", r"[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    # Google OAuth: access tokens and client secrets.
    _shape("ya29.", r"[A-Za-z0-9_-]{20,}"),
    _shape("GOCSPX-", r"[A-Za-z0-9_-]{20,}"),
    # Groq, xAI (`xai-responses-v1` is a format and no key), Hugging Face, Replicate, Perplexity,
    # NVIDIA, Tavily.
    _shape("gsk_", r"[A-Za-z0-9]{20,}"),
    _shape("xai-", r"[A-Za-z0-9]{20,}"),
    _shape("hf_", r"[A-Za-z0-9]{30,}"),
    _shape("r8_", r"[A-Za-z0-9]{30,}"),
    _shape("pplx-", r"[A-Za-z0-9]{20,}"),
    _shape("nvapi-", r"[A-Za-z0-9_-]{20,}"),
    _shape("tvly-", r"[A-Za-z0-9-]{20,}"),
    # GitHub, Slack and AWS, which tools hand around.
    *(_shape(f"gh{letter}_", r"[A-Za-z0-9]{30,}") for letter in "pousr"),
    _shape("github_pat_", r"[A-Za-z0-9_]{30,}"),
    *(_shape(f"xox{letter}-", r"[A-Za-z0-9-]{10,}") for letter in "abeprs"),
    _shape("AKIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _shape("ASIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    # JSON Web Tokens (RFC 7519): three base64url parts, the first two are JSON objects.
    _shape("eyJ", r"[A-Za-z0-9_-]{8,512}+\.eyJ[A-Za-z0-9_-]{8,8192}+\.[A-Za-z0-9_-]*"),
    # RFC 6750 section 2.1; a digit is asked for, so that prose about bearers stays.
    _shape("Bearer ", r" {0,8}(?=[A-Za-z._~+/=-]{0,128}[0-9])[A-Za-z0-9._~+/=-]{16,}"),
    _shape("bearer ", r" {0,8}(?=[A-Za-z._~+/=-]{0,128}[0-9])[A-Za-z0-9._~+/=-]{16,}"),
    # A private key in PEM (RFC 7468), with line ends as they are or as JSON escapes.
    _shape("-----BEGIN ", r"[A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\r\n\\]+"),
)
"""Each shape with the mark that it starts with: most bodies hold no mark and cost nothing.

What is looked at before a shape can fail is bounded, so that no text makes a search slow.

A shape counts only where a word starts; see `starts_a_word`.
"""

_IN_A_WORD = re.compile(rb"[A-Za-z0-9_-]$")
_AFTER_AN_ESCAPE = re.compile(rb"(?:\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})$")


def starts_a_word(data: bytes, position: int) -> bool:
    r"""Whether a key may start here: not within a word, but after an escape whose letter is one.

    >>> starts_a_word(b"task-1", 2), starts_a_word(b"a sk-1", 2), starts_a_word(rb"\nsk-1", 2)
    (False, True, True)
    """
    before = data[max(0, position - 6) : position]
    return _IN_A_WORD.search(before) is None or _AFTER_AN_ESCAPE.search(before) is not None


PIECE_NAMES: Final = (
    *("content", "text", "arguments", "partial_json", "delta", "reasoning_content", "reasoning"),
    *("thinking", "refusal", "input", "output", "code", "summary"),
)
"""Members that carry a growing text in pieces; a key may be spread over several of them."""
