"""The functions of Argo's expression language, and calls of them that the engine refuses."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.argo.exprs.cursor import PREDICATES, Problem
from athena_lsp.argo.exprs.names import Reference
from athena_lsp.argo.exprs.tree import Call, Expression, Let, Name, Pointer, Predicate, children

ANY_NUMBER = 1_000
BUILTINS = {
    **PREDICATES,
    **dict.fromkeys(("len", "type", "abs", "ceil", "floor", "round", "int", "float", "string", "upper"), (1, 1)),
    **dict.fromkeys(("lower", "toJSON", "fromJSON", "toBase64", "fromBase64", "duration", "timezone"), (1, 1)),
    **dict.fromkeys(("first", "last", "keys", "values", "toPairs", "fromPairs", "reverse", "uniq"), (1, 1)),
    **dict.fromkeys(("flatten", "bitnot"), (1, 1)),
    **dict.fromkeys(("trim", "trimPrefix", "trimSuffix", "join", "sort"), (1, 2)),
    **dict.fromkeys(("split", "splitAfter"), (2, 3)),
    **dict.fromkeys(("repeat", "indexOf", "lastIndexOf", "hasPrefix", "hasSuffix", "get", "take"), (2, 2)),
    **dict.fromkeys(("bitand", "bitor", "bitxor", "bitnand", "bitshl", "bitshr", "bitushr"), (2, 2)),
    **dict.fromkeys(("max", "min", "mean", "median", "concat"), (1, ANY_NUMBER)),
    "replace": (3, 4),
    "now": (0, 0),
    "date": (1, 3),
}
"""How many arguments each function of expr-lang 1.17 needs and takes."""
ARGO = {"asInt": (1, 1), "asFloat": (1, 1), "jsonpath": (2, 2), "toJson": (1, 1)}
"""What Argo adds."""
SPRIG_NAMES = """
hello ago date date_in_zone date_modify dateInZone dateModify duration durationRound htmlDate htmlDateInZone
must_date_modify mustDateModify mustToDate now toDate unixEpoch abbrev abbrevboth trunc trim upper lower title
untitle substr repeat trimall trimAll trimSuffix trimPrefix nospace initials randAlphaNum randAlpha randAscii
randNumeric swapcase shuffle snakecase camelcase kebabcase wrap wrapWith contains hasPrefix hasSuffix quote squote
cat indent nindent replace plural sha1sum sha256sum sha512sum adler32sum toString atoi int64 int float64 seq
toDecimal split splitList splitn toStrings until untilStep add1 add sub div mod mul randInt add1f addf subf divf
mulf biggest max min maxf minf ceil floor round join sortAlpha default empty coalesce all any compact mustCompact
fromJson toJson toPrettyJson toRawJson mustFromJson mustToJson mustToPrettyJson mustToRawJson ternary deepCopy
mustDeepCopy typeOf typeIs typeIsLike kindOf kindIs deepEqual getHostByName base dir clean ext isAbs osBase osClean
osDir osExt osIsAbs b64enc b64dec b32enc b32dec tuple list dict get set unset hasKey pluck keys pick omit merge
mergeOverwrite mustMerge mustMergeOverwrite values append push mustAppend mustPush prepend mustPrepend first
mustFirst rest mustRest last mustLast initial mustInitial reverse mustReverse uniq mustUniq without mustWithout has
mustHas slice mustSlice concat dig chunk mustChunk bcrypt htpasswd genPrivateKey derivePassword buildCustomCert
genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey genSignedCert genSignedCertWithKey encryptAES
decryptAES randBytes uuidv4 semver semverCompare fail regexMatch mustRegexMatch regexFindAll mustRegexFindAll
regexFind mustRegexFind regexReplaceAll mustRegexReplaceAll regexReplaceAllLiteral mustRegexReplaceAllLiteral
regexSplit mustRegexSplit regexQuoteMeta urlParse urlJoin
"""
SPRIG = frozenset(SPRIG_NAMES.split())
"""Functions of sprig 3.3; Argo leaves out those that read its own environment."""
POINTERS = frozenset({""})
MORE_POINTERS = {"map": frozenset({"", "index"}), "reduce": frozenset({"", "index", "acc"})}
"""What some functions add for their own predicate, and for none inside that."""


def call_problems(expression: Expression) -> Iterator[Problem]:
    """Functions that do not exist, wrong numbers of arguments, names that are declared twice, unknown pointers."""
    waiting: list[tuple[Expression, frozenset[str], frozenset[str]]] = [(expression, frozenset(), POINTERS)]
    while waiting:
        node, bound, pointers = waiting.pop()
        inside = pointers
        match node:
            case Call(function=Name(name=name)):
                inside = MORE_POINTERS.get(name, POINTERS)
                if name not in bound:
                    yield from _call(node, name)
            case Predicate(body=body):
                waiting.append((body, bound, pointers))
                continue
            case Let(name=name, value=value, body=body):
                if name in bound:
                    yield Problem(node.span, f"`{name}` is declared already")
                elif name in BUILTINS:
                    yield Problem(node.span, f"`{name}` is a function of the language and cannot be declared")
                waiting += ((body, bound | {name}, pointers), (value, bound, pointers))
                continue
            case Pointer(name=name) if name not in pointers:
                yield Problem(node.span, f"`#{name}` is not known here")
            case _:
                pass
        waiting += (
            (part, bound, inside if isinstance(part, Predicate) else pointers) for part in reversed(children(node))
        )


def sprig_problem(reference: Reference) -> str:
    """Why a call of `sprig.<name>` calls nothing; empty when it does, or is none."""
    if not reference.called or reference.head != "sprig" or not reference.keys or reference.keys[0].name in SPRIG:
        return ""
    name = reference.keys[0].name
    why = "Argo leaves it out" if name in ("env", "expandenv") else "sprig has no such function"
    return f"`sprig.{name}` does not exist: {why}"


def _call(node: Call, name: str) -> Iterator[Problem]:
    known = BUILTINS.get(name) or ARGO.get(name)
    count = len(node.arguments)
    if known is None:
        yield Problem(node.function.span, f"there is no function `{name}`")
    elif count < known[0]:
        yield Problem(node.span, f"`{name}` needs {_arguments(known[0])}, not {count}")
    elif count > known[1]:
        yield Problem(node.span, f"`{name}` takes at most {_arguments(known[1])}, not {count}")


def _arguments(count: int) -> str:
    return f"{count} argument" if count == 1 else f"{count} arguments"
