/** Lengths and areas as the records measure them: planar, in EPSG:25832 (ETRS89 / UTM 32N). */

/** @typedef {readonly [number, number]} Place longitude and latitude */

const SCALE = 0.9996;
const EAST = 500_000;
const MERIDIAN = 9;
const AXIS = 6_378_137;
const N = 1 / 298.257222101 / (2 - 1 / 298.257222101);
const ECCENTRICITY = (2 * Math.sqrt(N)) / (1 + N);
const RADIUS = (AXIS / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const ALPHA = [
    N / 2 - (2 * N ** 2) / 3 + (5 * N ** 3) / 16,
    (13 * N ** 2) / 48 - (3 * N ** 3) / 5,
    (61 * N ** 3) / 240,
];

/**
 * Easting and northing of a place by Krüger's series, accurate to less than a millimetre.
 * @param {Place} place
 * @returns {[number, number]}
 */
export function metres([longitude, latitude]) {
    const phi = (latitude * Math.PI) / 180;
    const lambda = ((longitude - MERIDIAN) * Math.PI) / 180;
    const sine = Math.sin(phi);
    const conformal = Math.sinh(Math.atanh(sine) - ECCENTRICITY * Math.atanh(ECCENTRICITY * sine));
    const xi = Math.atan2(conformal, Math.cos(lambda));
    const eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, conformal));
    let north = xi;
    let east = eta;
    ALPHA.forEach((alpha, index) => {
        const j = 2 * (index + 1);
        north += alpha * Math.sin(j * xi) * Math.cosh(j * eta);
        east += alpha * Math.cos(j * xi) * Math.sinh(j * eta);
    });
    return [EAST + SCALE * RADIUS * east, SCALE * RADIUS * north];
}

/**
 * The length of a line, in metres.
 * @param {readonly Place[]} places
 */
export function length(places) {
    const points = places.map(metres);
    return points.slice(1).reduce((sum, [x, y], index) => {
        const [left = 0, below = 0] = points[index] ?? [];
        return sum + Math.hypot(x - left, y - below);
    }, 0);
}

/**
 * The area of a ring, given without its closing point, in square metres.
 * @param {readonly Place[]} places
 */
export function area(places) {
    const points = places.map(metres);
    const [first] = points;
    if (!first) return 0;
    // Relative to the first point, to avoid cancellation of large numbers.
    const [left, below] = first;
    const twice = points.reduce((sum, [x, y], index) => {
        const [nextX, nextY] = points[(index + 1) % points.length] ?? first;
        return sum + (x - left) * (nextY - below) - (nextX - left) * (y - below);
    }, 0);
    return Math.abs(twice) / 2;
}

/**
 * Whether a ring crosses itself, in which case its area is undefined.
 * @param {readonly Place[]} places
 */
export function isCrossed(places) {
    const points = places.map(metres);
    const sides = points.map((point, index) => /** @type {const} */ ([point, points[(index + 1) % points.length] ?? point]));
    return sides.some((one, index) =>
        sides.some((other, at) => {
            const apart = Math.abs(index - at);
            return apart > 1 && apart < sides.length - 1 && isCrossing(one, other);
        }),
    );
}

/** @typedef {readonly [readonly [number, number], readonly [number, number]]} Side */

/**
 * @param {Side} one
 * @param {Side} other
 */
function isCrossing([a, b], [c, d]) {
    return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/**
 * @param {readonly [number, number]} from
 * @param {readonly [number, number]} by
 * @param {readonly [number, number]} to
 */
const turn = (from, by, to) => Math.sign((by[0] - from[0]) * (to[1] - from[1]) - (by[1] - from[1]) * (to[0] - from[0]));
