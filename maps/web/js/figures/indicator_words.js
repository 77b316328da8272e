/** Figures as formatted text. */

import { t, unitOf } from "../shared/catalogue.js";
import { number, quantity } from "../shared/format.js";

/**
 * A figure, rounded and with its unit, or the note that it is suppressed or not recorded.
 * @param {{actual_rounded: number | null, unit: string, suppressed: boolean, recorded: boolean}} figure
 */
export function formatFigure(figure) {
    if (figure.suppressed) return t("indicators.suppressed");
    return figure.recorded ? withUnit(figure.actual_rounded, figure) : t("not_recorded");
}

/**
 * A value with its figure's unit; counts have none.
 * @param {number | null} value
 * @param {{unit: string}} figure
 */
export const withUnit = (value, { unit }) => (unitOf(unit) ? quantity(value, unit) : number(value, 1));
