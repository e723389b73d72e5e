"""Somebody who can sign in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    id: str
    username: str
    email: str
    password: str
