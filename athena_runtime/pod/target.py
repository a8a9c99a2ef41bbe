"""Which function a pod runs, and what its parameters are."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from athena_runtime import contract
from athena_runtime.artifacts import ArtifactMark
from athena_runtime.codec.form import CodecError
from athena_runtime.codec.forms import Forms
from athena_runtime.codec.hints import evaluate, own_annotations, scope_of_function
from athena_runtime.pod.input_error import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from athena_runtime.codec.form import Form
    from athena_runtime.codec.hints import Scope

__all__ = ["Parameter", "Target", "find_target", "is_within"]


class Parameter:
    """One parameter of the function, or its result under the name `return`."""

    def __init__(
        self,
        name: str,
        form: Form,
        annotation: Any,
        has_default: bool = False,
        is_artifact: bool = False,
        inject: str = "",
    ) -> None:
        self.name = name
        self.form = form
        self.annotation = annotation
        """The type without `Annotated`."""
        self.has_default = has_default
        self.is_artifact = is_artifact
        self.inject = inject
        """The Argo expression that fills it in; empty for those that a caller gives."""

    @property
    def is_path(self) -> bool:
        """Whether the artifact is a file or a folder itself."""
        return isinstance(self.annotation, type) and hasattr(self.annotation, "__fspath__")


class Target:
    """A function, ready to be called."""

    def __init__(
        self,
        template: str,
        call: Callable[..., Any],
        parameters: tuple[Parameter, ...],
        result: Parameter,
        transient: tuple[type[BaseException], ...] = (),
    ) -> None:
        self.template = template
        self.call = call
        self.parameters = parameters
        self.result = result
        self.transient = transient
        """The exceptions of its `Retry(on=...)`."""


def find_target(root: str) -> Target:
    """The function of the template that the environment names. Raises InputError.

    Whatever the function's module raises when it is imported comes out as it is.
    """
    template = os.environ.get(contract.TEMPLATE_VARIABLE, "")
    if not template:
        raise InputError(f"{contract.TEMPLATE_VARIABLE} is not set: it names the template to run")
    module_name, name = _place(root, template)
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not is_within(module_name, error.name):
            raise
        raise InputError(f"`{template}` is the function `{name}` of `{module_name}`, which is not here") from None
    found = getattr(module, name, None)
    chain = list(_wrapped(found))
    marked = next((each for each in chain if getattr(each, "__athena_kind__", "") == "container"), None)
    if found is None or marked is None:
        raise InputError(f"`{template}` is the container `{name}` of `{module_name}`, which has none of that name")
    retry = marked.__athena_arguments__.get("retry")
    parameters, result = signature(template, chain[-1])
    return Target(template, found, parameters, result, tuple(getattr(retry, "on", ())))


def is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _place(root: str, template: str) -> tuple[str, str]:
    """The module and the name behind a template; the import path is set as the index says."""
    path = os.path.join(root, contract.INDEX)
    try:
        with open(path, encoding="utf-8") as file:
            index = json.load(file)
        templates: Mapping[str, str] = index["templates"]
        folders = [str(folder) for folder in index.get("path", ())]
        place = templates.get(template)
        module, _, name = (place or ":").partition(":")
    except FileNotFoundError:
        raise InputError(f"{path} is not there: it says which function stands behind `{template}`") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} cannot be read: {type(error).__name__}: {error}") from None
    if place is None:
        raise InputError(f"this code has no template `{template}`: was the template emitted from another version?")
    if not module or not name:
        raise InputError(f"{path}: `{place}` for `{template}` is no `module:function`")
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]
    return module, name


def _wrapped(thing: Any) -> Iterator[Any]:
    """What a module's name is bound to, and what that wraps, down to the function as written."""
    seen: set[int] = set()
    while thing is not None and id(thing) not in seen:
        seen.add(id(thing))
        yield thing
        thing = getattr(thing, "__wrapped__", None)


def signature(template: str, function: Any) -> tuple[tuple[Parameter, ...], Parameter]:
    """The parameters of a function in their order, and its result. Raises InputError."""
    code = getattr(function, "__code__", None)
    if code is None:
        raise InputError(f"what stands behind `{template}` is no function")
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    by_position = names[code.co_argcount - len(function.__defaults__ or ()) : code.co_argcount]
    defaults = {*by_position, *(function.__kwdefaults__ or ())}
    annotations = own_annotations(function)
    scope = scope_of_function(function)
    forms = Forms()
    try:
        parameters = tuple(
            _parameter(forms, name, annotations.get(name, Any), scope, name in defaults) for name in names
        )
        returned = annotations.get(contract.RETURN_NAME, Any)
        return parameters, _parameter(forms, contract.RETURN_NAME, returned, scope)
    except CodecError as error:
        raise InputError(f"`{template}`: {error}") from None
    except Exception as error:  # noqa: BLE001 (a library that cannot read a class of its own)
        raise InputError(f"the types of `{template}` cannot be read: {type(error).__name__}: {error}") from None


def _parameter(forms: Forms, name: str, annotation: Any, scope: Scope, has_default: bool = False) -> Parameter:
    try:
        type_, inner = evaluate(annotation, scope)
        inject, is_artifact = "", False
        while (metadata := getattr(type_, "__metadata__", None)) is not None:
            is_artifact = is_artifact or any(isinstance(each, ArtifactMark) for each in metadata)
            inject = inject or next(map(_expression, filter(_is_inject, metadata)), "")
            type_, inner = evaluate(type_.__origin__, inner)
        return Parameter(name, forms.whole(type_, inner), type_, has_default, is_artifact, inject)
    except CodecError as error:
        raise error.under(name) from None


def _is_inject(mark: Any) -> bool:
    # Importing the options would take 4 ms of every pod's start; a program with the mark has imported them.
    return type(mark).__module__ == "athena_runtime.options" and type(mark).__name__ == "Inject"


def _expression(mark: Any) -> str:
    return str(mark.expression)
