"""Maintenance of a fleet, as somebody writes it who lives in attrs."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Generic, NewType, Optional, TypeAlias, TypeVar, Union

import attr
import attrs
from athena_runtime import Artifact, Resources, container, fragment, workflow
from attrs import define, field, frozen, validators

VehicleId = NewType("VehicleId", str)
Kilometres: TypeAlias = float
Reading: TypeAlias = Union[int, float]
Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str"
DEFAULT_LIMIT: Final = 30_000.0

T = TypeVar("T")
K = TypeVar("K")


def _as_tuple(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(values)


@define
class Point:
    lat: float = field(validator=validators.ge(-90.0))
    lon: float = 0

    @lat.validator  # pyright: ignore[reportAttributeAccessIssue, reportUntypedFunctionDecorator, reportUnknownMemberType]
    def _check(self, _attribute: "attrs.Attribute[float]", value: float) -> None:
        if value > 90:
            raise ValueError(value)


@frozen(kw_only=True)
class Vehicle:
    id: VehicleId
    name: str
    position: Point | None = None
    labels: tuple[str, ...] = field(converter=_as_tuple, factory=tuple)
    limit: Kilometres = DEFAULT_LIMIT


@frozen(kw_only=True)
class Truck(Vehicle):
    axles: int = 2
    trailer: Optional["Truck"] = None


@attr.s(auto_attribs=True)
class Inspection:
    vehicle: VehicleId
    day: dt.date
    readings: list[Reading] = attr.ib(factory=list)
    passed: bool = attr.ib(default=False)


@define
class Box(Generic[T]):
    value: T
    note: str = ""


@define
class Pair(Box[T], Generic[T, K]):
    other: K | None = None


@define(slots=False)
class Plan:
    when: dt.datetime
    vehicles: list[Vehicle]
    costs: Mapping[str, float] = attrs.Factory(dict)
    tree: Tree = ""
    _internal: int = field(default=0, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._internal = len(self.vehicles)


@fragment
def log(text: str) -> None:
    print(text)


@container(resources=Resources(cpu="500m", memory="1Gi"))
def trucks(depot: str) -> list[Truck]: ...


@container
def vehicle(id: VehicleId) -> Vehicle: ...


@container
def inspect(truck: Vehicle, day: dt.date) -> Inspection: ...


@container
def boxed(reading: float) -> Box[float]: ...


@container
def paired(name: str) -> Pair[int, Point]: ...


@container
def unbox(box: Box[float]) -> Kilometres: ...


@container
def plan(inspections: Sequence[Inspection], extra: Sequence[Reading] = ()) -> Plan: ...


@container
def export(plan: Plan) -> Artifact[Path]: ...


@container
def upload(file: Artifact[Path], where: str = "s3://plans") -> str:
    log(where)
    return where


@container
def tell(ids: list[str], at: dt.datetime, position: Point | None, costs: Mapping[str, float]) -> None: ...


@workflow
def maintenance(depot: str = "north", day: dt.date = dt.date(2026, 3, 1)) -> str:
    found = trucks(depot)
    inspections = [inspect(truck, day) for truck in found]
    planned = plan(inspections)
    plan(inspections, extra=[1, 2.5])
    chosen = vehicle(VehicleId("v-1"))
    tell([chosen.id, chosen.name], planned.when, chosen.position, planned.costs)
    unbox(boxed(1))
    unbox(paired("x"))
    return upload(export(planned))
