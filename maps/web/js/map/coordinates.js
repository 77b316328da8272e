/** Parsing of typed coordinates: longitude and latitude, or easting and northing in the city's reference system. */

import { degrees } from "./plane.js";

/** West, south, east and north of Germany in degrees, with a margin. */
const GERMANY = /** @type {const} */ ([5, 46.5, 16, 56]);

/**
 * Parse one place per line; null for a line that is not a place. Decimal commas are accepted, and northing before easting.
 * `ready` of plane.js must have been awaited.
 * @param {string} text
 * @returns {([number, number] | null)[]} longitude before latitude
 */
export function places(text) {
    return text
        .split("\n")
        .filter((line) => line.trim())
        .map(place);
}

/**
 * @param {string} line
 * @returns {[number, number] | null}
 */
function place(line) {
    const parts = line.trim().split(/[\s;]+/);
    const numbers = (parts.length === 1 ? line.trim().split(",") : parts)
        .map((part) => part.replace(/,$/, "").replace(",", "."))
        .map((part) => (/^-?\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
    const [first = Number.NaN, second = Number.NaN] = numbers;
    if (numbers.length !== 2 || Number.isNaN(first) || Number.isNaN(second)) return null;
    if (Math.abs(first) > 90 || Math.abs(second) > 90) return inGermany(degrees(first, second)) ?? inGermany(degrees(second, first));
    // In Germany the latitude is always larger than the longitude.
    return first > second ? [second, first] : [first, second];
}

/**
 * The place, or null if it is elsewhere.
 * @param {[number, number]} place
 */
function inGermany([longitude, latitude]) {
    const [west, south, east, north] = GERMANY;
    const isThere = longitude > west && longitude < east && latitude > south && latitude < north;
    return isThere ? /** @type {[number, number]} */ ([longitude, latitude]) : null;
}

/**
 * A place as text with seven decimals.
 * @param {readonly number[]} place
 */
export const written = ([longitude = 0, latitude = 0]) => `${longitude.toFixed(7)} ${latitude.toFixed(7)}`;
