/** The figures' periods: half-years and years by their API names, and as text. */

import { t } from "./catalogue.js";

const YEARS = 10;

/**
 * The periods to choose from, latest first: half-years that have begun, and years.
 * @param {string} current always included
 * @returns {{halves: string[], years: string[]}}
 */
export function choices(current) {
    const today = new Date();
    const first = today.getFullYear();
    const years = Array.from({ length: YEARS }, (_, back) => String(first - back));
    const halves = years.flatMap((year) => [`${year}-H2`, `${year}-H1`]).slice(today.getMonth() < 6 ? 1 : 0);
    const known = new Set([...halves, ...years]);
    return { halves: known.has(current) || !current ? halves : [current, ...halves], years };
}

/** The last completed half-year. */
export function lastHalf() {
    const today = new Date();
    const year = today.getFullYear();
    return today.getMonth() < 6 ? `${year - 1}-H2` : `${year}-H1`;
}

/**
 * A period's name in the reader's language.
 * @param {string} period
 */
export function periodName(period) {
    const [year = "", part = ""] = period.split("-");
    if (part.startsWith("H")) return t("period.half", { half: part.slice(1), year });
    if (part.startsWith("Q")) return t("period.quarter", { quarter: part.slice(1), year });
    return part ? t("period.month", { month: part, year }) : year;
}

/**
 * A half-year as two lines, for an axis label.
 * @param {string} period
 */
export const periodLines = (period) => [t("period.half_short", { half: period.slice(-1) }), period.slice(0, 4)];
