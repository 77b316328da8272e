"""The registry in the agency's own words (geo.profile.terms)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from geo.profile import profile
from geo.profile.wording import refuse_unknown, termed
from geo.records.layers.layer import Column, DerivedView, Layer
from geo.text import Text

PREFIXES = ("layers", "codes")


def in_own_words(layers: Mapping[str, Layer]) -> dict[str, Layer]:
    """Return the layers with the profile's texts. Raises ProfileError for an unknown key, with the nearest one."""
    if not any(key.split(".")[0] in PREFIXES for key in profile().terms):
        return dict(layers)
    known = list(texts_of(layers))
    for prefix in PREFIXES:
        refuse_unknown(prefix, known)
    return {key: _layer(layer) for key, layer in layers.items()}


def texts_of(layers: Mapping[str, Layer]) -> dict[str, Text]:
    """Return all texts of the layers by their keys, such as ``layers.plots.fields.zoning``."""
    return dict(_texts(layers))


def _texts(layers: Mapping[str, Layer]) -> Iterator[tuple[str, Text]]:
    for key, layer in layers.items():
        yield f"layers.{key}.title", layer.title
        yield f"layers.{key}.singular", layer.singular
        yield f"layers.{key}.description", layer.description
        for column, told in layer.told_as.items():
            yield f"layers.{key}.told_as.{column}", told
        for column in layer.all_columns:
            yield f"layers.{key}.fields.{column.name}", column.label
            if column.hint:
                yield f"layers.{key}.hints.{column.name}", column.hint
            for code, label in (column.codes or {}).items():
                yield f"codes.{key}.{column.name}.{code}", label


def _layer(layer: Layer) -> Layer:
    def column(one: Column) -> Column:
        codes = one.codes and {
            code: termed(f"codes.{layer.key}.{one.name}.{code}", label) for code, label in one.codes.items()
        }
        hint = one.hint and termed(f"layers.{layer.key}.hints.{one.name}", one.hint)
        return replace(one, label=termed(f"layers.{layer.key}.fields.{one.name}", one.label), hint=hint, codes=codes)

    def view(one: DerivedView) -> DerivedView:
        return one._replace(columns=tuple(map(column, one.columns)))

    singular = termed(f"layers.{layer.key}.singular", layer.singular)
    return replace(
        layer,
        title=termed(f"layers.{layer.key}.title", layer.title),
        singular=singular,
        gender=layer.gender if singular.de == layer.singular.de else None,
        description=termed(f"layers.{layer.key}.description", layer.description),
        told_as={name: termed(f"layers.{layer.key}.told_as.{name}", told) for name, told in layer.told_as.items()},
        columns=tuple(map(column, layer.columns)),
        derived_views=tuple(map(view, layer.derived_views)),
    )
