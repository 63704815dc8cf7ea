"""The product's operations are there as promised, and every operation declares the statuses and headers that it must.

The table is what was promised; an operation that is added later keeps the rules below it without an entry here.
"""

from __future__ import annotations

import re

import pytest

from server.problems import TABLE
from tests.contract_file.document import COMPONENTS, DOCUMENT, OPERATIONS, SCHEMAS, Operation, resolve, walk

# tag, method, path, operation, successes, problems of its own
PRODUCT = """
core      GET     /                                     listWallets            200,304  400
core      GET     /{wallet_address}                     getWallet              200,304  404
core      POST    /                                     createWallet           201      409
core      PUT     /{wallet_address}                     updateWallet           200      404,412
core      POST    /edit                                 editWallets            200      409
core      DELETE  /{wallet_address}                     deleteWallet           204      404,409,412
refresh   POST    /{wallet_address}/refresh             refreshWallet          200      404,409,429,502,504
refresh   POST    /refresh-all                          refreshAllWallets      200,202  409
funding   GET     /funding/scheduled                    listScheduledFunding   200,304  400
funding   POST    /funding/schedule                     scheduleFunding        201      409
funding   DELETE  /funding/{schedule_id}                cancelScheduledFunding 204      404,409
funding   GET     /funding/{schedule_id}                getScheduledFunding      200    404
funding   PUT     /funding/{schedule_id}                updateScheduledFunding   200    404,409
funding   POST    /funding/{schedule_id}/complete       completeScheduledFunding 200    404,409
launch    PUT     /launches/records/{launch_id}         updateLaunch           200      404,409
launch    DELETE  /launches/records/{launch_id}         deleteLaunch           204      404
launch    GET     /launches                             listLaunches           200,304  400
launch    GET     /launches/{wallet_address}            listWalletLaunches     200,304  400
launch    POST    /launches/record                      recordLaunch           200,201  409
portfolio GET     /portfolio/summary                    getPortfolioSummary    200,304  -
portfolio GET     /portfolio/tokens                     listPortfolioTokens    200,304  400
portfolio GET     /portfolio/tokens/{mint_address}/wallets listTokenHolders   200,304  400
supporting GET    /attention                            getAttention           200,304  -
supporting GET    /tags                                 listTags               200,304  400
portfolio GET     /portfolio/launches                   getLaunchAnalytics     200,304  -
refresh   GET     /refresh-operations                        listRefreshOperations  200,304 400
refresh   GET     /refresh-estimate                          estimateRefresh        200 -
refresh   GET     /refresh-operations/{operation_id}         getRefreshOperation    200 404
refresh   GET     /refresh-operations/{operation_id}/results listRefreshResults     200,304 400,404
refresh   GET     /refresh-operations/{operation_id}/events  streamRefreshEvents    200 404
refresh   POST    /refresh-operations/{operation_id}/cancel  cancelRefreshOperation 200 404,409
portfolio GET     /portfolio/history                    getPortfolioHistory    200,304  -
core      GET     /{wallet_address}/history             getWalletHistory       200,304  404
core      GET     /{wallet_address}/activity            listWalletActivity     200,304  400,404
supporting GET    /me                                   getCaller              200      -
supporting GET    /audit                                listAuditEntries       200,304  400
supporting GET    /export                               exportWallets          200      -
supporting POST   /import                               importWallets          200      409
"""
SUPPORTING = {
    "listTokenHolders",
    "getAttention",
    "listTags",
    "editWallets",
    "getScheduledFunding",
    "updateScheduledFunding",
    "completeScheduledFunding",
    "updateLaunch",
    "deleteLaunch",
    "listRefreshOperations",
    "estimateRefresh",
    "getCaller",
    "getRefreshOperation",
    "listRefreshResults",
    "streamRefreshEvents",
    "cancelRefreshOperation",
    "getWalletHistory",
    "getPortfolioHistory",
    "listWalletActivity",
    "listAuditEntries",
    "exportWallets",
    "importWallets",
    "getHealth",
    "getReadiness",
}
ALWAYS = {"401", "403", "422", "500", "503"}
WITH_A_BODY = {"400", "413", "415"}
SUCCESSES = {"200", "201", "202", "204", "304"}
OF_SOME = {"400", "404", "409", "412", "429", "502", "504"}
ROWS = [line.split() for line in PRODUCT.strip().splitlines()]
WALLET_OPERATIONS = [one for one in OPERATIONS.values() if one.tag != "server"]
GROUPS = {"core", "refresh", "funding", "launch", "portfolio", "supporting"}


def _headers(operation: Operation, status: str) -> dict[str, bool]:
    """The headers of an answer, and whether each is always sent."""
    found = operation.responses[status]["headers"]
    return {name: resolve(header)["required"] for name, header in found.items()}


def test_the_operations_are_those_of_the_product() -> None:
    declared = {(one.tag, one.method.upper(), one.path, one.id) for one in WALLET_OPERATIONS}
    assert declared >= {(tag, method, f"/api/wallets{path.rstrip('/')}", name) for tag, method, path, name, *_ in ROWS}
    assert len([row for row in ROWS if row[3] not in SUPPORTING]) == 16


def test_literal_paths_stand_before_templates() -> None:
    # Tools that are made from the file take the first path that fits.
    paths = list(DOCUMENT["paths"])
    for number, path in enumerate(paths):
        pattern = re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)))
        assert [later for later in paths[number + 1 :] if pattern.fullmatch(later)] == [], path


def test_the_groups_are_the_tags() -> None:
    assert {tag["name"] for tag in DOCUMENT["tags"]} == {*GROUPS, "server"}
    assert {one.tag for one in OPERATIONS.values()} == {*GROUPS, "server"}
    assert [one.id for one in OPERATIONS.values() if len(one.raw["tags"]) != 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[3])
def test_an_operation_declares_its_statuses_and_no_others(row: list[str]) -> None:
    operation = OPERATIONS[row[3]]
    successes = set(row[4].split(","))
    own = set(row[5].split(",")) - {"-"}
    body = WITH_A_BODY if "requestBody" in operation.raw else set()
    assert operation.responses.keys() == successes | own | ALWAYS | body


@pytest.mark.parametrize("operation", WALLET_OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_declares_what_can_always_happen(operation: Operation) -> None:
    needed = ALWAYS | (WITH_A_BODY if "requestBody" in operation.raw else set())
    assert needed <= operation.responses.keys() <= needed | SUCCESSES | OF_SOME


def test_health_declares_what_can_happen_to_it() -> None:
    # Neither asks for credentials, and only readiness depends on anything.
    assert OPERATIONS["getHealth"].responses.keys() == {"200", "422"}  # nothing in it can fail
    assert OPERATIONS["getReadiness"].responses.keys() == {"200", "422", "500", "503"}
    assert [OPERATIONS[one].path for one in ("getHealth", "getReadiness")] == ["/healthz", "/readyz"]
    assert all(OPERATIONS[one].raw["security"] == [] for one in ("getHealth", "getReadiness"))


def test_there_is_no_default_response() -> None:
    # It would make every wrong status a declared one.
    assert [one.id for one in OPERATIONS.values() if "default" in one.responses] == []


def test_every_post_takes_an_idempotency_key_and_declares_the_conflict() -> None:
    posts = [one for one in OPERATIONS.values() if one.method == "post"]
    assert posts
    for one in posts:
        assert ("header", "Idempotency-Key") in one.parameters, one.id
        codes = _codes(one.responses["409"])
        assert {"idempotency_key_reused", "idempotency_key_in_use"} <= codes, one.id
    assert [
        one.id
        for one in OPERATIONS.values()
        if one.method != "post" and ("header", "Idempotency-Key") in one.parameters
    ] == []


def test_header_parameters_stand_where_they_mean_something() -> None:
    for one in OPERATIONS.values():
        takes = {name for place, name in one.parameters if place == "header"}
        media_types = {kind for response in one.successes.values() for kind in response.get("content", ())}
        accepted = "202" in one.responses
        assert ("If-Match" in takes) == ("412" in one.responses), one.id
        assert ("If-None-Match" in takes) == ("304" in one.responses), one.id
        assert ("Last-Event-ID" in takes) == ("text/event-stream" in media_types), one.id
        assert ("Prefer" in takes) == accepted, one.id
        assert takes <= {"If-Match", "If-None-Match", "Last-Event-ID", "Prefer", "Idempotency-Key"}, one.id


def test_lists_take_a_page_and_answer_one() -> None:
    for one in OPERATIONS.values():
        if "400" in one.responses and one.method == "get":
            size = one.parameters["query", "page_size"]["schema"]
            assert (size["minimum"], size["maximum"], size["default"]) == (1, 200, 50), one.id
            assert ("query", "page_token") in one.parameters, one.id
            page = resolve(one.responses["200"]["content"]["application/json"]["schema"])
            assert {"items", "next_page_token", "total_size"} <= page["properties"].keys(), one.id
        else:
            assert ("query", "page_token") not in one.parameters, one.id
        # schemathesis.toml knows lists by their names.
        assert one.id.startswith("list") == (("query", "page_token") in one.parameters), one.id


def test_wallets_are_sorted_by_age_unless_told_otherwise() -> None:
    one = OPERATIONS["listWallets"]
    assert one.parameters["query", "sort"]["schema"]["default"] == "created_at"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_answer_declares_its_headers(operation: Operation) -> None:
    for status in operation.responses:
        expected = {"X-Request-Id": True, "X-Backend": True}
        if operation.method == "get" and status < "400":
            expected["Cache-Control"] = True
        if operation.id in {"getWallet", "createWallet", "updateWallet", "refreshWallet"} and status < "400":
            expected["ETag"] = True
        if "304" in operation.responses and status < "400":
            expected["ETag"] = True
        if operation.id in {"createWallet", "refreshAllWallets"} and status < "400":
            expected["Location"] = True
        if ("header", "Prefer") in operation.parameters and status < "400":
            expected["Preference-Applied"] = False
        if status in {"429", "503"}:
            expected["Retry-After"] = True
        if status == "401":
            expected["WWW-Authenticate"] = True
        declared = _headers(operation, status)
        of_some = {"ETag", "Location", "Content-Disposition"} if status < "400" else set()
        assert {name: sent for name, sent in declared.items() if name in expected} == expected, status
        assert declared.keys() - expected.keys() <= of_some, status


def test_the_servers_own_answers_are_described() -> None:
    responses = COMPONENTS["responses"]
    assert _codes(responses["RouteNotFound"]) == {"route_not_found"}
    assert _codes(responses["MethodNotAllowed"]) == {"method_not_allowed"}
    assert "Allow" in responses["MethodNotAllowed"]["headers"]


def _codes(response: dict[str, object]) -> set[str]:
    return {
        code
        for _, node in walk(response)
        if isinstance(node, dict) and isinstance(node.get("code"), dict)
        for code in node["code"].get("enum", [])
    }


def test_every_problem_is_narrowed_to_the_codes_of_its_status() -> None:
    for operation in OPERATIONS.values():
        for status, response in operation.responses.items():
            if status < "400":
                continue
            assert set(response["content"]) == {"application/problem+json"}
            codes = _codes(response)
            assert codes, f"{operation.id} {status}"
            for code in codes:
                kind = next(kind for known, kind in TABLE.items() if known == code)
                assert kind.status == int(status), f"{operation.id} {status} {code}"


def test_every_code_comes_with_some_answer() -> None:
    declared = {code for response in COMPONENTS["responses"].values() for code in _codes(response)}
    assert declared == set(SCHEMAS["ProblemCode"]["enum"])


def test_credentials_are_declared_and_needed() -> None:
    for one in OPERATIONS.values():
        role = "read" if one.method == "get" else "operate"
        security = one.raw.get("security", DOCUMENT["security"])
        assert security == ([] if one.tag == "server" else [{"ApiKey": [role]}, {"FirebaseIdToken": [role]}]), one.id
    schemes = COMPONENTS["securitySchemes"]
    assert (schemes["ApiKey"]["in"], schemes["ApiKey"]["name"]) == ("header", "X-API-Key")
    assert schemes["FirebaseIdToken"]["scheme"] == "bearer"


def test_every_component_is_used() -> None:
    references = ("$ref", "x-line-schema")  # a reference proper may stand only where OpenAPI has one
    used = {node[name] for _, node in walk(DOCUMENT) if isinstance(node, dict) for name in references if name in node}
    declared = {
        f"#/components/{kind}/{name}"
        for kind, components in COMPONENTS.items()
        if kind != "securitySchemes"
        for name in components
    }
    own = {"#/components/responses/RouteNotFound", "#/components/responses/MethodNotAllowed"}
    assert declared - used == own
