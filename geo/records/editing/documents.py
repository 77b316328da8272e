"""JSON as it is sent: exact numbers, no member twice, nothing that cannot be stored or answered."""

import json
from decimal import Decimal
from typing import Any

from geo.records.editing.faults import Malformed
from geo.records.layers.layer import Text


def parse(body: bytes) -> Any:
    """The document of a body, with numbers as int or Decimal. Raises Malformed."""
    try:
        found = json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )
        # Half a character (a lone surrogate) can be neither stored nor quoted.
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


def _no_number(word: str) -> Any:
    raise Malformed(Text(f"„{word}“ ist in JSON keine Zahl.", f"“{word}” is no number in JSON."))


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = json.dumps(next(name for name in names if names.count(name) > 1))[1:-1][:80]
        raise Malformed(Text(f"„{twice}“ steht zweimal in einem Objekt.", f"“{twice}” stands twice in one object."))
    return found
