"""The fonts of pictures and documents, which are part of the package."""

from importlib.resources import files

FONT = "Source Sans 3"
FONTS = files("maps").joinpath("vendor/source-sans")
"""The folder with the font's files."""
