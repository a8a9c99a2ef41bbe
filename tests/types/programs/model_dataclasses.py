"""Training a model, as somebody writes it with dataclasses, generics and the newest typing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, InitVar, asdict, dataclass, field
from enum import IntEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Literal, ParamSpec, Protocol, TypeVar, overload

from athena_runtime import Artifact, StepFailed, container, workflow
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from decimal import Decimal

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
ParamsT = TypeVar("ParamsT", bound="Params")
Metric = Literal["loss", "accuracy"]
Splits = tuple[float, float, float]
Matrix = list[list[float]]
BASE: Final[int] = 10


class Stage(IntEnum):
    TRAIN = auto()
    TEST = auto()


class Scorer(Protocol):
    def __call__(self, values: Iterable[float]) -> float: ...


class Registry(ABC):
    @abstractmethod
    def find(self, name: str) -> Model: ...


def timed(function: Callable[P, R]) -> Callable[P, R]:
    return function


@overload
def pick(value: int) -> int: ...
@overload
def pick(value: str) -> str: ...
def pick(value: int | str) -> int | str:
    return value


@dataclass(frozen=True, slots=True, order=True)
class Params:
    name: str
    _: KW_ONLY
    rate: float = 0.1
    layers: tuple[int, ...] = (64, 64)
    seed: int | None = None
    scale: InitVar[int] = 1
    kind: ClassVar[str] = "params"


@dataclass(frozen=True, slots=True)
class Deep(Params):
    dropout: float = 0.5


@dataclass
class Scored(Generic[T]):
    value: T
    scores: dict[Metric, float] = field(default_factory=dict)
    parent: Scored[T] | None = None

    @property
    def best(self) -> float:
        return max(self.scores.values())


@dataclass
class Model:
    params: Params
    weights: Matrix
    stage: Stage = Stage.TRAIN
    history: list[Scored[int]] = field(default_factory=list, repr=False)
    cost: Decimal | None = None
    cached: int = field(init=False, default=0)

    @classmethod
    def empty(cls, name: str) -> Model:
        return cls(Params(name), [])

    def __post_init__(self) -> None:
        self.cached = len(self.weights)


class Report(TypedDict, total=False):
    name: str
    scores: dict[Metric, float]


@container
def prepare(source: str, splits: Splits = (0.8, 0.1, 0.1)) -> Artifact[Path]: ...


@container
def variants(base: Params, count: int = 3) -> list[Deep]: ...


@container(timeout="2h")
def train(data: Artifact[Path], params: Params, stage: Stage = Stage.TRAIN) -> Scored[Model]: ...


@container
def choose(candidates: list[Scored[Model]]) -> Scored[Model]: ...


@container
@timed
def report(model: Model, scores: dict[Metric, float], best: float = BASE) -> Report:
    return {"name": model.params.name, "scores": scores} if best else {"name": str(asdict(model))}


@container
def deploy(model: Model, report: Report, replicas: int = BASE * 2) -> str: ...


@container
def rollback(reason: str = "failed") -> str: ...


@workflow
def experiment(source: str = "s3://data", params: Params = Params("base", rate=0.2, layers=(32,))) -> str:
    data = prepare(source)
    candidates = [train(data, variant) for variant in variants(params)]
    best = choose(candidates)
    train(data, best.value.params, stage=Stage.TEST)
    train(data, Deep("deep", dropout=0.1))
    written = report(best.value, best.scores)
    try:
        url = deploy(best.value, written)
    except StepFailed:
        url = rollback()
    return url
