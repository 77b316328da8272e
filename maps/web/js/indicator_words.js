/** Figures in words. */

import { t } from "./catalogue.js";
import { number, quantity } from "./format.js";

/** The units that stand behind a number; a count stands alone. */
const UNITS = new Set(["m²", "km"]);

/**
 * A figure as it is printed.
 * @param {{actual_rounded: number | null, unit: string, suppressed: boolean}} figure
 */
export const said = (figure) => (figure.suppressed ? t("indicators.suppressed") : withUnit(figure.actual_rounded, figure));

/**
 * @param {number | null} value
 * @param {{unit: string}} figure
 */
export const withUnit = (value, { unit }) => (UNITS.has(unit) ? quantity(value, unit) : number(value, 1));
