/** Formatting of numbers and dates in the reader's language, with no-break spaces. */

import { language, t, unitOf } from "./catalogue.js";

const locales = { de: "de-DE", en: "en-GB" };
const SPACE = "\u00a0";
const CITY_TIME = "Europe/Berlin";

/**
 * @param {number | null | undefined} value
 * @param {number} [digits] the maximum number of decimals
 * @param {number} [least] the minimum number of decimals, for aligned columns
 */
export function number(value, digits = 0, least = 0) {
    if (value === null || value === undefined) return t("missing");
    const options = { maximumFractionDigits: digits, minimumFractionDigits: least };
    return value.toLocaleString(locales[language], options).replace("-", "−");
}

/**
 * A value with its unit, rounded to the unit's decimals.
 * @param {number | null | undefined} value
 * @param {string} unit
 */
export function quantity(value, unit) {
    if (value === null || value === undefined) return t("missing");
    const known = unitOf(unit);
    if (!known) console.error(`No unit “${unit}” in the page's settings`);
    return `${number(value, known?.decimals ?? 2)}${SPACE}${unit}`;
}

/**
 * A figure as every output prints it (geo/formatting.py): with at least `decimals` decimals, never fewer than it has.
 * @param {number | string | null | undefined} value
 * @param {number} decimals
 * @param {string | null} [unit]
 */
export function figure(value, decimals, unit) {
    if (value === null || value === undefined) return t("missing");
    const own = String(value).split(".")[1]?.replace(/0+$/, "").length ?? 0;
    const written = number(Number(value), Math.max(decimals, own), decimals);
    return unit ? `${written}${SPACE}${unit}` : written;
}

/**
 * A distance in metres, or in kilometres from 1,000 m.
 * @param {number | null | undefined} metres
 */
export function distance(metres) {
    if (metres === null || metres === undefined) return t("missing");
    return metres < 1000 ? quantity(Math.round(metres), "m") : quantity(metres / 1000, "km");
}

/**
 * A share (1 = 100 %) as a percentage.
 * @param {number | null | undefined} share
 * @param {number} [digits]
 */
export function percent(share, digits = 0) {
    return share === null || share === undefined ? t("missing") : `${number(share * 100, digits)}${SPACE}%`;
}

/**
 * A date (`2023-07-31`), or the date of an instant in the city's time zone.
 * @param {string | null | undefined} text
 */
export function day(text) {
    if (!text) return t("missing");
    const date = new Date(text.length === 10 ? `${text}T12:00:00` : text);
    const timeZone = text.length === 10 ? undefined : CITY_TIME;
    return date.toLocaleDateString(locales[language], { day: "2-digit", month: "2-digit", year: "numeric", timeZone });
}

/**
 * An instant as date and time in the city's time zone.
 * @param {string | null | undefined} text
 */
export function instant(text) {
    if (!text) return t("missing");
    return new Date(text).toLocaleString(locales[language], { dateStyle: "medium", timeStyle: "short", timeZone: CITY_TIME });
}

/**
 * Compare texts by the sort order of the reader's language.
 * @type {(a: string, b: string) => number}
 */
export function collate(a, b) {
    return a.localeCompare(b, locales[language], { numeric: true });
}
