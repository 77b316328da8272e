/** Conversions of months: texts (`2024-06`), numbers counted from January 2000 as in tiles, and names. */

import { language } from "./catalogue.js";

const locales = { de: "de-DE", en: "en-GB" };

/**
 * The number of a month, January 2000 being 0.
 * @param {string} month
 */
export function monthNumber(month) {
    const [year = 2000, number = 1] = month.split("-").map(Number);
    return (year - 2000) * 12 + number - 1;
}

/**
 * The month of such a number, as text.
 * @param {number} number
 */
export const monthText = (number) => `${2000 + Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;

/**
 * The month's name and year.
 * @param {string} month
 * @param {"long" | "short"} [style]
 */
export function monthName(month, style = "long") {
    return new Date(`${month}-15T12:00:00`).toLocaleDateString(locales[language], { month: style, year: "numeric" });
}

/**
 * The month's last day, or today if that is earlier.
 * @param {string} month
 * @param {string} today
 */
export function lastDay(month, today) {
    const [year = 2000, number = 1] = month.split("-").map(Number);
    const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
    return last < today ? last : today;
}
