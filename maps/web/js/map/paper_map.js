/** Draws what the map shows anew, for paper: as large as the sheet, to scale, and finer than a screen. */

import { Map as MapLibre } from "../lib/maplibre.js";
import { addPicture } from "./symbols.js";

/** @typedef {[number, number]} Place longitude and latitude */
/** @typedef {{wide: number, high: number}} Millimetres */

const PIXELS_PER_MM = 96 / 25.4;
/** The equator in web mercator, and the squared eccentricity of the ellipsoid of ETRS89 and WGS 84. */
const EQUATOR_M = 40_075_016.686;
const ECCENTRICITY = 0.00669438;
const TILE = 512;
/** Three times as fine as a screen is about 290 dots per inch; browsers draw no canvas that is much larger. */
const FINENESS = 3;
const MOST_PIXELS = 4000;
const PATIENCE_MS = 30_000;

/** The map was not drawn in time: tiles are missing, or a map service does not answer. */
export class NotDrawn extends Error {}

/**
 * Metres on the ground of a metre in web mercator at a latitude: between those to the east and those to the north, which
 * differ by less than 0.4 %.
 * @param {number} latitude
 */
function shrinkage(latitude) {
    const angle = (latitude * Math.PI) / 180;
    const flattened = 1 - ECCENTRICITY * Math.sin(angle) ** 2;
    const [east, north] = [1 / Math.sqrt(flattened), (1 - ECCENTRICITY) / flattened ** 1.5];
    return Math.cos(angle) * Math.sqrt(east * north);
}

/**
 * The zoom at which the map has a scale on paper.
 * @param {number} scale 5000 for 1:5.000
 * @param {number} latitude
 */
export function zoomOf(scale, latitude) {
    const metresPerPixel = scale / 1000 / PIXELS_PER_MM;
    return Math.log2((EQUATOR_M * shrinkage(latitude)) / (TILE * metresPerPixel));
}

/**
 * The scale that the map has on a screen of 96 dots per inch: 5000 for 1:5.000.
 * @param {number} zoom
 * @param {number} latitude
 */
export const scaleOf = (zoom, latitude) => ((EQUATOR_M * shrinkage(latitude)) / (TILE * 2 ** zoom)) * 1000 * PIXELS_PER_MM;

/**
 * A picture of what the map shows, around what is selected or the view's centre, as a PNG's data URL, and whether all of it
 * could be fetched. Throws NotDrawn.
 * @param {import("./map.js").MapView} shown
 * @param {Millimetres} size
 * @param {number} scale
 */
export async function drawForPaper(shown, { wide, high }, scale) {
    const container = document.createElement("div");
    container.className = "paper-map";
    container.style.width = `${wide * PIXELS_PER_MM}px`;
    container.style.height = `${high * PIXELS_PER_MM}px`;
    document.body.append(container);
    const center = shown.middle;
    const map = new MapLibre({
        container,
        style: shown.map.getStyle(),
        center,
        zoom: zoomOf(scale, center[1]),
        pixelRatio: Math.min(FINENESS, MOST_PIXELS / (Math.max(wide, high) * PIXELS_PER_MM)),
        interactive: false,
        attributionControl: false,
        fadeDuration: 0,
        transformRequest: (url) => ({ url: new URL(url, location.href).href }),
    });
    map.setMissingStyleImageResolver((id) => addPicture(map, id));
    // What fails leaves its own ground blank, as on the screen; on paper nobody can tell that from ground without anything.
    let isComplete = true;
    map.on("error", ({ error }) => {
        console.info(error);
        isComplete = false;
    });
    try {
        await new Promise((resolve) => void map.once("style.load", resolve));
        shown.copyStates(map);
        await isDrawn(map);
        map.redraw();
        return { picture: map.getCanvas().toDataURL("image/png"), isComplete };
    } finally {
        map.remove();
        container.remove();
    }
}

/** @param {MapLibre} map */
function isDrawn(map) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new NotDrawn()), PATIENCE_MS);
        map.once("idle", () => {
            clearTimeout(timer);
            resolve(undefined);
        });
    });
}
