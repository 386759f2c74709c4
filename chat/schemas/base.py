"""What all schemas share: camelCase on the wire, snake_case here."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, dataclass_transform

import msgspec

from chat.errors import BadRequest, ChatError

T = TypeVar("T")

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_SEQ = 2**53 - 1  # what a JavaScript number holds exactly

Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEQ)]


class _KeywordOnly(msgspec.StructMeta):
    """msgspec's `kw_only` holds for one class and not for those that extend it; for schemas it always holds."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any) -> Any:
        return super().__new__(mcs, name, bases, namespace, **({"kw_only": True} | config))


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Schema(msgspec.Struct, metaclass=_KeywordOnly, rename="camel", frozen=True):
    """A shape of the wire. Unknown fields are ignored: they are never honoured, and clients may be newer."""


def decode(data: Any, shape: type[T], *, strict: bool = True) -> T:
    """Turn decoded JSON into `shape`; `strict=False` for query strings, whose numbers are text.

    Raises BadRequest that names the field and what is wrong with it.
    """
    try:
        return msgspec.convert(data, shape, strict=strict)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def decode_json(body: bytes, shape: type[T]) -> T:
    """Turn a JSON text into `shape`. Raises BadRequest."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadRequest("not_json") from None


def invalid(error: msgspec.ValidationError) -> ChatError:
    """The failure for a shape that does not fit, with the path of the field that is wrong."""
    if isinstance(error.__cause__, ChatError):
        return error.__cause__
    text, _, path = str(error).partition(" - at `")
    field = path.rstrip("`").removeprefix("$").lstrip(".")
    if not field and "field `" in text:
        field = text.split("field `")[1].rstrip("`")
    return BadRequest("invalid_field", details={"field": field or "$", "problem": text}, field=field or "$")
