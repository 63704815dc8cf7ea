"""What fuzzes the chain's answers must itself stay small: a mutation is not in the next one."""

from __future__ import annotations

import json
import random

import pytest

from tests.support import mutating_rpc, rpc_world
from tests.support.mutating_rpc import mutated

_ANSWER = rpc_world.transaction_between(rpc_world.SIGNATURE, rpc_world.SENDER, rpc_world.OWNER)


@pytest.mark.parametrize("seed", [1, 2])
def test_mutations_do_not_grow_from_one_to_the_next(seed: int) -> None:
    some = random.Random(seed)
    material = json.dumps(mutating_rpc._OTHERS)
    sizes = [len(json.dumps(mutated(some, _ANSWER))) for _ in range(2_000)]
    assert json.dumps(mutating_rpc._OTHERS) == material
    assert max(sizes) < 4 * 2**20
