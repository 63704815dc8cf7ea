"""What all generated models have in common. Written by hand; everything else here is made from the contract."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A model that is built when it is first used: few of them are needed for the first answer."""

    model_config = ConfigDict(defer_build=True)
