"""Names and keys as Kubernetes and Argo accept them: each check gives what is wrong in a phrase, or nothing."""

from __future__ import annotations

import re

LABEL_LIMIT = 63
"""Longest part of a DNS name, longest key name and longest label value."""
SUBDOMAIN_LIMIT = 253
"""Longest name of most Kubernetes objects."""
TEMPLATE_OBJECT_LIMIT = 63
"""Longest `metadata.name` of a WorkflowTemplate that Argo takes."""
CRON_OBJECT_LIMIT = 52
"""Longest `metadata.name` of a CronWorkflow that Argo takes: a run's name adds eleven digits."""

YAML_WORDS = frozenset({"y", "yes", "n", "no", "on", "off", "true", "false", "null", "~"})
"""What YAML 1.1 reads as a boolean or as null when it is not quoted, in lower case."""

RESERVED_CONTAINERS = frozenset({"main", "init", "wait", "supervisor"})
"""Containers that Argo itself puts into every pod."""

QUALIFIED_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
IMAGE = re.compile(
    r"(?:(?:localhost|\[[0-9a-fA-F:]+\]|[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*)(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
"""What a container runtime takes for the name of an image."""
ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")


def is_yaml_word(name: str) -> bool:
    """Whether YAML 1.1 reads the bare name as a boolean or as null (`n`, `Yes`, `OFF`, ...)."""
    return name.lower() in YAML_WORDS


def image_problem(name: str) -> str:
    """Why `name` is no image's: lower-case names with `/` between, a tag behind `:`, a digest behind `@`."""
    if not name:
        return "is empty"
    if IMAGE.fullmatch(name):
        return ""
    if re.search(r"\s", name):
        return "holds a blank"
    if re.fullmatch(r"[A-Za-z0-9+.-]+://.*", name):
        return "begins with the scheme of an address"
    if IMAGE.fullmatch(name.lower()):
        return "has capital letters in its name"
    return "is not `registry/name:tag`, nor has it a digest"


def dns_label_problem(name: str) -> str:
    """Why `name` is no DNS-1123 label: a container's name, a template's base name; empty when it is one."""
    if not name:
        return "is empty"
    if problem := _characters(name, "abcdefghijklmnopqrstuvwxyz0123456789-", "lower-case letters, digits and `-`"):
        return problem
    if name[0] == "-" or name[-1] == "-":
        return f"{'begins' if name[0] == '-' else 'ends'} with `-`"
    if len(name) > LABEL_LIMIT:
        return f"has {len(name)} characters, and {LABEL_LIMIT} is the limit"
    return ""


def dns_subdomain_problem(name: str) -> str:
    """Why `name` is no DNS-1123 subdomain, labels joined by dots: a claim's, a Secret's name; empty when it is one."""
    if not name:
        return "is empty"
    for label in name.split("."):
        if not label:
            return "has an empty part between dots"
        if problem := dns_label_problem(label):
            return problem if label == name else f"has the part `{label}`, which {problem}"
    if len(name) > SUBDOMAIN_LIMIT:
        return f"has {len(name)} characters, and {SUBDOMAIN_LIMIT} is the limit"
    return ""


def nearest_dns_label(name: str, *, dots: bool = False) -> str:
    """The DNS-1123 name that reads like `name`; empty when nothing of it is left. With `dots` they stay."""
    kept = re.sub(r"[^a-z0-9.-]+" if dots else r"[^a-z0-9-]+", "-", name.lower())
    parts = [part.strip("-") for part in kept.split(".")]
    return ".".join(part[:LABEL_LIMIT].strip("-") for part in parts if part)


def qualified_name_problem(key: str) -> str:
    """Why `key` is no key of a label, an annotation or a selector; empty when it is one.

    A key is an optional DNS-1123 prefix with `/`, then 1 to 63 letters, digits, `-`, `_` and `.` (Kubernetes
    `IsQualifiedName`).
    """
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return "has more than one `/`"
    if slash and (problem := dns_subdomain_problem(prefix)):
        return f"has a prefix that {problem}"
    if not name:
        return "has no name after the `/`" if slash else "is empty"
    return _qualified(name)


def label_value_problem(value: str) -> str:
    """Why `value` is no value of a label; empty when it is one. The empty text is one."""
    return _qualified(value) if value else ""


def env_name_problem(name: str) -> str:
    """Why `name` cannot name an environment variable (Kubernetes `IsEnvVarName`); empty when it can."""
    if not name:
        return "is empty"
    if name[0].isdigit():
        return "begins with a digit"
    if name in (".", "..") or name.startswith(".."):
        return "begins with `..`" if name.startswith("..") else "is `.`"
    if ENV_NAME.fullmatch(name):
        return ""
    return _unexpected(
        next(c for c in name if not ENV_NAME.fullmatch(c) and not _is_digit(c)), "letters, digits, `-`, `_` and `.`"
    )


def nearest_env_name(name: str) -> str:
    """The variable name that reads like `name`: other characters become `_`."""
    kept = re.sub(r"[^-._a-zA-Z0-9]+", "_", name).strip("_") or ""
    return f"_{kept}" if kept[:1].isdigit() else kept


def nearest_key_name(key: str) -> str:
    """The key of a label or annotation that reads like `key`; empty when nothing of it is left."""
    prefix, slash, name = key.rpartition("/")
    kept = re.sub(r"[^-A-Za-z0-9_.]+", "-", name).strip("-_.")[:LABEL_LIMIT].strip("-_.")
    if not kept or not slash:
        return kept
    left = nearest_dns_label(prefix.replace("/", "-"), dots=True)
    return f"{left}/{kept}" if left else kept


def _qualified(name: str) -> str:
    if len(name) > LABEL_LIMIT:
        return f"has {len(name)} characters, and {LABEL_LIMIT} is the limit"
    if QUALIFIED_NAME.fullmatch(name):
        return ""
    wrong = next((c for c in name if not (_is_letter(c) or _is_digit(c) or c in "-_.")), "")
    if wrong:
        return _unexpected(wrong, "letters, digits, `-`, `_` and `.`")
    return f"{'begins' if name[0] in '-_.' else 'ends'} with `{name[0] if name[0] in '-_.' else name[-1]}`"


def _characters(name: str, allowed: str, words: str) -> str:
    wrong = next((character for character in name if character not in allowed), "")
    return _unexpected(wrong, words) if wrong else ""


def _unexpected(character: str, words: str) -> str:
    shown = {" ": "a space", "\t": "a tab", "\n": "a line end", "`": "a backtick"}.get(character, f"`{character}`")
    return f"holds {shown}, and only {words} may stand in it"


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_digit(character: str) -> bool:
    return character.isascii() and character.isdigit()
