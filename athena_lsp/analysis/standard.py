"""What `import *` takes from modules of the standard library, which are known by their names and never read."""

from __future__ import annotations

import sys
import typing
from collections.abc import Mapping

_ABSTRACT = (
    "Awaitable Coroutine AsyncIterable AsyncIterator AsyncGenerator Hashable Iterable Iterator Generator Reversible "
    "Sized Container Callable Collection Set MutableSet Mapping MutableMapping MappingView KeysView ItemsView "
    "ValuesView Sequence MutableSequence ByteString Buffer"
)
_WRITTEN = {
    "abc": "ABC ABCMeta abstractmethod",
    "collections": "ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque namedtuple",
    "collections.abc": _ABSTRACT,
    "dataclasses": "FrozenInstanceError InitVar KW_ONLY MISSING Field asdict astuple dataclass field fields "
    "is_dataclass make_dataclass replace",
    "datetime": "MAXYEAR MINYEAR UTC date datetime time timedelta timezone tzinfo",
    "decimal": "Context Decimal DecimalException getcontext localcontext setcontext",
    "enum": "CONFORM CONTINUOUS EJECT Enum EnumCheck EnumMeta EnumType Flag FlagBoundary IntEnum IntFlag KEEP "
    "NAMED_FLAGS ReprEnum STRICT StrEnum UNIQUE auto global_enum member nonmember property unique verify",
    "math": "ceil comb copysign dist e exp fabs factorial floor fmod gcd hypot inf isclose isfinite isinf isnan isqrt "
    "lcm log log10 log1p log2 nan perm pi pow prod sqrt tau trunc",
    "pathlib": "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath",
    "uuid": "UUID uuid1 uuid3 uuid4 uuid5",
}
_LATER = "NamedTuple NoDefault ReadOnly TypeIs TypeAliasType TypedDict deprecated get_protocol_members override"
"""Names of `typing` that this Python may not have."""

_NAMES = {
    "difflib": "Match",
    "decimal": "DecimalTuple",
    "http": "HTTPMethod HTTPStatus",
    "inspect": "FullArgSpec",
    "pathlib": "PureWindowsPath WindowsPath",
    "platform": "uname_result",
    "plistlib": "PlistFormat",
    "pkgutil": "ModuleInfo",
    "pstats": "SortKey",
    "re": "RegexFlag",
    "selectors": "SelectorKey",
    "signal": "Handlers Sigmasks Signals",
    "socket": "AddressFamily AddressInfo MsgFlag SocketKind",
    "ssl": "AlertDescription Options Purpose TLSVersion VerifyFlags VerifyMode",
    "statistics": "LinearRegression",
    "tokenize": "TokenInfo",
    "urllib.parse": "DefragResult ParseResult SplitResult",
    "uuid": "SafeUUID",
}
WITH_FORM = frozenset(f"{module}.{name}" for module, names in _NAMES.items() for name in names.split())
"""Enums and named tuples of the standard library, which have a JSON form though nothing is known of their fields."""


def is_standard_without_form(name: str) -> bool:
    """Whether a name is of the standard library, and no value of it has a JSON form."""
    return name.partition(".")[0] in sys.stdlib_module_names and name not in WITH_FORM


PUBLIC: Mapping[str, frozenset[str]] = {
    **{module: frozenset(names.split()) for module, names in _WRITTEN.items()},
    "typing": frozenset(typing.__all__) | frozenset(_LATER.split()),
    "typing_extensions": frozenset(typing.__all__) | frozenset(_LATER.split()),
}
"""The public names of modules from which programs take everything, as far as they matter."""
