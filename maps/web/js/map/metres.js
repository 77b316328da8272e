/** Lengths and areas as the records measure them: planar, in the city's reference system. `ready` must have been awaited. */

import { isReady, metres } from "./plane.js";

/** @typedef {import("./plane.js").Place} Place */

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
 * Whether a ring crosses itself, in which case its area is undefined. Before it can be converted, it is judged in degrees.
 * @param {readonly Place[]} places
 */
export function isCrossed(places) {
    const points = isReady() ? places.map(metres) : places;
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
