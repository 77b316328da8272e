"""The content of a hand-out for its template: formatted texts and pictures."""

from typing import Any

from geo.formatting import number
from geo.ground.backgrounds import in_print
from maps.land.handouts.facts import GROUPS, IN_SHORT, SPACE, Plot, notes, plots, printed_on
from maps.land.handouts.job import Job
from maps.land.handouts.pictures import city_picture, legend, site_picture
from maps.land.handouts.words import WORDS, say
from maps.printed import Ground, Picture, Size

SITE = Size(170, 178)
"""The map below a name of one line without a description."""
LEAST_SITE = 110
LETTERS_A_LINE, LINE = 80, 6
LETTERS_OF_NAME, LINE_OF_NAME = 30, 11
"""How many letters are certain to fit in a line of the description and of the name, and how high a line is."""
SITE_BELOW_PHOTO = Size(170, 98)
PHOTO = Size(104, 62)
"""How large a photo is at most, in millimetres."""
CITY = Size(72, 72)
OVERVIEW = Size(170, 118)
CARD = Size(78, 58)
SHORT = 400
"""The maximum length of a description on an exposé's first page, in characters."""


def document(job: Job) -> dict[str, Any]:
    """Return the content of a hand-out."""
    ground = Ground(in_print(job.background))
    made = _expose(job, ground) if job.kind == "expose" else _shortlist(job, ground)
    common = {
        "kind": job.kind,
        "language": job.language,
        "words": {key: text.in_language(job.language) for key, text in WORDS.items()},
        "as_of": say("as_of", job.language, day=printed_on(job)),
        "day": job.day,
        "agency": job.contact.agency,
        "contact": _contact(job),
        "notes": notes(job, ground.service.title if ground.service and ground.has_failed else None),
        "licence": {"name": job.source.licence, "url": job.source.licence_url},
    }
    return common | made


def _expose(job: Job, ground: Ground) -> dict[str, Any]:
    (plot,) = plots(job)
    (found,) = job.dossier["plots"]
    photo = _photo(job, plot.name)
    size = SITE_BELOW_PHOTO if photo else _site_size(plot)
    site = site_picture(job.dossier, found, size, job.language, ground=ground)
    groups = [{"title": say(key, job.language), "rows": plot.rows(names)} for key, names in GROUPS.items()]
    return {
        "title": plot.name,
        "subject": say("expose_of", job.language),
        "plot": _head(plot),
        "photo": photo,
        "contact": _contact(job, plot),
        "description": plot.facts["description"] or "",
        "is_long": len(plot.facts["description"] or "") > SHORT,
        "groups": [group for group in groups if group["rows"]],
        "parcels": plot.parcels(),
        "restrictions": list(plot.restriction_rows()),
        "site": _picture(site, job, plot.name) | {"legend": legend(job.dossier, found, site)},
        "city": city_picture(job.dossier, [found], CITY, job.language).svg,
        "city_alt": say("location_alt", job.language, name=plot.name),
    }


def _site_size(plot: Plot) -> Size:
    """Return the size of the map that fills the first page below the name and the description, if that is there."""
    description = plot.facts["description"] or ""
    lines = -(-len(description) // LETTERS_A_LINE) + description.count("\n") if len(description) <= SHORT else 0
    more_of_name = len(plot.name) // LETTERS_OF_NAME + len(plot.place) // LETTERS_A_LINE
    return Size(SITE.width, max(SITE.height - lines * LINE - more_of_name * LINE_OF_NAME, LEAST_SITE))


def _shortlist(job: Job, ground: Ground) -> dict[str, Any]:
    listed = plots(job)
    cards = [
        _head(plot)
        | {"number": str(order), "rows": plot.rows(IN_SHORT)}
        | {"site": _picture(site_picture(job.dossier, found, CARD, job.language, ground=ground), job, plot.name)}
        for order, (plot, found) in enumerate(zip(listed, job.dossier["plots"], strict=True), 1)
    ]
    count = say("plot_count" if len(cards) == 1 else "plots_count", job.language, count=len(cards))
    overview = city_picture(job.dossier, job.dossier["plots"], OVERVIEW, job.language, ground)
    return {"title": count, "subject": say("shortlist_of", job.language), "cards": cards, "overview": overview.svg}


def _head(plot: Plot) -> dict[str, Any]:
    return {
        "name": plot.name,
        "place": plot.place,
        "district": plot.facts["district"] or "",
        "status": plot.text("status"),
        "status_key": plot.facts["status"],
        "figures": plot.key_figures(),
    }


def _picture(picture: Picture, job: Job, name: str) -> dict[str, str]:
    scale = f"1:{number(picture.scale, job.language)}"
    return {
        "svg": picture.svg,
        "scale": say("scale", job.language, scale=scale).replace(" ", SPACE),
        "alt": say("site_alt", job.language, name=name, scale=scale),
    }


def _photo(job: Job, name: str) -> dict[str, Any] | None:
    """Return the title photo as a picture of the template, with its size in millimetres; None if there is none."""
    for photo in job.dossier.get("photos", ()):
        width, height = photo["width_px"], photo["height_px"]
        scale = min(PHOTO.width / width, PHOTO.height / height)
        source = f"data:{photo['media_type']};base64,{photo['content']}"
        return {
            # Templates take pictures as SVG, for which they get texts.
            "svg": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="{source}"/></svg>',
            "width": width * scale,
            "caption": photo["caption"] or "",
            "alt": photo["caption"] or say("photo_alt", job.language, name=name),
        }
    return None


def _contact(job: Job, plot: Plot | None = None) -> dict[str, Any]:
    """Return whom readers ask: the agency's team, and the contact person of the only plot, if made public."""
    contact = job.contact
    facts = plot.facts if plot else {}
    person = facts.get("contact_person_name") or ""
    phone, email = facts.get("contact_person_phone"), facts.get("contact_person_email")
    ways = (("phone", phone or contact.phone), ("email", email or contact.email), ("web", contact.web))
    return {
        "agency": contact.agency,
        "person": person,
        "function": facts.get("contact_person_function") or "",
        "team": contact.team or "",
        "address": [line.strip() for line in (contact.address or "").split(",") if line.strip()],
        "ways": [{"kind": kind, "label": say(kind, job.language), "text": text} for kind, text in ways if text],
    }
