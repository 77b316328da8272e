"""Writes a profile as TOML: all of its keys, each with what it means, those that nobody has set as comments."""

import json
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from geo.profile.model import Profile, Section
from geo.text import Text

HEAD = """\
# The profile of an agency. docs/setup.md leads through it; `flurwerk profile check` looks for mistakes.
# A line that begins with # is a comment; one that would set a key shows its default,
# or an example.
"""
WIDTH = 100


def document(given: Mapping[str, Any]) -> str:
    """Return a profile with these values, nested as in the file, and with the other keys as comments."""
    return HEAD + "".join(_table(Profile, given, ()))


def shown(profile: Profile) -> str:
    """Return all that is in force, defaults included, as TOML without comments."""
    return "\n".join(_values(profile, ())).strip() + "\n"


def _table(section: type[Section], given: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    if path:
        yield f"\n[{'.'.join(path)}]\n" + _comment(section.__doc__ or "")
    inner: list[tuple[str, type[Section]]] = []
    lists: list[tuple[str, FieldInfo]] = []
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            inner.append((name, kind))
            continue
        if _entry_of(field) and name not in given:
            lists.append((name, field))
            continue
        yield _comment(field.description or "")
        if name in given:
            yield f"{name} = {toml(given[name])}\n"
        else:
            yield _unset(name, field)
    for name, kind in inner:
        yield from _table(kind, given.get(name, {}), (*path, name))
    for name, field in lists:
        yield from _example(name, field, path)


def _entry_of(field: FieldInfo) -> type[Section] | None:
    """Return the section of which a field holds any number, as `[[name]]` writes them."""
    kinds = [kind for kind in get_args(field.annotation) if isinstance(kind, type) and issubclass(kind, Section)]
    return kinds[0] if kinds and get_origin(field.annotation) is tuple else None


def _example(name: str, field: FieldInfo, path: tuple[str, ...]) -> Iterator[str]:
    kind = _entry_of(field)
    assert kind
    yield "\n" + _comment(field.description or kind.__doc__ or "") + f"# [[{'.'.join((*path, name))}]]\n"
    for key, inner in kind.model_fields.items():
        yield _comment(inner.description or "", "# # ") + _unset(inner.alias or key, inner)


def _unset(name: str, field: FieldInfo) -> str:
    if field.examples:
        return f"# {name} = {toml(field.examples[0])}  # an example\n"
    default = field.get_default(call_default_factory=True)
    if field.is_required() or default is None or isinstance(default, Section):
        return f"# {name} =\n"
    try:
        return f"# {name} = {toml(default)}\n"
    except TypeError:  # Tables of their own, which the description explains.
        return f"# {name} =\n"


def _values(section: Section, path: tuple[str, ...]) -> Iterator[str]:
    tables: list[tuple[str, Section]] = []
    lines: list[str] = []
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Section):
            tables.append((name, value))
        elif value is not None:
            lines.append(f"{name} = {toml(value)}")
    if path and lines:
        yield f"\n[{'.'.join(path)}]"
    yield from lines
    for name, table in tables:
        yield from _values(table, (*path, name))


def _comment(text: str, mark: str = "# ") -> str:
    return "".join(f"{mark}{line}\n" for line in wrap(" ".join(text.split()).replace("``", "`"), WIDTH))


def toml(value: object) -> str:
    """Return a value as TOML. Raises TypeError for what has no form on one line."""
    if isinstance(value, Text):
        return toml(value.de) if value.de == value.en else f"{{ de = {toml(value.de)}, en = {toml(value.en)} }}"
    if isinstance(value, Section):
        fields = type(value).model_fields.items()
        return toml({field.alias or name: getattr(value, name) for name, field in fields})
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        # Strings of JSON are strings of TOML, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        pairs = (f"{toml(str(key))} = {toml(one)}" for key, one in value.items() if one is not None)
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, tuple | list | frozenset):
        return f"[{', '.join(map(toml, value))}]"
    if value is None:
        raise TypeError("TOML has no null")
    return toml(str(value))
