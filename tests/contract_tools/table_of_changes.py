"""Changes of the contract with their right rating, by the kind of mistake that a comparison can make of them."""

from __future__ import annotations

from typing import Any

from tests.contract_tools.changes_to_plant import WALLETS, Change, Document, schemas


def _operation(document: Document, path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][path][method]
    return found


def _secured(*roles: str) -> list[dict[str, list[str]]]:
    return [{"ApiKey": list(roles)}, {"FirebaseIdToken": list(roles)}]


def _replace(schema: str, name: str, by: Any) -> Change:
    return lambda d: schemas(d)[schema]["properties"].update({name: by})


def _body(document: Document, path: str, method: str = "post") -> dict[str, Any]:
    found: dict[str, Any] = _operation(document, path, method)["requestBody"]
    return found


def _parameter(document: Document, name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["parameters"][name]
    return found


SCHEDULE = "/api/wallets/funding/schedule"
SUMMARY = "/api/wallets/portfolio/summary"
IMPORT = "/api/wallets/import"
_REF = "#/components/schemas/"
_NULL = {"type": "null"}

TABLE: tuple[tuple[str, str, Change, str], ...] = (
    # Breaking: (rating, what, change, what the report's place or text has).
    (
        "breaking",
        "a public operation is protected",
        lambda d: _operation(d, "/healthz", "get").pop("security"),
        "GET /healthz",
    ),
    (
        "breaking",
        "a higher role is needed",
        lambda d: _operation(d, "/api/wallets/tags", "get").update(security=_secured("operate")),
        "GET /api/wallets/tags",
    ),
    (
        "breaking",
        "one credential is no longer taken",
        lambda d: _operation(d, "/api/wallets/me", "get").update(security=[{"ApiKey": ["read"]}]),
        "GET /api/wallets/me",
    ),
    (
        "breaking",
        "both credentials at once are needed",
        lambda d: _operation(d, "/api/wallets/audit", "get").update(
            security=[{"ApiKey": ["read"], "FirebaseIdToken": ["read"]}]
        ),
        "GET /api/wallets/audit",
    ),
    (
        "breaking",
        "a request's pattern is tighter",
        lambda d: _parameter(d, "SearchText")["schema"].update(pattern="^[a-z ]*$"),
        "SearchText",
    ),
    (
        "breaking",
        "a request's pattern is another",
        lambda d: _parameter(d, "IdempotencyKey")["schema"].update(pattern="^[0-9A-F-]{36}$"),
        "IdempotencyKey",
    ),
    (
        "breaking",
        "a request's pattern is new",
        lambda d: schemas(d)["ImportWallet"]["properties"]["wallet_address"].update(pattern="^[a-z]+$"),
        "ImportWallet/properties/wallet_address",
    ),
    (
        "breaking",
        "an answer's pattern is looser",
        lambda d: schemas(d)["CalendarDay"].update(pattern="^.*$"),
        "CalendarDay",
    ),
    ("breaking", "an answer's pattern is gone", lambda d: schemas(d)["AuditId"].pop("pattern"), "AuditId"),
    (
        "breaking",
        "an answer's null is new",
        _replace("WalletTransaction", "failed", {"type": ["boolean", "null"]}),
        "WalletTransaction/properties/failed",
    ),
    (
        "breaking",
        "an answer's null is new, in an anyOf",
        _replace("PortfolioToken", "wallets_holding", {"anyOf": [{"$ref": f"{_REF}Count"}, _NULL]}),
        "PortfolioToken/properties/wallets_holding",
    ),
    (
        "breaking",
        "a request's null is refused",
        _replace("UpdateLaunchRequest", "signature", {"$ref": f"{_REF}TransactionSignature"}),
        "TransactionSignature",
    ),
    (
        "breaking",
        "a body's limit is lower",
        lambda d: _body(d, IMPORT).update({"x-body-limit": 1000}),
        "POST /api/wallets/import",
    ),
    (
        "breaking",
        "a body's limit is the usual one",
        lambda d: _body(d, IMPORT).pop("x-body-limit"),
        "POST /api/wallets/import",
    ),
    (
        "breaking",
        "a body that could be left out is required",
        lambda d: _body(d, "/api/wallets/refresh-all").update(required=True),
        "refresh-all/post/requestBody",
    ),
    (
        "breaking",
        "a request's media type is gone",
        lambda d: _body(d, SCHEDULE)["content"].update(
            {"application/cbor": _body(d, SCHEDULE)["content"].pop("application/json")}
        ),
        "funding~1schedule/post/requestBody",
    ),
    (
        "breaking",
        "a parameter is another's place",
        lambda d: _parameter(d, "MaxPoints").update({"in": "header"}),
        "MaxPoints",
    ),
    ("breaking", "a minimum is higher", lambda d: _parameter(d, "MaxPoints")["schema"].update(minimum=40), "MaxPoints"),
    (
        "breaking",
        "a status is gone",
        lambda d: _operation(d, "/api/wallets/launches/record", "post")["responses"].pop("200"),
        "launches~1record",
    ),
    (
        "breaking",
        "an answer's field is a list now",
        _replace("TagTotal", "wallets", {"type": "array", "items": {"type": "string"}}),
        "TagTotal/properties/wallets",
    ),
    # Risky.
    ("risky", "another group", lambda d: _operation(d, SUMMARY, "get").update(tags=["core"]), "group-changed"),
    ("risky", "a relation is gone", lambda d: schemas(d)["TokenHolding"]["x-relations"].popitem(), "relation-removed"),
    (
        "risky",
        "a relation is another",
        lambda d: schemas(d)["TokenChange"]["x-relations"].update(not_zero="amount != '1'"),
        "relation-removed",
    ),
    # Compatible.
    (
        "compatible",
        "a request-only pattern is looser",
        lambda d: schemas(d)["RequestSolAmount"].update(pattern="^.*$"),
        "",
    ),
    (
        "compatible",
        "a request-only pattern is gone",
        lambda d: _parameter(d, "IdempotencyKey")["schema"].pop("pattern"),
        "",
    ),
    (
        "compatible",
        "an answer's pattern is tighter",
        lambda d: schemas(d)["CalendarDay"].update(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
        "",
    ),
    (
        "compatible",
        "an answer's pattern, written another way",
        lambda d: schemas(d)["AuditId"].update(pattern="^aud_(?:[a-f]|[0-9]){32}$"),
        "",
    ),
    (
        "compatible",
        "an answer is never null",
        _replace(
            "LaunchInfo",
            "signature",
            {"$ref": f"{_REF}TransactionSignature", "description": "The transaction that launched it, or null."},
        ),
        "",
    ),
    (
        "compatible",
        "null, written as oneOf",
        _replace(
            "CachePart",
            "last_error",
            {"description": "Why the last attempt failed.", "oneOf": [_NULL, {"$ref": f"{_REF}CacheError"}]},
        ),
        "",
    ),
    (
        "compatible",
        "null, written as anyOf",
        _replace("ImportWallet", "label", {"anyOf": [{"type": "string", "maxLength": 500}, _NULL]}),
        "",
    ),
    (
        "compatible",
        "null, written as a type",
        _replace(
            "AuditEntry",
            "request_id",
            {"type": ["string", "null"], "minLength": 1, "maxLength": 128, "pattern": r"^[\x21-\x7e]+$"},
        ),
        "",
    ),
    (
        "compatible",
        "a request may be null",
        _replace(
            "CompleteScheduledFundingRequest", "signature", {"anyOf": [{"$ref": f"{_REF}TransactionSignature"}, _NULL]}
        ),
        "",
    ),
    (
        "compatible",
        "a lower role is enough",
        lambda d: _operation(d, WALLETS, "post").update(security=_secured("read")),
        "",
    ),
    (
        "compatible",
        "the inherited security, said",
        lambda d: _operation(d, WALLETS, "get").update(security=_secured("read")),
        "",
    ),
    (
        "compatible",
        "security the other way round",
        lambda d: _operation(d, SCHEDULE, "post").update(security=_secured("operate")[::-1]),
        "",
    ),
    ("compatible", "a protected operation is public", lambda d: _operation(d, SUMMARY, "get").update(security=[]), ""),
    (
        "compatible",
        "one more credential",
        lambda d: _operation(d, "/api/wallets/tags", "get").update(security=[*_secured("read"), {"Mutual": []}]),
        "",
    ),
    ("compatible", "a body's limit is higher", lambda d: _body(d, IMPORT).update({"x-body-limit": 8_388_608}), ""),
    (
        "compatible",
        "a new relation",
        lambda d: schemas(d)["FundingTransaction"]["x-relations"].update(positive="number(amount_lamports) > 0"),
        "",
    ),
    ("compatible", "a further tag", lambda d: _operation(d, "/api/wallets/me", "get")["tags"].append("core"), ""),
    (
        "compatible",
        "a const for an enum of one",
        lambda d: schemas(d)["HealthStatus"]["properties"].update(status={"type": "string", "const": "ok"}),
        "",
    ),
    (
        "compatible",
        "allOf around one",
        _replace("RefreshWalletResponse", "outcome", {"allOf": [{"$ref": f"{_REF}RefreshOutcome"}]}),
        "",
    ),
    ("compatible", "fewer values in an answer", lambda d: schemas(d)["ImportOutcome"]["enum"].remove("exists"), ""),
    (
        "compatible",
        "a lower maximum in an answer",
        lambda d: schemas(d)["Slot"].update(maximum=9_000_000_000_000_000),
        "",
    ),
    (
        "compatible",
        "an optional header is always sent",
        lambda d: d["components"]["headers"]["Preference-Applied"].update(required=True),
        "",
    ),
)
