"""Where the randomness of rules comes from: the rule is public, the draw is secret."""

import hashlib
import hmac
from collections.abc import Callable
from random import Random

from autograder.exercise import Exercise, Rule
from autograder.notebooks.chapter import ROOT

__all__ = ["SECRET", "Draw", "course_secret", "fingerprint", "public_draw", "secret_draw"]

SECRET = ROOT / ".course_secret"
"""The file that graded draws come from; without it the public draw is used."""

Draw = Callable[[Rule], Random]
"""What gives each rule of an exercise its randomness, the same every time."""


def course_secret() -> str:
    """Return what graded draws come from, 64 hexadecimal digits; "" in a course without it."""
    return SECRET.read_text(encoding="ascii").strip() if SECRET.is_file() else ""


def public_draw(exercise: Exercise) -> Draw:
    """Return the draw of practice: the same for everybody, at every check."""
    return lambda rule: Random(f"{exercise.id} {rule.id}")


def secret_draw(exercise: Exercise, secret: str) -> Draw:
    """Return the draw of grading; the public one if secret is ""."""
    if not secret:
        return public_draw(exercise)

    def draw(rule: Rule) -> Random:
        name = f"{exercise.id} {rule.id}".encode()
        return Random(hmac.digest(bytes.fromhex(secret), name, "sha256"))

    return draw


def fingerprint(secret: str) -> str:
    """Return what reports say of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8] if secret else "public"
