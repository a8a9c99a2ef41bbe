"""What bundling and publishing raise: a message for the user, and what to do about it."""

from __future__ import annotations


class BundleError(Exception):
    """Something that the user can mend. `advice` begins with a verb; `kind` names the failure for programs."""

    def __init__(self, message: str, advice: str = "", *, kind: str = "bundle") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.kind = kind
