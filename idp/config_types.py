"""What settings are made of."""

from typing import Annotated

from pydantic_settings import NoDecode

# Comma separated in the environment.
Words = Annotated[tuple[str, ...], NoDecode]
