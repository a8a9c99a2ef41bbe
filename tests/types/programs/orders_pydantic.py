"""A shop's nightly run, as somebody writes it who lives in pydantic."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar
from uuid import UUID, uuid4

from athena_runtime import Retry, container, workflow
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    NonNegativeInt,
    PositiveInt,
    RootModel,
    computed_field,
    field_validator,
    model_validator,
)

T = TypeVar("T")
Row = TypeVar("Row", bound=BaseModel)


def _upper(value: str) -> str:
    return value.upper()


Sku = Annotated[str, Field(pattern=r"^[A-Z]{3}-\d+$"), AfterValidator(_upper)]
Money = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class Status(StrEnum):
    OPEN = "open"
    PAID = "paid"
    SENT = "sent"


class Priority(int, Enum):
    LOW = 1
    HIGH = 2


class Base(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
    version: ClassVar[int] = 3


class Stamped(Base):
    created: datetime = Field(default_factory=datetime.now)
    updated: datetime | None = None

    @property
    def age(self) -> timedelta:
        return datetime.now() - self.created


class Card(Base):
    kind: Literal["card"] = "card"
    last_digits: str


class Transfer(Base):
    kind: Literal["transfer"] = "transfer"
    iban: str


Payment = Annotated[Card | Transfer, Field(discriminator="kind")]


class Line(Base):
    sku: Sku
    count: PositiveInt = 1
    price: Money

    @computed_field
    @property
    def total(self) -> Decimal:
        return self.price * self.count


class Customer(Base):
    id: UUID = Field(default_factory=uuid4)
    mail: EmailStr = Field(alias="e-mail")
    site: HttpUrl | None = None
    tags: frozenset[str] = frozenset()


class Order(Stamped):
    id: UUID
    customer: Customer
    lines: list[Line] = Field(min_length=1)
    payment: Payment
    status: Status = Status.OPEN
    priority: Priority = Priority.LOW
    notes: dict[str, str] = Field(default_factory=dict)
    parent: Order | None = None

    @field_validator("notes")
    @classmethod
    def short(cls, value: dict[str, str]) -> dict[str, str]:
        return {key: text[:100] for key, text in value.items()}

    @model_validator(mode="after")
    def consistent(self) -> Self:
        return self


class Page(Base, Generic[T]):
    items: list[T]
    next: str | None = None
    total: NonNegativeInt = 0


class Orders(RootModel[list[Order]]):
    def __len__(self) -> int:
        return len(self.root)


class Failure(Base):
    order: UUID
    reason: str
    detail: Any = None


class Summary(Base):
    day: datetime
    count: int
    revenue: Decimal
    by_status: dict[Status, int]
    failures: list[Failure] = []


class Settings(Base):
    endpoint: str = "https://shop.example.com"
    page_size: PositiveInt = 100


@container(image="ghcr.io/acme/shop:1", retry=Retry(limit=3))
def fetch(settings: Settings, day: datetime, status: Status = Status.PAID) -> Page[Order]: ...


@container
def flatten(page: Page[Order]) -> Orders: ...


@container
def charge(order: Order, payment: Card | Transfer, dry_run: bool = False) -> Failure | None: ...


@container
def lines_of(order: Order) -> list[Line]: ...


@container
def ship(customer: Customer, lines: list[Line], priority: Priority = Priority.LOW) -> Status: ...


@container
def first(page: Page[Order]) -> Order: ...


@container
def stamp(entry: Stamped) -> datetime: ...


@container
def summarise(orders: Orders, failures: list[Failure | None], day: datetime) -> Summary: ...


@container
def notify(mail: str, summary: Summary, total: float | Decimal) -> None: ...


@container
def remember(values: dict[Status, int], note: str | None = None) -> None: ...


@workflow
def nightly(
    day: datetime = datetime(2026, 1, 1),
    settings: Settings = Settings(page_size=50),
) -> Summary:
    """Fetches a day's orders, charges them, ships the first one and reports."""
    page = fetch(settings, day, Status.PAID)
    orders = flatten(page)
    failures = [charge(order, order.payment) for order in page.items]
    order = first(page)
    ship(order.customer, order.lines, priority=Priority.HIGH)
    ship(order.customer, lines_of(order))
    stamp(order)
    summary = summarise(orders, failures, day)
    notify(order.customer.mail, summary, summary.revenue)
    remember(summary.by_status, note=page.next)
    return summary
