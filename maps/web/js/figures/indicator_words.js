/** Figures as formatted text. */

import { t, unitOf } from "../shared/catalogue.js";
import { figure, number, quantity } from "../shared/format.js";

/**
 * A figure, rounded and with its unit, or the note that it is suppressed or not recorded.
 * @param {{actual_rounded: number | null, unit: string, decimals: number, suppressed: boolean, recorded: boolean}} figure
 */
export function formatFigure(figure) {
    if (figure.suppressed) return t("indicators.suppressed");
    return figure.recorded ? withUnit(figure.actual_rounded, figure) : t("not_recorded");
}

/**
 * A figure or target with its unit; counts have none.
 * @param {number | null} value
 * @param {{unit: string, decimals: number}} of
 */
export const withUnit = (value, { unit, decimals }) => figure(value, decimals, unitOf(unit) ? unit : null);

/**
 * A part of a figure with its unit, as the report prints it (maps/figures/report/values.py).
 * @param {number | null} value
 * @param {{unit: string, decimals: number}} of
 */
export function partOf(value, { unit, decimals }) {
    const known = unitOf(unit);
    const digits = Math.max(known?.part_decimals ?? 0, decimals);
    const written = number(value, digits, digits);
    return known && value !== null ? `${written}\u00a0${unit}` : written;
}

/**
 * What a record contributes to a figure, with the figure's unit.
 * @param {number | null} value
 * @param {string} unit
 */
export function contributed(value, unit) {
    const known = unitOf(unit);
    if (!known) return number(value, 1);
    return known.record_decimals === null ? quantity(value, unit) : `${number(value, known.record_decimals)} ${unit}`;
}
