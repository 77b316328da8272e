/** Parsing of typed coordinates: longitude and latitude, or easting and northing in EPSG:25832 (UTM 32N). */

const SCALE = 0.9996;
const EAST = 500_000;
const MERIDIAN = 9;
const AXIS = 6_378_137;
const N = 1 / 298.257222101 / (2 - 1 / 298.257222101);
const RADIUS = (AXIS / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const BETA = [N / 2 - (2 * N ** 2) / 3 + (37 * N ** 3) / 96, N ** 2 / 48 + N ** 3 / 15, (17 * N ** 3) / 480];
const DELTA = [2 * N - (2 * N ** 2) / 3 - 2 * N ** 3, (7 * N ** 2) / 3 - (8 * N ** 3) / 5, (56 * N ** 3) / 15];

/**
 * Longitude and latitude of a place in EPSG:25832 by Krüger's series, accurate to less than a millimetre.
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function degrees(x, y) {
    const xi = y / (SCALE * RADIUS);
    const eta = (x - EAST) / (SCALE * RADIUS);
    let north = xi;
    let east = eta;
    BETA.forEach((beta, index) => {
        const j = 2 * (index + 1);
        north -= beta * Math.sin(j * xi) * Math.cosh(j * eta);
        east -= beta * Math.cos(j * xi) * Math.sinh(j * eta);
    });
    const chi = Math.asin(Math.sin(north) / Math.cosh(east));
    const latitude = DELTA.reduce((sum, delta, index) => sum + delta * Math.sin(2 * (index + 1) * chi), chi);
    const longitude = Math.atan(Math.sinh(east) / Math.cos(north));
    return [MERIDIAN + (longitude * 180) / Math.PI, (latitude * 180) / Math.PI];
}

/**
 * Parse one place per line; null for a line that is not a place. Decimal commas are accepted.
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
    if (first > 100_000 && second > 1_000_000) return degrees(first, second);
    if (second > 100_000 && first > 1_000_000) return degrees(second, first);
    if (Math.abs(first) > 90 || Math.abs(second) > 90) return null;
    // In Germany the latitude is always larger than the longitude.
    return first > second ? [second, first] : [first, second];
}

/**
 * A place as text with seven decimals.
 * @param {readonly number[]} place
 */
export const written = ([longitude = 0, latitude = 0]) => `${longitude.toFixed(7)} ${latitude.toFixed(7)}`;
