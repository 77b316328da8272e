/** Formatting and parsing of the report's figures and texts in the reader's language. */

import { language, t } from "../shared/catalogue.js";
import { figure, number } from "../shared/format.js";

/** @typedef {import("./report_types.js").Words} Words */
/** @typedef {import("./report_types.js").Line} Line */
/** @typedef {import("./report_types.js").Cell} Cell */

const THOUSANDS = { de: ".", en: "," };
const POINT = { de: ",", en: "." };
const MOST_DIGITS = 15;

/**
 * A text in the reader's language.
 * @param {Words | null} words
 */
export const localized = (words) => (words ? words[language] : "");

/** The URL of a period's page. @param {string} period */
export const address = (period) => `/report/${period}?lang=${language}`;

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

/**
 * A number as editable text with all its digits.
 * @param {string | number | null | undefined} value
 */
export const editableNumber = (value) => (value === null || value === undefined ? "" : number(Number(value), MOST_DIGITS));

/**
 * Parse a number in the reader's language: “54.900” and “1,5” in German. Throws an Error if it is not a number.
 * @param {string} text
 * @param {string} [unit] may follow the number
 */
export function parseNumber(text, unit = "") {
    const bare = text.replace(unit, "").replace(/[\s\u00a0\u202f€%]/g, "").replace("−", "-");
    const [whole = "", ...rest] = bare.split(POINT[language]);
    const groups = whole.replace("-", "").split(THOUSANDS[language]);
    const isGrouped = groups.length === 1 || (/^\d{1,3}$/.test(groups[0] ?? "") && groups.slice(1).every((one) => /^\d{3}$/.test(one)));
    const plain = [whole.startsWith("-") ? "-" : "", groups.join(""), rest.length ? `.${rest.join("")}` : ""].join("");
    if (!isGrouped || rest.length > 1 || !/^-?\d+(\.\d+)?$/.test(plain)) throw new Error(t("report.no_number"));
    if (plain.replace(/\D|^-?0+/g, "").length > MOST_DIGITS) throw new Error(t("report.too_long", { count: MOST_DIGITS }));
    return Number(plain);
}
