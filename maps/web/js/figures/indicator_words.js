/** Figures as formatted text. */

import { t, unitOf } from "../shared/catalogue.js";
import { number, quantity } from "../shared/format.js";

/**
 * A figure, rounded and with its unit, or the note that it is suppressed.
 * @param {{actual_rounded: number | null, unit: string, suppressed: boolean}} figure
 */
export const formatFigure = (figure) => (figure.suppressed ? t("indicators.suppressed") : withUnit(figure.actual_rounded, figure));

/**
 * A value with its figure's unit; counts have none.
 * @param {number | null} value
 * @param {{unit: string}} figure
 */
export const withUnit = (value, { unit }) => (unitOf(unit) ? quantity(value, unit) : number(value, 1));
