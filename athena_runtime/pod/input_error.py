"""What is wrong with what a pod was given, as opposed to what its function does."""

from __future__ import annotations

__all__ = ["InputError"]


class InputError(Exception):
    """An input that does not decode, or a template and a bundle that differ: the pod ends with exit code 64."""
