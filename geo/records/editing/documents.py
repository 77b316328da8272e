"""Parses JSON bodies: exact numbers, no duplicate members, nothing that cannot be stored or returned."""

import json
from decimal import Decimal
from typing import Any

from geo.records.editing.faults import Malformed
from geo.records.layers.layer import Text


def parse(body: bytes) -> Any:
    """Return the document in a body, with numbers as int or Decimal. Raises Malformed."""
    try:
        found = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique_members
        )
        # A lone surrogate can be neither stored nor quoted.
        json.dumps(found, ensure_ascii=False, default=str).encode()
    except UnicodeError:
        raise Malformed(Text("Der Inhalt ist kein Text in UTF-8.", "The body is not text encoded in UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise Malformed(
            Text(
                f"Der Inhalt ist kein JSON: Fehler in Zeile {error.lineno}, Spalte {error.colno}.",
                f"The body is not JSON: error in line {error.lineno}, column {error.colno}.",
            )
        ) from None
    except RecursionError:
        raise Malformed(Text("Der Inhalt ist zu tief verschachtelt.", "The body is nested too deeply.")) from None
    except (ValueError, ArithmeticError):
        raise Malformed(Text("Eine Zahl im Inhalt ist zu lang.", "A number in the body is too long.")) from None
    return found


def _refuse_constant(word: str) -> Any:
    raise Malformed(Text(f"„{word}“ ist in JSON keine Zahl.", f"“{word}” is not a number in JSON."))


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = json.dumps(next(name for name in names if names.count(name) > 1))[1:-1][:80]
        raise Malformed(Text(f"„{twice}“ steht zweimal in einem Objekt.", f"“{twice}” occurs twice in one object."))
    return found
