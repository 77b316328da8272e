/** The plane in which the records are stored and measured: the city's reference system, which the service defines. */

import { facts } from "../shared/catalogue.js";

/** @typedef {readonly [number, number]} Place longitude and latitude */
/** @typedef {ReturnType<typeof import("../lib/proj4.js").proj4>} Converter */

/** @type {Converter | null} */
let converter = null;

/** Fetch what converts; most visits to the page need none. */
export async function ready() {
    if (converter) return;
    const { proj4 } = await import("../lib/proj4.js");
    converter = proj4(String(facts["crs_definition"]));
}

/** Whether `metres` and `degrees` can be called. */
export const isReady = () => converter !== null;

/**
 * Easting and northing of a place in metres, accurate to less than a millimetre.
 * @param {Place} place
 * @returns {[number, number]}
 */
export function metres([longitude, latitude]) {
    if (!converter) throw new Error("Call ready() first");
    return converter.forward([longitude, latitude]);
}

/**
 * Longitude and latitude of a place in the plane.
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function degrees(x, y) {
    if (!converter) throw new Error("Call ready() first");
    return converter.inverse([x, y]);
}
