"""Changes of the contract, planted one at a time: ten that break clients and more, ten that don't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Change = Callable[[Document], None]

WALLETS = "/api/wallets"
WALLET = "/api/wallets/{wallet_address}"


def schemas(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def _list_parameters(document: Document) -> list[Any]:
    found: list[Any] = document["paths"][WALLETS]["get"]["parameters"]
    return found


def _drop_field(document: Document) -> None:
    wallet = schemas(document)["WalletInfo"]
    del wallet["properties"]["label"]
    wallet["required"].remove("label")


def _text_for_a_number(document: Document) -> None:
    schemas(document)["WalletInfo"]["properties"]["launch_count"] = {"type": "string"}


def _other_media_type(document: Document) -> None:
    content = document["paths"][WALLET]["get"]["responses"]["200"]["content"]
    content["application/hal+json"] = content.pop("application/json")


def _nullable(document: Document) -> None:
    field = {"anyOf": [{"$ref": "#/components/schemas/TokenName"}, {"type": "null"}]}
    schemas(document)["LaunchInfo"]["properties"]["token_name"] = field


def _other_status(document: Document) -> None:
    responses = document["paths"][WALLETS]["post"]["responses"]
    responses["200"] = responses.pop("201")


def _require(document: Document) -> None:
    wallet = schemas(document)["CreateWalletRequest"]
    wallet["properties"]["owner"] = {"type": "string", "maxLength": 9}
    wallet["required"].append("owner")


def _drop_event(document: Document) -> None:
    path = "/api/wallets/refresh-operations/{operation_id}/events"
    del document["paths"][path]["get"]["responses"]["200"]["content"]["text/event-stream"]["x-event-data"]["result"]


BREAKING: dict[str, tuple[Change, str]] = {
    # Each with what the report's line has.
    "an operation is gone": (
        lambda d: d["paths"]["/api/wallets/portfolio/tokens"].pop("get"),
        "`GET /api/wallets/portfolio/tokens` was removed",
    ),
    "an operation has another id": (
        lambda d: d["paths"][WALLETS]["get"].update(operationId="listAllWallets"),
        "'listWallets' to 'listAllWallets'",
    ),
    "an answer's field is gone": (_drop_field, "`label` of `wallet` was removed"),
    "an answer's field may be null": (_nullable, "token_name It may be null now"),
    "an answer's field has another type": (_text_for_a_number, "`launch_count` widened from 'integer' to 'string'"),
    "an answer's enum has more values": (
        lambda d: schemas(d)["ProblemCode"]["enum"].append("teapot"),
        "gained values: 'teapot'",
    ),
    "an answer has another status": (_other_status, "Response `201` became `200`"),
    "a header is gone": (
        lambda d: d["paths"][WALLET]["get"]["responses"]["200"]["headers"].pop("ETag"),
        "Response header `ETag` was removed",
    ),
    "a header may be missing": (
        lambda d: d["components"]["headers"]["ETag"].update(required=False),
        "The header ETag may be missing now",
    ),
    "a request has a new required field": (_require, "`CreateWalletRequest` became required: `owner`"),
    "a request's enum is narrower": (
        lambda d: schemas(d)["RefreshScope"]["enum"].remove("never"),
        "lost values: 'never'",
    ),
    "a parameter is gone": (lambda d: _list_parameters(d).pop(0), "query parameter was removed"),
    "a parameter's maximum is lower": (
        lambda d: d["components"]["parameters"]["PageSize"]["schema"].update(maximum=9),
        "changed from '<= 200' to '<= 9'",
    ),
}

MORE_BREAKING: dict[str, Change] = {
    "a path is another": lambda d: d["paths"].update({"/api/sums": d["paths"].pop("/api/wallets/portfolio/summary")}),
    "an answer's field may be missing": lambda d: schemas(d)["LaunchInfo"]["required"].remove("launched_at"),
    "an answer's pattern is looser": lambda d: schemas(d)["Lamports"].update(pattern="^[0-9]+$"),
    "an answer has another media type": _other_media_type,
    "a request's field is required": lambda d: schemas(d)["ScheduleFundingRequest"]["required"].append("note"),
    "a request's field is gone": lambda d: schemas(d)["CreateWalletRequest"]["properties"].pop("notes"),
    "a request's text must be shorter": lambda d: schemas(d)["Tag"].update(maxLength=8),
    "a parameter is required": lambda d: _list_parameters(d)[0].update(required=True),
    "an event is gone": _drop_event,
    "a credential is needed": lambda d: d.update(security=[{"ApiKey": []}]),
}


def _add_operation(document: Document) -> None:
    answer = {"204": {"description": "Nothing."}}
    document["paths"]["/api/wallets/new"] = {"get": {"operationId": "getNew", "responses": answer}}


def _extract_component(document: Document) -> None:
    fields = schemas(document)["WalletInfo"]["properties"]
    schemas(document)["Tags"] = fields["tags"]
    fields["tags"] = {"$ref": "#/components/schemas/Tags"}


def _new_header(document: Document) -> None:
    headers = document["paths"][WALLETS]["get"]["responses"]["200"]["headers"]
    headers["X-New"] = {"schema": {"type": "string"}, "required": True}


COMPATIBLE: dict[str, Change] = {
    "other words": lambda d: schemas(d)["WalletInfo"].update(description="A wallet."),
    "another example": lambda d: d["components"]["examples"]["Launch"].update(summary="Another"),
    "a new operation": _add_operation,
    "a new optional parameter": lambda d: _list_parameters(d).append(
        {"name": "colour", "in": "query", "schema": {"type": "string"}}
    ),
    "a new optional field in a request": lambda d: schemas(d)["CreateWalletRequest"]["properties"].update(
        colour={"type": "string", "maxLength": 9}
    ),
    "a new header": _new_header,
    "a higher maximum in a request": lambda d: d["components"]["parameters"]["PageSize"]["schema"].update(maximum=999),
    "more values in a request": lambda d: schemas(d)["WalletSort"]["enum"].append("launch_count"),
    "a body that was required may be left out": lambda d: d["paths"]["/api/wallets/funding/schedule"]["post"][
        "requestBody"
    ].update(required=False),
    "a component of its own": _extract_component,
    "another order": lambda d: schemas(d)["WalletInfo"]["required"].reverse(),
    "a stricter answer": lambda d: schemas(d)["Lamports"].update(maxLength=19),
}

RISKY: dict[str, tuple[Change, str]] = {
    "another default": (
        lambda d: d["components"]["parameters"]["PageSize"]["schema"].update(default=20),
        "default-changed",
    ),
    "a longer text in an answer": (lambda d: schemas(d)["ChainTokenName"].update(maxLength=640), "answer-limit-looser"),
    "a new field in a closed answer": (
        lambda d: schemas(d)["WalletInfo"]["properties"].update(colour={"type": "string"}),
        "answer-field-added",
    ),
    "a new status": (
        lambda d: d["paths"][WALLET]["get"]["responses"].update({"418": {"description": "A teapot."}}),
        "answer-status-added",
    ),
    "a link is gone": (
        lambda d: d["paths"][WALLETS]["post"]["responses"]["201"]["links"].popitem(),
        "link-removed",
    ),
    "deprecation": (lambda d: d["paths"][WALLETS]["get"].update(deprecated=True), "deprecated"),
}
