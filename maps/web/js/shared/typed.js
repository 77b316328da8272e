/** Numbers and days as people type them in the reader's language; what has two readings is asked about, never guessed. */

import { language, t } from "./catalogue.js";
import { day, number } from "./format.js";

/** How many digits a number in JavaScript keeps. */
const MOST_DIGITS = 15;
const GROUPS = { de: ".", en: "," };
const POINT = { de: ",", en: "." };
/** Spaces and apostrophes also separate groups of three digits: no-break, narrow and thin spaces, the Swiss apostrophe. */
const GAPS = /[\s\u00a0\u2009\u202f'’]/g;
/** The units that may be typed after a number, with the power of ten by which it becomes one in the field's unit. */
const UNITS = /** @type {Record<string, Record<string, number>>} */ ({
    "m²": { "m²": 0, m2: 0, qm: 0, ha: 4, "km²": 6, km2: 6 },
    ha: { ha: 0, "m²": -4, m2: -4, qm: -4, "km²": 2, km2: 2 },
    m: { m: 0, km: 3, cm: -2 },
    km: { km: 0, m: -3 },
    "€": { "€": 0, eur: 0, euro: 0, "t€": 3, teur: 3, "tsd.€": 3, "mio.€": 6, "mio€": 6 },
    "T€": { "t€": 0, teur: 0, "tsd.€": 0, "€": -3, eur: -3, "mio.€": 3, "mio€": 3 },
    "€/m²": { "€/m²": 0, "€/m2": 0, "€/qm": 0, "eur/m²": 0, "eur/m2": 0, "eur/qm": 0, "€": 0, eur: 0 },
    "%": { "%": 0 },
    "Mbit/s": { "mbit/s": 0, mbit: 0, "gbit/s": 3, gbit: 3 },
});
/** Values in these units have three decimals as often as four digits: `12.345 km` may be either. */
const LONG_DECIMALS = new Set(["km", "ha"]);

/** A text that is not what the field takes. `meant` are readings to choose from, as texts that can be read. */
export class Unreadable extends Error {
    /**
     * @param {string} message
     * @param {string[]} [meant]
     */
    constructor(message, meant = []) {
        super(message);
        this.meant = meant;
    }
}

/**
 * A number as editable text with all its digits.
 * @param {string | number | null | undefined} value
 */
export const editableNumber = (value) => (value === null || value === undefined || value === "" ? "" : number(Number(value), MOST_DIGITS));

/** A day as editable text. @param {string | null | undefined} value */
export const editableDay = (value) => (value ? day(value) : "");

/**
 * The number that a text says in the reader's language: `250.000`, `1,5`, `1 500,50 €`, `2 ha` (of a field in m²).
 *
 * Throws Unreadable if it says none, or if it may mean two; not of the latter if `isMeant`, as when it was chosen.
 * @param {string} text
 * @param {{unit?: string, isWhole?: boolean, isMeant?: boolean}} [field] the unit in which the number is returned
 */
export function readNumber(text, { unit = "", isWhole = false, isMeant = false } = {}) {
    const { sign, digits, shift } = parts(text, unit);
    const plain = readDigits(digits, unit, isMeant);
    if (plain.replace(/\D|^0+/g, "").length > MOST_DIGITS) throw new Unreadable(t("typed.too_long", { count: MOST_DIGITS }));
    const value = Number(`${sign}${plain}e${shift}`);
    if (isWhole && !Number.isInteger(value)) throw new Unreadable(t("typed.whole"));
    return value;
}

/**
 * The sign of a number, its digits with their separators, and the power of ten of its unit.
 * @param {string} text
 * @param {string} unit
 */
function parts(text, unit) {
    // “250,–” is a price without cents.
    const tidy = text.trim().replace(/^[−–]/, "-").replace(/[.,](-{1,2}|–|—)(?=\D*$)/, "");
    const [, sign = "", before = "", digits = "", after = ""] = /^([-+]?)\s*([€]?)\s*(\d(?:[\d.,'’\s]*\d)?)\s*([^\d\s.,'’].*)?$/.exec(tidy) ?? [];
    if (!digits) throw new Unreadable(t("typed.no_number", { example: editableNumber(54900), decimal: editableNumber(1.5) }));
    const typed = (after.trim() || before).replace(GAPS, "");
    const known = UNITS[unit] ?? { [unit.replace(GAPS, "").toLowerCase()]: 0 };
    const shift = typed ? known[typed] ?? known[typed.toLowerCase()] : 0;
    if (shift === undefined) throw new Unreadable(unit ? t("typed.other_unit", { typed, unit }) : t("typed.no_unit", { typed }));
    return { sign: sign === "-" ? "-" : "", digits: digits.replace(GAPS, " "), shift };
}

/**
 * The digits of a number with a decimal point.
 * @param {string} digits with the separators of the reader's language
 * @param {string} unit
 * @param {boolean} isMeant
 */
function readDigits(digits, unit, isMeant) {
    const [group, point] = [GROUPS[language], POINT[language]];
    const [whole = "", ...rest] = digits.split(point);
    const fraction = rest.join(point);
    const isGrouped = /^\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*$/.test(whole);
    if (rest.length > 1 || !/^\d*$/.test(fraction) || !(isGrouped || /^\d+$/.test(whole))) throw otherLanguage(digits, group, point);
    const plain = `${whole.replace(/\D/g, "")}${fraction ? `.${fraction}` : ""}`;
    if (isMeant) return plain;
    // “250,000” may be a price that somebody copied from an English text.
    if (/^[1-9]\d{0,2}$/.test(whole) && fraction.length === 3 && !LONG_DECIMALS.has(unit)) throw unclear([`${whole}${fraction}`, plain]);
    if (LONG_DECIMALS.has(unit) && whole.split(group).length === 2 && !fraction) throw unclear([plain, whole.replace(group, ".")]);
    return plain;
}

/**
 * What to say of digits that are none in the reader's language, with the number that they are in another.
 * @param {string} digits
 * @param {string} group
 * @param {string} point
 */
function otherLanguage(digits, group, point) {
    const [whole = "", ...rest] = digits.split(group);
    const plain = whole.replaceAll(point, "");
    const isOther = rest.length === 1 && /^\d+$/.test(rest[0] ?? "") && /^\d+$/.test(plain) && isGroupedBy(whole, point);
    const isManyGroups = !rest.length && isGroupedBy(whole, point) && /^\d+$/.test(plain);
    if (isOther) return unclear([`${plain}.${rest[0]}`]);
    if (isManyGroups) return unclear([plain]);
    return new Unreadable(t("typed.no_number", { example: editableNumber(54900), decimal: editableNumber(1.5) }));
}

/** @param {string} whole @param {string} separator */
const isGroupedBy = (whole, separator) => {
    const [first = "", ...groups] = whole.split(separator);
    return !groups.length || (/^\d{1,3}$/.test(first) && groups.every((one) => /^\d{3}$/.test(one)));
};

/** @param {string[]} values with a decimal point */
function unclear(values) {
    const meant = values.map((value) => editableNumber(value));
    return new Unreadable(t(meant.length > 1 ? "typed.unclear" : "typed.meant", { meant: meant.join(` ${t("typed.or")} `) }), meant);
}

/**
 * The day (`2023-12-31`) that a text says: `31.12.2023`, `31.12.23`, `31/12/2023` or `2023-12-31`.
 *
 * A year of two digits is the one between 80 years ago and 19 years ahead. Throws Unreadable if it says none.
 * @param {string} text
 */
export function readDay(text) {
    const bare = text.trim().replace(/\s+/g, "");
    const [, first = "", second = "", third = ""] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(bare) ?? [];
    const [, d = third, m = second, y = first] = /^(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})$/.exec(bare) ?? [];
    if (!y) throw new Unreadable(t("typed.no_day", { example: day("2023-12-31") }));
    const year = y.length === 4 ? Number(y) : ofTwoDigits(Number(y));
    const found = `${String(year).padStart(4, "0")}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`;
    const date = new Date(`${found}T12:00:00Z`);
    if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== found) throw new Unreadable(t("typed.never", { day: text.trim() }));
    return found;
}

/** @param {number} year */
function ofTwoDigits(year) {
    const latest = new Date().getFullYear() + 19;
    return year + 100 * Math.floor((latest - year) / 100);
}
