/** Figures in words. */

import { t, unitOf } from "../shared/catalogue.js";
import { number, quantity } from "../shared/format.js";

/**
 * A figure as it is printed.
 * @param {{actual_rounded: number | null, unit: string, suppressed: boolean}} figure
 */
export const said = (figure) => (figure.suppressed ? t("indicators.suppressed") : withUnit(figure.actual_rounded, figure));

/**
 * A value of a figure with its unit; a count stands alone.
 * @param {number | null} value
 * @param {{unit: string}} figure
 */
export const withUnit = (value, { unit }) => (unitOf(unit) ? quantity(value, unit) : number(value, 1));
