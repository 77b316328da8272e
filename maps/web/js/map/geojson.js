/** Reading GeoJSON that somebody else has written. */

const TYPES = new Set(["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"]);

/**
 * The features of a GeoJSON text in degrees, those without a place too; null if it is none, or its coordinates are no degrees.
 * @param {string} text
 * @returns {any[] | null}
 */
export function shownOn(text) {
    /** @type {any} */
    let found;
    try {
        found = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
        return null;
    }
    const named = found?.crs?.properties?.name;
    if (named && !/CRS84|4326/.test(named)) return null;
    const features = found?.type === "FeatureCollection" ? found.features : [found?.type === "Feature" ? found : { geometry: found, properties: {} }];
    if (!Array.isArray(features)) return null;
    const read = features.map((one) => ({ type: "Feature", geometry: one?.geometry ?? null, properties: flat(one?.properties) }));
    return read.every(({ geometry }) => !geometry || isInDegrees(geometry)) ? read : null;
}

/** Values as texts, since a map's features have no others. @param {any} properties */
const flat = (properties) =>
    Object.fromEntries(
        Object.entries(properties ?? {})
            .filter(([, value]) => value !== null && value !== "")
            .map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
    );

/** @param {any} geometry @returns {boolean} */
function isInDegrees(geometry) {
    if (!TYPES.has(geometry?.type)) return false;
    if (geometry.type === "GeometryCollection") return Array.isArray(geometry.geometries) && geometry.geometries.every(isInDegrees);
    return areDegrees(geometry.coordinates);
}

/** @param {any} coordinates @returns {boolean} */
function areDegrees(coordinates) {
    if (!Array.isArray(coordinates)) return false;
    if (typeof coordinates[0] !== "number") return coordinates.every(areDegrees);
    const [x, y] = coordinates;
    return Math.abs(x) <= 180 && Math.abs(y) <= 90;
}
