/** The figures' periods: those that the agency reports, and years, by their API names, and as text. */

import { t } from "./catalogue.js";

const YEARS = 10;

/**
 * The periods to choose from, latest first: those that are reported and have begun, and years.
 * @param {string} current always included
 * @param {number} months between two reports
 * @returns {{reported: string[], years: string[]}}
 */
export function choices(current, months) {
    const first = new Date().getFullYear();
    const years = Array.from({ length: YEARS }, (_, back) => String(first - back));
    const reported = months === 12 ? [] : begun(months, (YEARS * 12) / months);
    const known = new Set([...reported, ...years]);
    return { reported: known.has(current) || !current ? reported : [current, ...reported], years };
}

/**
 * The last completed period of those that are reported.
 * @param {number} months between two reports
 */
export function lastReported(months) {
    return begun(months, 2)[1] ?? "";
}

/**
 * The latest periods that have begun, the current one first.
 * @param {number} months of each
 * @param {number} count
 */
function begun(months, count) {
    const today = new Date();
    const inYear = 12 / months;
    const current = today.getFullYear() * inYear + Math.floor(today.getMonth() / months);
    return Array.from({ length: count }, (_, back) => {
        const year = Math.floor((current - back) / inYear);
        const number = ((current - back) % inYear) + 1;
        return months === 12 ? String(year) : `${year}-${months === 3 ? "Q" : "H"}${number}`;
    });
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
 * A reported period as lines, for an axis label.
 * @param {string} period
 */
export function periodLines(period) {
    const [year = "", part = ""] = period.split("-");
    if (part.startsWith("Q")) return [t("period.quarter_short", { quarter: part.slice(1) }), year];
    return part ? [t("period.half_short", { half: part.slice(1) }), year] : [year];
}
