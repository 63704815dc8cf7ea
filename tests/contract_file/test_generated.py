"""The models are those that the contract makes, and the contract pleases its linters."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel

import generated_models
from server.contract.formats import FORMATS
from server.contract.schemas import STANDARD_FORMATS
from tests.contract_file.document import DOCUMENT, ROOT, SCHEMAS

REDOCLY = ROOT / "node_modules" / ".bin" / "redocly"


def test_the_models_have_not_drifted() -> None:
    codegen = Path(sys.executable).parent / "datamodel-codegen"
    done = subprocess.run([codegen, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + "\nRun `make generate`."


def test_there_is_a_model_for_every_schema() -> None:
    for name, schema in SCHEMAS.items():
        model = getattr(generated_models, name)
        if "enum" in schema:
            assert issubclass(model, StrEnum)
            assert [member.value for member in model] == schema["enum"]
        elif "properties" in schema:
            assert issubclass(model, BaseModel)
            assert model.model_config["extra"] == "forbid"
            assert model.model_config["frozen"] is True
            assert list(model.model_fields) == list(schema["properties"])


def test_a_member_of_an_enum_is_called_what_its_value_is() -> None:
    for name, schema in SCHEMAS.items():
        if "enum" in schema:
            for member in getattr(generated_models, name):
                # `real` is an attribute of numbers, so the generator avoids it.
                assert member.name.removesuffix("_") == member.value.replace("-", "_")


def test_instants_and_amounts_stay_text() -> None:
    launch = generated_models.ScheduleFundingRequest.model_validate(
        {"wallet_address": "1" * 32, "amount_sol": "1.50", "scheduled_for": "2026-11-25T09:00:00Z"}
    )
    assert (launch.amount_sol, launch.scheduled_for) == ("1.50", "2026-11-25T09:00:00Z")


def test_the_validator_accepts_the_contract() -> None:
    errors = OpenAPIV31SpecValidator(cast("Any", DOCUMENT)).iter_errors()
    assert [error.message for error in errors] == []


@pytest.mark.skipif(not REDOCLY.exists(), reason="the linter needs Node.js: make install")
def test_the_linter_accepts_the_contract() -> None:
    done = subprocess.run(
        [REDOCLY, "lint", "--format=json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "REDOCLY_TELEMETRY": "off"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"warnings": 0' in done.stdout, done.stdout


def test_every_format_is_text_in_the_models() -> None:
    """What a contract may say must not turn into a type that is written in another form (a URL, a datetime)."""
    settings = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["tool"]["datamodel-codegen"]
    for name in (*STANDARD_FORMATS, *FORMATS):
        assert f"string+{name}=string" in settings["type-mappings"]
