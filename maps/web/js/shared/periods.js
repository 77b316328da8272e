/** Periods of the figures: half-years and years, by the names that the API knows, and in words. */

import { t } from "./catalogue.js";

const YEARS = 10;

/**
 * The periods to choose from, the latest first: half-years that have begun, and years.
 * @param {string} asked is among them, whichever it is
 * @returns {{halves: string[], years: string[]}}
 */
export function choices(asked) {
    const today = new Date();
    const first = today.getFullYear();
    const years = Array.from({ length: YEARS }, (_, back) => String(first - back));
    const halves = years.flatMap((year) => [`${year}-H2`, `${year}-H1`]).slice(today.getMonth() < 6 ? 1 : 0);
    const known = new Set([...halves, ...years]);
    return { halves: known.has(asked) || !asked ? halves : [asked, ...halves], years };
}

/** The last half-year that is over. */
export function lastHalf() {
    const today = new Date();
    const year = today.getFullYear();
    return today.getMonth() < 6 ? `${year - 1}-H2` : `${year}-H1`;
}

/**
 * A period as people say it.
 * @param {string} period
 */
export function inWords(period) {
    const [year = "", part = ""] = period.split("-");
    if (part.startsWith("H")) return t("period.half", { half: part.slice(1), year });
    if (part.startsWith("Q")) return t("period.quarter", { quarter: part.slice(1), year });
    return part ? t("period.month", { month: part, year }) : year;
}

/**
 * A half-year in two lines, for an axis.
 * @param {string} period
 */
export const inLines = (period) => [t("period.half_short", { half: period.slice(-1) }), period.slice(0, 4)];
