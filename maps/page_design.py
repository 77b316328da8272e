"""The agency's design on the pages of the service: a style sheet, and the files that it names."""

from importlib.resources import files

from geo.profile import profile
from geo.profile.colours import WHITE, mixed
from maps import design, fonts

SHEET = "css/9-agency.css"
"""The style sheet comes after the others, whose colours and font it replaces."""
ICON = "images/icon.svg"
ICON_COLOUR = "#00806a"
LOGO_HEIGHT_PX, LOGO_WIDTH_PX = 32, 200
FALLBACKS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'


def page_design() -> dict[str, bytes]:
    """Return files by their paths below maps/web, served beside those or in their place; none without a design."""
    found: dict[str, bytes] = {}
    rules: list[str] = []
    if own := design.colour():
        icon = files("maps").joinpath("web", ICON).read_text("utf-8")
        found[ICON] = icon.replace(ICON_COLOUR, own).encode()
        rules += [_light(design.tones_of(own)), _dark(design.dark_tones_of(own))]
    if family := fonts.own_family():
        from maps.web_fonts import css_name, font_face, woff

        for weight, path in fonts.own_files().items():
            found[f"agency/font-{weight}.woff"] = woff(path)
            rules.append(font_face(family, weight, f"../agency/font-{weight}.woff"))
        rules.append(f':root {{ font-family: "{css_name(family)}", {FALLBACKS}; }}')
    if logo := design.logo():
        found[f"agency/logo.{logo.suffix}"] = logo.content
    if rules:
        found[SHEET] = "\n".join(rules).encode()
    return found


def logo_on_pages() -> dict[str, str]:
    """Return the logo's path below maps/web, its width at 32 pixels in height, and its text; empty without one."""
    logo = design.logo()
    if logo is None:
        return {"path": "", "width": "", "height": "", "text": ""}
    width, height = logo.fitting(LOGO_HEIGHT_PX, LOGO_WIDTH_PX)
    return {
        "path": f"agency/logo.{logo.suffix}",
        "width": str(round(width)),
        "height": str(round(height)),
        "text": profile().publisher.name,
    }


def _light(tones: design.Tones) -> str:
    values = {
        "accent": tones.accent,
        "accent-strong": tones.strong,
        "accent-soft": tones.soft,
        "accent-faint": f"color-mix(in srgb, {tones.soft} 50%, #fff)",
        "accent-line": f"color-mix(in srgb, {tones.accent} 50%, #fff)",
        "earlier": mixed(tones.accent, WHITE, 0.5),
        "current": tones.accent,
        "accent-on-map": tones.accent,
        "frame": tones.frame,
        "frame-over": tones.frame_over,
        "link": tones.accent,
        "link-strong": tones.strong,
        "link-soft": tones.soft,
    }
    return _root(values)


def _dark(tones: design.Tones) -> str:
    """The API's pages, which have the links' colours, are light for everybody."""
    values = {
        "accent": tones.accent,
        "accent-strong": tones.strong,
        "accent-soft": tones.soft,
        "accent-faint": f"color-mix(in srgb, {tones.soft} 50%, {design.DARK_PAPER})",
        "accent-line": f"color-mix(in srgb, {tones.accent} 50%, {design.DARK_PAPER})",
        "on-accent": design.ON_LIGHT,
        "earlier": mixed(tones.accent, design.DARK_PAPER, 0.5),
        "current": tones.accent,
        "frame": tones.frame,
        "frame-over": tones.frame_over,
    }
    return f"@media screen and (prefers-color-scheme: dark) {{ {_root(values)} }}"


def _root(values: dict[str, str]) -> str:
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in values.items())} }}"
