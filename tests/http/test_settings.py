"""One clear message, which names the variable, for everything that is missing, misspelt or contradictory."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server.composition import build_access
from server.settings import Settings, SettingsError, asks_for_telemetry, load_settings

ROOT = Path(__file__).parent.parent.parent

REAL = {"WALLET_BACKEND": "real", "SOLANA_RPC_URL": "https://rpc.example/?api-key=canary", "GOOGLE_CLOUD_PROJECT": "p"}
SQLITE = {"WALLET_BACKEND": "real", "SOLANA_RPC_URL": "https://rpc.example", "WALLET_STORE": "sqlite"}


def _load(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_the_defaults_are_a_mock_on_the_loopback() -> None:
    settings = load_settings()
    assert settings.wallet_backend == "mock"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.cors_origins == ("*",)
    assert settings.checks_responses
    assert settings.refresh_cooldown == 0


def test_the_settings_of_real_mode_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(
        monkeypatch,
        REAL | {"WALLET_MOCK_GROUPS": "funding, launch", "SOLANA_RPC_METHOD_RPS": "getTransaction=4,getBalance=0.5"},
    )
    assert settings.wallet_mock_groups == ("funding", "launch")
    assert settings.solana_rpc_method_rps == {"getTransaction": 4, "getBalance": 0.5}
    assert settings.cors_origins == ()
    assert not settings.checks_responses
    assert settings.refresh_cooldown == 10
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings.model_dump())


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"WALLET_BACKEND": "real"}, "SOLANA_RPC_URL is missing"),
        ({**REAL, "GOOGLE_CLOUD_PROJECT": ""}, "GOOGLE_CLOUD_PROJECT is missing"),
        ({"WALLET_BACKEND": "real", "SOLANA_RPC_URL": "https://x.example"}, "GOOGLE_CLOUD_PROJECT is missing"),
        ({**REAL, "FIRESTORE_EMULATOR_HOST": "http://localhost:8080"}, "FIRESTORE_EMULATOR_HOST is host:port"),
        ({**REAL, "FIRESTORE_EMULATOR_HOST": "localhost"}, "FIRESTORE_EMULATOR_HOST is host:port"),
        ({**REAL, "SOLANA_RPC_URL": "rpc.example?api-key=canary"}, "SOLANA_RPC_URL is an http:// or https:// URL"),
        ({"WALLET_CLOCK_FILE": "clock", "HOST": "0.0.0.0"}, "WALLET_CLOCK_FILE is for tests"),
        (
            {**REAL, "WALLET_CLOCK_FILE": "c", "WALLET_QUEUE_URL": "nats://x:4222"},
            "WALLET_CLOCK_FILE and WALLET_QUEUE_URL",
        ),
        ({**REAL, "SOLANA_RPC_URL": "https://[canary/"}, "SOLANA_RPC_URL is an http:// or https:// URL"),
        ({**REAL, "SOLANA_RPC_URL": "https://rpc.example:canary/"}, "SOLANA_RPC_URL is an http:// or https:// URL"),
        (
            {**REAL, "SOLANA_RPC_URL": "https://rpc.example:99999/canary"},
            "SOLANA_RPC_URL is an http:// or https:// URL",
        ),
        ({**REAL, "SOLANA_RPC_URL": ""}, "SOLANA_RPC_URL is missing"),
        ({**REAL, "WALLET_SQLITE_PATH": "x.sqlite3"}, "WALLET_SQLITE_PATH is set, but WALLET_STORE=firestore"),
        (
            {**SQLITE, "WALLET_SQLITE_PATH": "/no/such/place/x.sqlite3"},
            "WALLET_SQLITE_PATH names a file in a directory",
        ),
        ({**REAL, "WALLET_CORS_ORIGINS": "*"}, "WALLET_CORS_ORIGINS is a list of origins"),
        ({"WALLET_CORS_ORIGINS": "example.com"}, "WALLET_CORS_ORIGINS: 'example.com' is not an origin"),
        ({"WALLET_CORS_ORIGINS": "https://example.com/"}, "WALLET_CORS_ORIGINS: 'https://example.com/' is not"),
        ({**REAL, "WALLET_MOCK_GROUPS": "core"}, "WALLET_MOCK_GROUPS: "),
        ({**REAL, "WALLET_MOCK_GROUPS": "launches"}, "WALLET_MOCK_GROUPS: "),
        ({"WALLET_BACKEND": "fake"}, "WALLET_BACKEND: Input should be 'mock' or 'real'"),
        ({"WALLET_STORE": "postgres"}, "WALLET_STORE: "),
        ({"WALLET_CACHE_TTL": "soon"}, "WALLET_CACHE_TTL: "),
        ({"WALLET_CACHE_TTL": "0"}, "WALLET_CACHE_TTL: "),
        ({"WALLET_CACHE_TTL": "1e-9"}, "WALLET_CACHE_TTL: "),
        ({"WALLET_CACHE_TTL": "1e11"}, "WALLET_CACHE_TTL: "),
        ({"WALLET_PORTFOLIO_TTL": "inf"}, "WALLET_PORTFOLIO_TTL: "),
        ({"WALLET_HISTORY_SWEEP": "1e300"}, "WALLET_HISTORY_SWEEP: "),
        ({"PORT": "99999"}, "PORT: "),
        ({"WALLET_SEED": " "}, "WALLET_SEED is set but blank"),
        ({"SOLANA_RPC_METHOD_RPS": "4"}, "SOLANA_RPC_METHOD_RPS is a list such as"),
        ({"SOLANA_RPC_METHOD_RPS": "getBalance=0"}, "SOLANA_RPC_METHOD_RPS: "),
        ({"WALLET_BACKENDS": "mock"}, "WALLET_BACKENDS is not a setting; did you mean WALLET_BACKEND?"),
        ({"WALLET_ZZZZ": "1"}, "WALLET_ZZZZ is not a setting"),
        ({"SOLANA_RPC_URI": "x"}, "SOLANA_RPC_URI is not a setting; did you mean SOLANA_RPC_URL?"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_told_by_name_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        _load(monkeypatch, environment)
    assert str(raised.value).startswith(message)
    assert "canary" not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_sqlite_needs_nothing_but_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _load(monkeypatch, SQLITE).wallet_sqlite_path == Path("wallets.sqlite3")


def test_an_emulator_needs_no_project(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**SQLITE, "WALLET_STORE": "firestore", "FIRESTORE_EMULATOR_HOST": "[::1]:8080"}
    assert _load(monkeypatch, environment).firestore_project == "wallet-orchestrator"


def test_options_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WALLET_SEED", "1")
    monkeypatch.setenv("PORT", "1234")
    settings = load_settings({"wallet_seed": 7, "port": None})
    assert (settings.wallet_seed, settings.port) == (7, 1234)


def test_every_setting_is_described() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wallet_cli.main", *arguments],
        capture_output=True,
        text=True,
        timeout=20,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "100", **environment},
        cwd=ROOT,
    )


def test_the_command_says_it_in_one_line() -> None:
    done = _run("serve", "--backend", "real")
    assert done.returncode == 2
    assert done.stderr == (
        "wallet-orchestrator: SOLANA_RPC_URL is missing: WALLET_BACKEND=real reads the chain through it\n"
    )


def test_help_is_worth_reading() -> None:
    done = _run("serve", "--help")
    for word in ("--backend", "--seed", "--wallets", "--world", "--host", "--port", "WALLET_SEED", "SOLANA_RPC_URL"):
        assert word in done.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, wallet_cli.main; "
        "print([m for m in ('fastapi', 'pydantic', 'backends', 'uvicorn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_port_in_use_is_told_without_a_traceback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = _run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "is in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_contract_that_can_not_be_honoured_is_told_in_one_line() -> None:
    code = (
        "import server.main as m\n"
        "from server.settings import Settings\n"
        "from server.contract import ContractError\n"
        "def broken(): raise ContractError('openapi.yaml: line 3: no')\n"
        "m.load_contract = broken; m.serve(Settings(port=0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr == "wallet-orchestrator: openapi.yaml: line 3: no\n"


OPEN = {**SQLITE, "HOST": "0.0.0.0"}


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (SQLITE, "WALLET_API_KEYS_FILE is missing"),
        ({**SQLITE, "WALLET_AUTH": "on"}, "WALLET_API_KEYS_FILE is missing"),
        (OPEN, "WALLET_API_KEYS_FILE is missing"),
        ({**OPEN, "WALLET_AUTH": "off"}, "WALLET_AUTH=off is accepted on a loopback address only"),
        ({**OPEN, "WALLET_AUTH": "off", "HOST": "192.168.0.7"}, "WALLET_AUTH=off is accepted on a loopback"),
        ({**OPEN, "WALLET_AUTH": "off", "HOST": "wallets.example"}, "WALLET_AUTH=off is accepted on a loopback"),
        ({**SQLITE, "WALLET_API_KEYS_FILE": "/no/such/file"}, "WALLET_API_KEYS_FILE can't be read"),
        (
            {**REAL, "HOST": "0.0.0.0", "FIRESTORE_EMULATOR_HOST": "localhost:8080"},
            "FIRESTORE_EMULATOR_HOST is set, but HOST is no loopback address",
        ),
        ({**REAL, "FIREBASE_AUTH_EMULATOR_HOST": "localhost:9099"}, "FIREBASE_AUTH_EMULATOR_HOST turns signatures off"),
    ],
    ids=str,
)
def test_what_would_let_anybody_in(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], message: str) -> None:
    settings = _load(monkeypatch, environment)
    with pytest.raises(SettingsError) as raised:
        build_access(settings)
    assert str(raised.value).startswith(message)
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("environment", "auth"),
    [
        ({}, False),
        ({"HOST": "::1"}, False),
        ({"HOST": "127.1.2.3"}, False),
        ({"HOST": "localhost"}, False),
        ({"HOST": "0.0.0.0"}, True),
        ({"HOST": "::"}, True),
        ({"HOST": "0.0.0.0", "WALLET_AUTH": "off"}, False),
        ({"HOST": "0.0.0.0", "FIRESTORE_EMULATOR_HOST": "x:1", "FIREBASE_AUTH_EMULATOR_HOST": "x:2"}, True),
        ({"WALLET_AUTH": "on"}, True),
        ({**SQLITE, "WALLET_AUTH": "off"}, False),
        ({**SQLITE, "WALLET_AUTH": "off", "FIRESTORE_EMULATOR_HOST": "localhost:8080"}, False),
        ({**SQLITE, "WALLET_FIREBASE_PROJECT": "p"}, True),
        ({**REAL, "HOST": "0.0.0.0"}, True),
        ({**REAL, "HOST": "0.0.0.0", "FIRESTORE_EMULATOR_HOST": "x:1", "WALLET_DEVELOPMENT": "1"}, True),
    ],
    ids=str,
)
def test_mode_and_host_tell_whether_credentials_are_needed(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], auth: bool
) -> None:
    settings = _load(monkeypatch, environment)
    settings.check_access()
    assert settings.auth is auth
    assert settings.firebase_project == (settings.wallet_firebase_project or settings.google_cloud_project)


def test_the_mock_knows_no_firebase_users(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(monkeypatch, {"WALLET_AUTH": "on", "GOOGLE_CLOUD_PROJECT": "p"})
    assert settings.firebase_project is None


def test_a_server_that_anybody_could_reach_does_not_start() -> None:
    environment = {**OPEN, "WALLET_AUTH": "off", "WALLET_SQLITE_PATH": "/tmp/never-made.sqlite3"}
    done = _run("serve", **environment)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("wallet-orchestrator: WALLET_AUTH=off is accepted on a loopback")


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As compose files and CI write what they leave out."""
    unset = load_settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")
    assert load_settings() == unset
    monkeypatch.setenv("OTEL_SDK_DISABLED", "")
    assert not asks_for_telemetry()
