"""The report's lines as the profile wants them: built-in indicators with their overrides, and those that it declares.

What a profile declares becomes an Indicator like any other (geo.figures.kpis.compiling). Every mistake is found here,
before there is a database, and all of them are told at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NamedTuple, TypeVar

from geo.figures.kpis.countable import Undeclarable
from geo.figures.kpis.declaring import NAMES, indicator_of, ratio_of, rounded
from geo.figures.kpis.indicator import Family, Indicator
from geo.profile import Profile, ProfileError
from geo.profile.indicators import Declared, Override, Ratio
from geo.profile.reading import FILE
from geo.text import Text, joined

DAY = timedelta(days=1)
MEMBER = "{name}"
"""What the label of a family has in the place of each member's name."""

NOTHING = Text("", "")

Entry = TypeVar("Entry", Declared, Ratio)


class Registry(NamedTuple):
    """All indicators, and all families of them."""

    indicators: tuple[Indicator, ...]
    families: tuple[Family, ...]


def registry(profile: Profile, built_in: Sequence[Indicator], families: Sequence[Family]) -> Registry:
    """Return the indicators as the profile wants them. Raises ProfileError with all mistakes."""
    found = _Declarations(profile, built_in, families)
    made = found.registry()
    if found.problems:
        raise ProfileError(profile.folder / FILE, found.problems)
    return made


class _Declarations:
    """Collects the indicators and what is wrong with their declarations."""

    def __init__(self, profile: Profile, built_in: Sequence[Indicator], families: Sequence[Family]) -> None:
        self.profile = profile
        self.built_in = {indicator.key: indicator for indicator in built_in}
        self.families = {family.indicator.key: family for family in families}
        self.problems: list[Text] = []

    def registry(self) -> Registry:
        """Return all indicators; those with mistakes are left out."""
        overridden = self._overridden()
        declared = self._versions(self.profile.indicators, self._declared)
        plain = {**{key: overridden[key] for key in self.built_in}, **declared}
        ratios = self._versions(self.profile.ratios, lambda ratio: self._ratio(ratio, plain))
        indicators = (*plain.values(), *ratios.values())
        families = [replace(family, indicator=overridden[key]) for key, family in self.families.items()]
        self.problems += _at_one_position([*indicators, *(family.indicator for family in families)])
        self._check_labels({**plain, **ratios})
        return Registry(indicators, tuple(families))

    def _overridden(self) -> dict[str, Indicator]:
        known = {**self.built_in, **{key: family.indicator for key, family in self.families.items()}}
        given: dict[str, list[Override]] = defaultdict(list)
        for override in self.profile.overrides:
            if override.key in known:
                given[override.key].append(override)
                if override.key in self.families and any(MEMBER not in text for text in override.label or ()):
                    reason = Text(
                        f"Es ist das mehrerer Zeilen, die {MEMBER} unterscheidet. Schreiben Sie das, wo der Name "
                        "steht.",
                        f"It is that of several lines, told apart by {MEMBER}. Write that where the name belongs.",
                    )
                    self._wrong("overrides", override.key, "label", reason)
            else:
                self._wrong("overrides", override.key, "key", *_unknown_key(override.key, known))
        return {key: self._override(each, given[key]) for key, each in known.items()}

    def _override(self, built_in: Indicator, overrides: Sequence[Override]) -> Indicator:
        found = [
            replace(
                built_in,
                label=each.label or built_in.label,
                area=self.profile.known_areas[each.area] if each.area else built_in.area,
                product=self.profile.known_products[each.product] if each.product else built_in.product,
                position=each.position or built_in.position,
                goals=built_in.goals if each.goals is None else each.goals,
                valid_from=each.valid_from,
                valid_until=each.valid_until,
                **rounded(each, built_in.rounding, built_in.decimals),
            )
            for each in overrides
        ]
        return together([*found, *_between(built_in, found)])

    def _versions(self, entries: Iterable[Entry], make: Callable[[Entry], Indicator]) -> dict[str, Indicator]:
        versions: dict[str, list[Indicator]] = defaultdict(list)
        for entry in entries:
            try:
                made = make(entry)
            except Undeclarable as error:
                table = "ratios" if isinstance(entry, Ratio) else "indicators"
                self._wrong(table, entry.key, error.name, *error.texts)
            else:
                versions[entry.key].append(made)
        for key, found in versions.items():
            self.problems += _inconsistent(key, found)
        return {key: together(found) for key, found in versions.items()}

    def _declared(self, entry: Declared) -> Indicator:
        if entry.key in self.built_in or entry.key in self.families:
            raise Undeclarable(
                "key",
                Text(
                    f"{entry.key} ist der Schlüssel einer eingebauten Kennzahl.",
                    f"{entry.key} is the key of a built-in indicator.",
                ),
                Text("[[overrides]] ändert diese.", "[[overrides]] changes that."),
            )
        return indicator_of(entry, self.profile)

    def _ratio(self, entry: Ratio, known: Mapping[str, Indicator]) -> Indicator:
        if entry.key in known or entry.key in self.families:
            raise Undeclarable(
                "key",
                Text(
                    f"{entry.key} ist der Schlüssel einer anderen Kennzahl.",
                    f"{entry.key} is the key of another indicator.",
                ),
                Text("Wählen Sie einen anderen.", "Choose another."),
            )
        sides: list[Indicator] = []
        for name in NAMES:
            key = getattr(entry, name)
            if key not in known:
                raise Undeclarable(name, *_unknown_key(key, known))
            sides.append(known[key])
        return ratio_of(entry, self.profile, *sides)

    def _check_labels(self, known: Mapping[str, Indicator]) -> None:
        """Note the lines that a part has other words for and that there are not; members of families are records."""
        for part, labels in self.profile.part_labels.items():
            for key in labels:
                family, of, _ = key.partition(":")
                if key in self.families:
                    self._wrong(
                        "part_labels",
                        part,
                        key,
                        Text("Das ist eine Zeile je Mitglied.", "This is one line for each member."),
                        Text(f"Nennen Sie eines: {key}:MEMBER.", f"Name one: {key}:MEMBER."),
                    )
                elif key not in known and not (of and family in self.families):
                    self._wrong("part_labels", part, key, *_unknown_key(key, [*known, *self.families]))

    def _wrong(self, table: str, key: str, name: str, message: Text, hint: Text = NOTHING) -> None:
        texts = (f"{table}.{key}.{name}: {one} {other}" for one, other in zip(message, hint, strict=True))
        self.problems.append(Text(*(" ".join(text.split()) for text in texts)))


def together(versions: Sequence[Indicator]) -> Indicator:
    """Return the definition of a key that holds last, with the others."""
    *others, last = sorted(versions, key=lambda each: each.valid_from.toordinal() if each.valid_from else 0)
    return replace(last, others=tuple(others))


def _between(built_in: Indicator, overrides: Sequence[Indicator]) -> Iterator[Indicator]:
    """Yield the built-in definition for each span of days for which there is no override."""
    if not overrides:
        yield built_in
        return
    spans = sorted(overrides, key=lambda each: each.valid_from.toordinal() if each.valid_from else 0)
    free_from: date | None = None
    for number, each in enumerate(spans):
        if each.valid_from is not None and (number == 0 or free_from is not None) and free_from != each.valid_from:
            yield replace(built_in, valid_from=free_from, valid_until=each.valid_from - DAY)
        if each.valid_until is None:
            return
        free_from = each.valid_until + DAY
    yield replace(built_in, valid_from=free_from)


def _inconsistent(key: str, versions: Sequence[Indicator]) -> Iterator[Text]:
    first = versions[0]
    for other in versions[1:]:
        if (other.unit, other.kind) != (first.unit, first.kind):
            yield Text(
                f"indicators.{key}: Die Fassungen unterscheiden sich in der Einheit, oder darin, ob sie einen Zeitraum "
                "zählen. Wählen Sie einen anderen Schlüssel.",
                f"indicators.{key}: its definitions differ in unit, or in whether it is a flow. Choose another key.",
            )


def _at_one_position(indicators: Sequence[Indicator]) -> Iterator[Text]:
    taken: dict[int, str] = {}
    for indicator in indicators:
        for position in {version.position for version in indicator.versions}:
            other = taken.setdefault(position, indicator.key)
            if other != indicator.key:
                yield Text(
                    f"indicators.{indicator.key}.position: {position} hat schon {other}. Wählen Sie eine andere.",
                    f"indicators.{indicator.key}.position: {position} is that of {other}. Choose another.",
                )


def _unknown_key(key: str, known: Iterable[str]) -> tuple[Text, Text]:
    names = list(known)
    near = get_close_matches(key, names, 1)
    suggestion = Text(f" Meinten Sie „{near[0]}“?", f" Did you mean “{near[0]}”?") if near else ""
    unknown = Text(f"Die Kennzahl „{key}“ gibt es nicht.", f"There is no indicator “{key}”.")
    return joined(unknown, suggestion), Text(f"Bekannt: {', '.join(names)}.", f"Known: {', '.join(names)}.")
