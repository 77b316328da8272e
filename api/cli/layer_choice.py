"""The parameter type of commands that name a layer."""

from typing import Any

import click

from api.cli import language_of_refusals
from geo.records.layers import LAYERS
from geo.records.layers.kept import switched_off
from geo.text import Text


class LayerChoice(click.Choice[str]):
    """One of the layers that the agency keeps. Of one that its profile switches off, the refusal names the key."""

    def __init__(self) -> None:
        super().__init__(list(LAYERS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the layer's key."""
        if error := switched_off(Text(f"Der Layer {value}", f"The layer {value}"), str(value)):
            self.fail(error.one_line(language_of_refusals(ctx) if ctx else "en"), param, ctx)
        return super().convert(value, param, ctx)
