/** Formatting and parsing of the report's figures and texts in the reader's language. */

import { language, t } from "../shared/catalogue.js";
import { figure, number } from "../shared/format.js";

/** @typedef {import("./report_types.js").Words} Words */
/** @typedef {import("./report_types.js").Line} Line */
/** @typedef {import("./report_types.js").Cell} Cell */

/**
 * A text in the reader's language.
 * @param {Words | null} words
 */
export const localized = (words) => (words ? words[language] : "");

/**
 * The URL of a period's page.
 * @param {string} period
 * @param {Record<string, string>} [more] further parameters
 */
export const address = (period, more = {}) => `/report/${period}?${new URLSearchParams({ lang: language, ...more })}`;

/**
 * An amount with its unit.
 * @param {string | null} shown
 * @param {number} decimals the minimum
 * @param {Words | null} unit
 */
export function amount(shown, decimals, unit) {
    return figure(shown, decimals, unit && localized(unit));
}

/**
 * The text of a cell of the table.
 * @param {Line} line
 * @param {Cell} cell
 */
export const cellText = (line, cell) => (cell.not_recorded ? t("not_recorded") : cell.text ?? amount(cell.shown, line.decimals, line.unit));

/**
 * The difference between two figures, with its sign.
 * @param {string} shown
 * @param {number} decimals
 * @param {Words | null} unit
 */
export const signed = (shown, decimals, unit) => `${Number(shown) > 0 ? "+" : ""}${amount(shown, decimals, unit)}`;
