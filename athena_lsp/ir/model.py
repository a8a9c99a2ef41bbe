"""What a block of a program means: definitions, workflow bodies, resource calls. Frozen data, no logic.

The words are the user's (workflow, step, argument), not Argo's. Spans count from the start of the block; whatever
stands in another block is named by a `Declaration`.
"""

# long: the nouns of the language belong together, and each is a few lines
from __future__ import annotations

from enum import Enum
from typing import Literal, TypeAlias

from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.names import Declaration, plain_name
from athena_lsp.ir.node import Node
from athena_lsp.ir.operations import HoleRule, Operation
from athena_lsp.ir.returns import VisibleReturn
from athena_lsp.ir.room import Room, Spare
from athena_lsp.ir.types import NONE, Type
from athena_lsp.ir.values import Argument, Text, Value
from athena_lsp.records import dataclass, field
from athena_lsp.text import Span

RESULT = "return"
"""The output that holds the result of a step."""


class Kind(Enum):
    """The three kinds of decorated function; the value is the decorator's name."""

    WORKFLOW = "workflow"
    CONTAINER = "container"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class ParameterFace:
    """A parameter as callers see it."""

    name: str
    type: Type
    has_default: bool
    injected: bool = False
    """Filled by Argo (`Inject`), invisible to callers."""
    keyword_only: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """All that other definitions may know of one: nothing in it changes while its body is edited."""

    declaration: Declaration
    kind: Kind
    template: str
    """The template's base name, such as `shop-pipeline`."""
    parameters: tuple[ParameterFace, ...]
    returns: Type
    returns_annotated: bool
    steps: bool = False
    """A workflow whose steps run one after the other (`steps=True`)."""
    daemon: bool = False
    """A container that goes on running beside the steps after it (`daemon=True`)."""
    external: str = ""
    """The WorkflowTemplate of a template that athena did not write, which takes and gives texts as they are."""

    @property
    def callable_parameters(self) -> tuple[ParameterFace, ...]:
        """Those a caller can give."""
        return tuple(parameter for parameter in self.parameters if not parameter.injected)

    @property
    def gives(self) -> bool:
        """Whether there is a result to read; a container without one gives `null`."""
        return self.kind is not Kind.WORKFLOW or self.returns != NONE

    def parameter(self, name: str) -> ParameterFace | None:
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


# --- expressions of a workflow body -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Node):
    """A literal or a static name."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRef(Node):
    """The value of one of the workflow's parameters."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRef(Node):
    """The result of an earlier step, or a value that leaves an earlier region."""

    task: str
    """The `task` of that step or region."""
    type: Type
    name: str = ""
    """The user's name for it; empty for a nested call."""
    output: str = RESULT
    """Which output: a step has only its result, a region one for each value that leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Node):
    """One step of a path: `.id` or `["id"]` (a text), `[0]` (a number). Its span covers the name or the index."""

    key: str | int
    attribute: bool
    """Written with a dot."""
    unsure: bool = False
    """A key that a TypedDict need not have, where no condition tells that it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection(Node):
    """A part of a value: `clean.id`, `rows[0].name`. `type` is Unresolved from the first access that does not exist."""

    base: ParameterRef | StepRef | ItemRef | Constant | Computed
    path: tuple[Access, ...]
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole(Node):
    """What lowering could not understand; one rule reports each, by `rule`."""

    rule: HoleRule
    message: str
    hints: tuple[str, ...] = ()
    target: Declaration | None = None
    """For `not-a-template`: what was called, when it stands in the project."""
    rewrite: str = ""
    """What could stand there instead; empty for nothing."""
    near: tuple[str, ...] = ()
    """Known names close to the unknown one, best first."""
    type: Type = field(kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed(Node):
    """A pure expression over values, which Argo computes exactly as Python would."""

    operation: Operation
    operands: tuple[Expr, ...]
    """For `choose`: the condition, then the value, then the other one."""
    keys: tuple[str, ...] = ()
    """The keys of a `dict`, one for each operand; the bounds of a slice; what `has-kind` asks for."""
    item: ItemRef | None = None
    """For `each`, `each-flat` and `keep`: the element of the first operand, in the second."""
    type: Type


Expr: TypeAlias = Constant | ParameterRef | StepRef | ItemRef | Projection | Computed | Hole


# --- statements of a workflow body --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Node):
    """An argument as written; the span covers its value."""

    keyword: str
    """Empty for a positional argument."""
    keyword_span: Span | None = field(compare=False)
    value: Expr
    spare: Spare | None = field(default=None, compare=False)
    """Only for an argument that nothing takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound(Node):
    """An argument that found its parameter."""

    parameter: ParameterFace
    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Node):
    """A call of a template. The span covers the whole call."""

    task: str
    """Kebab case, unique in the workflow: the name of its task."""
    name: str
    """The name it is bound to; empty when there is none."""
    name_span: Span | None = field(compare=False)
    callee: Signature
    callee_span: Span = field(compare=False)
    given: tuple[Given, ...]
    bound: tuple[Bound, ...]
    missing: tuple[str, ...]
    """Parameters without default that got nothing."""
    extra: tuple[Given, ...]
    """Positional arguments beyond the last parameter."""
    unknown: tuple[Given, ...]
    """Keyword arguments that name no parameter."""
    repeated: tuple[Given, ...]
    """Arguments whose parameter already had one."""
    unpacked: bool = False
    """A tuple result taken apart: `a, b = step()`."""
    nested: bool = False
    """Written inside another call's arguments."""
    room: Room | None = None
    """Only for a call that leaves out an argument."""
    result_used: bool = True
    """Something later reads the result, or nobody asked for it (a call that stands alone)."""
    item: ItemRef | None = None
    """A fan-out: the step is called for each element of `source`, all at once; the results are a list, in order."""
    source: Expr | None = None
    attempted: bool = False
    """`step.attempt(...)`: a failure is a value."""
    options: CallOptions | None = None
    """`step.options(...)`."""
    time_limit: int = 0
    """Seconds from its start after which the step's pod ends; 0: what the step itself says."""

    @property
    def hook_calls(self) -> tuple[Step, ...]:
        return tuple(hook.call for hook in self.options.hooks) if self.options is not None else ()


HookKind: TypeAlias = Literal["exit", "success", "failure", "error", "expression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook(Node):
    """What runs besides a step once something holds of it. The span covers its target."""

    kind: HookKind
    expression: str
    """Argo's own, for the kind `expression`; else empty."""
    call: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOptions(Node):
    """What one call is given besides its arguments. The span covers the keywords."""

    after: tuple[Expr, ...]
    """Results that must be there before, without being handed over."""
    when: Text | None
    """Argo's own expression: the step is left out when it is false."""
    reads: tuple[ParameterRef, ...]
    """The workflow's parameters that Argo's own expressions name."""
    retry: Value | None
    hooks: tuple[Hook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated(Node):
    """`x: T = value`: the value must be assignable to the written type. The span covers the value."""

    name: str
    type: Type
    annotation_span: Span = field(compare=False)
    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpack(Node):
    """`a, b = value`: the value must be a tuple of that length. The span covers the targets."""

    count: int
    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Node):
    """`return value`; the span covers the value, or the statement when there is none."""

    value: Expr | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare(Node):
    """An expression that stands alone and is no step: a hole, or a value without effect."""

    value: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner(Node):
    """Statements inside another one: an arm of an `if`, the turn of a loop. It reads from outside what it likes."""

    name: str
    """Kebab case, unique in the workflow: the name of the task that runs it, such as `if-1-then`."""
    statements: tuple[Statement, ...]
    gives: tuple[Expr, ...]
    """The values that leave it, one for each of the region's `outputs`, in that order; a loop has some before these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Node):
    """A value that leaves a region by name. The span covers the region's head."""

    name: str
    """Letters, digits, `_` and `-`: what a `StepRef` calls its `output`."""
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm(Node):
    """One way through a branch: taken when its condition holds and none before it did."""

    condition: Expr | None
    """None for the last arm, which is taken when no other is."""
    body: Inner
    covers: tuple[Type, ...] = ()
    """Of a `match`: the cases of the subject's type that surely come here, such as one case of an enum."""
    leads_to: Type | None = None
    """Of a `match` over a name that a loop carries: what the name is at the end of the arm."""
    may_leave: bool = False
    """A `return` or a `break` of the loop around is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unhandled(Node):
    """Cases of a `match`'s subject that no arm takes. The span is where another `case` can be written."""

    cases: tuple[str, ...]
    """As patterns."""
    indent: str


BranchForm: TypeAlias = Literal["if", "choice", "match", "except", "rest"]
"""How a branch is written: `choice` is an expression with steps in it, `rest` what follows one that may have left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Node):
    """`if`, `match`, `a() if c else b()`: at most one of the arms runs.

    With outputs the last arm has no condition, or the conditions together leave nothing out. The span covers the first
    condition, or the subject.
    """

    task: str
    arms: tuple[Arm, ...]
    outputs: tuple[Output, ...]
    subject: Expr | None = None
    """What a `match` looks at."""
    unhandled: Unhandled | None = None
    catches: bool = False
    """Its last arm handles a failure of the calls above."""
    form: BranchForm = field(default="if", compare=False)

    @property
    def bodies(self) -> tuple[Inner, ...]:
        return tuple(arm.body for arm in self.arms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried(Node):
    """A name that every turn of a loop takes over from the one before."""

    item: ItemRef
    """How the turn reads it."""
    first: Expr
    """Its value before the loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Node):
    """A loop that carries a state and decides by it: one `match` over an enum, and nothing else sets the state."""

    state: ItemRef
    match: str
    """The task of the `match`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Node):
    """`for i in bounded(n)`: turns one after the other, until one leaves. The span covers the head."""

    task: str
    bound: int
    counter: ItemRef
    carried: tuple[Carried, ...]
    body: Inner
    """It gives whether the loop was left, then the next value of each carried name, then the outputs."""
    outputs: tuple[Output, ...]
    machine: Machine | None = None

    @property
    def bodies(self) -> tuple[Inner, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Each(Node):
    """What is done for each element of a list, where that is more than one call. The span covers the list, or all."""

    task: str
    item: ItemRef
    source: Expr
    limit: int | None
    """How many turns run at a time; None for no limit."""
    body: Inner
    """It gives the element's result, where there is an output."""
    outputs: tuple[Output, ...]
    """The list of results, or nothing."""

    @property
    def bodies(self) -> tuple[Inner, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold(Node):
    """`for x in xs` whose turns know of each other: they hand on names, or one of them ends the loop.

    The span covers the list.
    """

    task: str
    item: ItemRef
    source: Expr
    carried: tuple[Carried, ...]
    """Also what the loop comes to: whether it returned, and what."""
    body: Inner
    """It gives whether the turn has ended the loop, then the next value of each carried name."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The carried names, as the last turn leaves them."""
        return tuple(
            Output(span=self.span, name=handed_on(each.item.name), type=each.item.type) for each in self.carried
        )

    @property
    def bodies(self) -> tuple[Inner, ...]:
        return (self.body,)


def handed_on(name: str) -> str:
    """The output that is the next value of a name."""
    return f"next-{plain_name(name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried(Node):
    """The body of a `try`: its failure is a value, on which a branch decides. The span covers what is caught.

    With `final` it is not caught: the failure goes on, after those statements have run.
    """

    task: str
    body: Inner
    """It gives the names that it binds."""
    outputs: tuple[Output, ...]
    """Whether it succeeded, then one for each name."""
    is_handled: bool = True
    """The handler does not always fail the run again."""
    final: Inner | None = None
    """What runs however the body ended. It gives nothing."""

    @property
    def bodies(self) -> tuple[Inner, ...]:
        return (self.body,) if self.final is None else (self.body, self.final)

    @property
    def names(self) -> tuple[str, ...]:
        """The outputs behind the first one."""
        return tuple(output.name for output in self.outputs[1:])


JoinKind: TypeAlias = Literal["All", "AnyOf", "Quorum", "Percentage", "AtLeast", "Within"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather(Node):
    """`gather(...)`: the values of the attempts that succeeded; it fails when too few did. The span covers the call."""

    task: str
    branches: tuple[Expr, ...]
    """The attempts; or one list of them."""
    is_list: bool
    join: JoinKind
    number: float
    """Of `Quorum` and `AtLeast` the count, of `Percentage` the share; else 0."""
    join_span: Span = field(compare=False)
    outputs: tuple[Output, ...]
    bodies: tuple[Inner, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField(Node):
    """What a person is asked for. Texts are as people type them, and not JSON."""

    name: str
    kind: Literal["text", "whole", "number", "truth"]
    choices: tuple[str, ...]
    default: str | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Node):
    """`sleep`, `wait_until`, `approval`, `ask`: a wait without a pod. The span covers the call."""

    task: str
    kind: Literal["sleep", "until", "approval", "ask"]
    amount: Expr | None
    """How many seconds, or until when."""
    text: str
    """What is asked."""
    fields: tuple[FormField, ...]
    timeout: int | None
    """In seconds."""
    on_timeout: Literal["fail", "approve", "reject", "default"]
    outputs: tuple[Output, ...]
    bodies: tuple[Inner, ...] = ()

    @property
    def divides(self) -> bool:
        """Everything above ends before it, and everything below waits for it."""
        return self.kind in ("sleep", "until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(Node):
    """`raise`: it fails the run, and says why. The span covers the statement."""

    task: str
    message: Expr
    """A text that begins with the exception's name."""
    outputs: tuple[Output, ...] = ()
    bodies: tuple[Inner, ...] = ()


Region: TypeAlias = Branch | Loop | Each | Fold | Tried | Gather | Wait | Fail
"""A statement that becomes one task of what is around it and gives values by name; most hold other statements."""
Statement: TypeAlias = Step | Annotated | Unpack | Return | Bare | Region
REGIONS = (Branch, Loop, Each, Fold, Tried, Gather, Wait, Fail)


def calls(statements: tuple[Statement, ...]) -> tuple[Step | Region, ...]:
    """What the statements themselves call, in order: each becomes one task. Regions in which nothing runs are none."""
    return tuple(each for each in statements if isinstance(each, Step) or (isinstance(each, REGIONS) and runs(each)))


def runs(region: Region) -> bool:
    """Whether something of the region is left to do on the cluster: a loop may at least reach its bound."""
    is_leaf = isinstance(region, Loop | Fold | Gather | Wait | Fail)
    return is_leaf or bool(region.outputs) or any(calls(body.statements) for body in region.bodies)


def waits(call: Step | Region) -> bool:
    """Whether a wait or a `raise` stands in it, which begins when all above has ended."""
    if isinstance(call, Step | Gather):
        return False
    return isinstance(call, Wait | Fail) or any(waits(each) for body in call.bodies for each in calls(body.statements))


def divides(call: Step | Region) -> bool:
    """Whether a wait stands in it for which all below waits."""
    if isinstance(call, Step | Gather):
        return False
    if isinstance(call, Wait):
        return call.divides
    return any(divides(each) for body in call.bodies for each in calls(body.statements))


def every_statement(statements: tuple[Statement, ...]) -> list[Statement]:
    """The statements and all inside them, in the order of the source."""
    found: list[Statement] = []
    for statement in statements:
        found.append(statement)
        if isinstance(statement, Step):
            found += statement.hook_calls
        elif isinstance(statement, REGIONS):
            for body in statement.bodies:
                found += every_statement(body.statements)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowBody(Node):
    """What a workflow does, nested calls before the calls that use them. Steps keep the order of evaluation."""

    statements: tuple[Statement, ...]
    """Those of the body itself; the statements in their arms and turns are inside them."""
    result: Expr | None = None
    """What the workflow gives back, by whichever `return` is reached."""
    always_returns: bool = False
    """No path reaches the end without a `return`."""

    @property
    def every_statement(self) -> tuple[Statement, ...]:
        return tuple(every_statement(self.statements))

    @property
    def every_step(self) -> tuple[Step, ...]:
        """The calls of templates, also those in arms and loops."""
        return tuple(each for each in every_statement(self.statements) if isinstance(each, Step))

    @property
    def every_return(self) -> tuple[Return, ...]:
        return tuple(each for each in every_statement(self.statements) if isinstance(each, Return))


# --- containers and fragments -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCall(Node):
    """A call of `host`, `secret`, `pvc`, ...: `name` is the runtime's own name for it. The span covers the call."""

    name: str
    callee_span: Span = field(compare=False)
    arguments: tuple[Argument, ...]
    """Positional ones carry the name of the parameter they stand for; empty when there are too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCall(Node):
    """A call, inside a pod's code, of something that stands in the project."""

    target: Declaration


SecretSink: TypeAlias = Literal["return", "log", "raise", "store"]
"""Where a secret must not go: a result, a log, an error's message, object storage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretUse(Node):
    """An expression that holds a secret, where others can read what it goes to. The span covers the expression."""

    sink: SecretSink
    what: str
    """The function that takes it there, as written; empty for `return` and `raise`."""
    name: str
    """The expression as written; empty when it is long."""
    plain: bool
    """It is the secret's plain text, and not the `Secret` that prints as `***`."""
    fragment: Declaration | None
    """The fragment whose result it is: a secret only when that fragment returns one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodBody(Node):
    """What can be read off a container's or a fragment's code."""

    resources: tuple[ResourceCall, ...]
    calls: tuple[PlainCall, ...]
    classes: tuple[PlainCall, ...]
    """Mentions of classes, whose methods may be called."""
    returns: tuple[VisibleReturn, ...]
    """In the order of the source; one for each arm of a conditional expression."""
    all_returns_visible: bool
    secrets: tuple[SecretUse, ...]
    is_stub: bool
    """The body is `...`."""


# --- definitions and blocks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Node):
    """Something wrong with an annotation: `what` says what in a phrase, `hint` what to do."""

    what: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectMark(Node):
    """`Annotated[T, Inject(...)]`; `expression` is None when Inject was not given exactly one text."""

    expression: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Node):
    """A parameter of a definition. The span covers its name."""

    name: str
    form: Literal["normal", "keyword-only", "positional-only", "star", "double-star"]
    type: Type
    annotation_span: Span | None = field(compare=False)
    """None: no annotation."""
    problems: tuple[Problem, ...]
    """Why the annotation has no JSON form."""
    default: Value | None
    default_type: Type | None
    """What the default's own type is, when it can be told."""
    inject: InjectMark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decorator(Node):
    """One decorator. `kind` is None for one that is not athena's. The span covers it from after the `@`."""

    kind: Kind | None
    text: str
    """The decorator's name as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Node):
    """A decorated function. The span covers the whole statement, `name_span` the function's name."""

    kind: Kind
    declaration: Declaration
    name: str
    name_span: Span = field(compare=False)
    signature_span: Span = field(compare=False)
    """From `def` to the colon."""
    template: str
    """The template's base name; for a fragment, the function's name."""
    is_async: bool
    async_span: Span | None = field(compare=False)
    nested_in: str
    """"a function" or "a class" when it is not at module level, else empty."""
    type_parameters_span: Span | None = field(compare=False)
    decorators: tuple[Decorator, ...]
    options: tuple[Argument, ...]
    """The decorator's keywords as written."""
    options_insert: int = field(compare=False)
    """Where a further keyword can be inserted; -1 when the decorator has no parentheses."""
    parameters: tuple[Parameter, ...]
    returns: Type
    returns_span: Span | None = field(compare=False)
    """None: no return annotation."""
    returns_problems: tuple[Problem, ...]
    doc: str
    """The docstring, cleaned as `inspect.cleandoc` does."""
    signature: Signature
    body: WorkflowBody | PodBody

    def option(self, name: str) -> Value | None:
        return next((option.value for option in self.options if option.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedImport(Node):
    """An import that leads nowhere: `module` is what it names, with the imported name. The span covers that name."""

    module: str
    has_module: bool
    """The module is there, the name in it is not."""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedModule(Node):
    """A module that a block imports when it runs. The span covers the name."""

    module: str
    level: int
    names: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeDeclaration(Node):
    """`SCRATCH = EphemeralPvc(...)` at module level."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayResource(Node):
    """A resource call outside containers and fragments; `place` says where it is, `function_start` where a decorator
    could be inserted (the offset of the `def` or its first decorator), -1 when there is no plain function around it."""

    call: ResourceCall
    place: Literal["workflow", "function", "method", "module", "class"]
    function: str
    function_start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Node):
    """What one block of a file means. Most blocks of ordinary Python mean nothing here: all fields empty."""

    path: str
    definitions: tuple[Definition, ...] = ()
    """At most one at module level; nested ones follow."""
    imports: tuple[UnresolvedImport, ...] = ()
    modules: tuple[ImportedModule, ...] = ()
    volumes: tuple[VolumeDeclaration, ...] = ()
    externals: tuple[Problem, ...] = ()
    """What is wrong with `external(...)` at module level."""
    stray: tuple[StrayResource, ...] = ()
    text: str = field(default="", compare=False, repr=False)
    """The block itself."""
