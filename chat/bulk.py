"""One statement for many rows: its text is made once, and the rows go to the driver as plain tuples.

SQLAlchemy binds each value of each row anew, about 10 µs a row: much of what storing a message takes. And what returns
nothing need not be waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    CTE,
    ColumnElement,
    Insert,
    Select,
    String,
    Update,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from chat.sqlite import DIALECT
from chat.sqlite_driver import OneHopConnection


def given_rows(name: str, **columns: TypeEngine[Any]) -> CTE:
    """A table that comes along with a statement: its parameter `name`, rows in the order of the columns, `as_given`."""
    given = _given(name)
    extracted = [
        cast(func.json_extract(given, literal_column(f"'$[{place}]'")), type_).label(column)
        for place, (column, type_) in enumerate(columns.items())
    ]
    return select(*extracted).cte(name)


def given_ids(name: str) -> Select[Any]:
    """Ids that come along with a statement: its parameter `name`, `as_given`.

    For `column.in_(…)` with hundreds of them: of a list SQLAlchemy makes a new text for each execution.
    """
    return select(_given(name))


def as_given(values: Iterable[str | Sequence[str | int]]) -> str:
    """What a statement with `given_rows` or `given_ids` takes as their parameter."""
    return msgspec.json.encode(list(values)).decode()


def _given(name: str) -> ColumnElement[Any]:
    parameter = bindparam(name, type_=String())
    return func.json_each(parameter).table_valued("value", name=f"given_{name}").c.value


class Bulk:
    """An INSERT or UPDATE whose rows all give the same values."""

    def __init__(self, statement: Insert | Update, *columns: str) -> None:
        """`columns`: what each row of an INSERT gives; an UPDATE names its values by `bindparam`.

        Raises ValueError for columns that have a default in Python: nobody would fill it in.
        """
        compiled = statement.compile(dialect=DIALECT, column_keys=list(columns) or None)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError("a column left out has a default: give its value with each row")
        self._text = str(compiled)
        self._names = compiled.positiontup or []
        bound = {name: compiled.binds[name].type.dialect_impl(DIALECT) for name in self._names}
        self._converters = [
            (place, convert)
            for place, name in enumerate(self._names)
            if (convert := bound[name].bind_processor(DIALECT)) is not None
        ]

    def execute(self, connection: AsyncConnection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute it for each row, all in one call of the driver: together with the next statement or the commit.

        Only then is a failure raised. The connection is one of `chat.sqlite`.
        """
        bound = [self._bind(row) for row in rows]
        if bound:
            _driver(connection).defer_many(self._text, bound)

    def _bind(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        values = [row[name] for name in self._names]
        for place, convert in self._converters:
            values[place] = convert(values[place])
        return tuple(values)


async def settle(connection: AsyncConnection) -> None:
    """Run what was executed and not waited for, so that its failure is raised here."""
    await _driver(connection).settle()


def _driver(connection: AsyncConnection) -> OneHopConnection:
    pooled = connection.sync_connection
    driver = pooled.connection.driver_connection if pooled is not None else None
    if not isinstance(driver, OneHopConnection):
        raise TypeError("a connection of chat.sqlite is needed")
    return driver
