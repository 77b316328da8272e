/** Names and figures of delivered files in the reader's language. */

import { t } from "../shared/catalogue.js";
import { day, number } from "../shared/format.js";

const MEGABYTE = 1_000_000;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @param {number} bytes */
export const megabytes = (bytes) => (bytes < MEGABYTE / 10 ? `${number(Math.ceil(bytes / 1000))}\u00a0kB` : `${number(bytes / MEGABYTE, 1)}\u00a0MB`);

/**
 * A value as the reader writes it, if it is a date or a number.
 * @param {string} text as the service writes it
 */
export function written(text) {
    if (ISO_DAY.test(text)) return day(text);
    return text !== "" && Number.isFinite(Number(text)) ? number(Number(text), 3) : text;
}

/**
 * A value as it would be stored: only dates are written as the reader writes them, as digits may be an identifier.
 * @param {string | null | undefined} text
 */
export const stored = (text) => (ISO_DAY.test(text ?? "") ? day(text) : (text ?? ""));

/**
 * From when to when, or from which number to which.
 * @param {import("./types.js").FileColumn} column
 */
export function span({ first, last }) {
    if (first === null || last === null) return "";
    return first === last ? written(first) : t("load.span", { first: written(first), last: written(last) });
}

/**
 * The source as the file's name suggests it: its name without suffixes, in one word.
 * @param {string} name
 */
export const suggestedSource = (name) => (name.split(".")[0] ?? "").normalize("NFC").trim().split(/\s+/).join("-");
