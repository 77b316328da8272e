/** The geometry of a new record, from the points drawn for it. */

/** @typedef {import("./sketch.js").Place} Place */
/** @typedef {"point" | "line" | "area"} Shape */

/** The fewest points of each shape. */
export const FEWEST = { point: 1, line: 2, area: 3 };

/**
 * The shape that is drawn for a layer's geometry, by its schema's format; null for layers without a place.
 * @param {string | undefined} format such as `geometry-multipolygon`
 * @returns {Shape | null}
 */
export function shapeOf(format) {
    if (!format?.startsWith("geometry-")) return null;
    if (format.includes("polygon")) return "area";
    return format.includes("line") ? "line" : "point";
}

/**
 * What is drawn as GeoJSON; null if there are too few points.
 * @param {Shape} shape
 * @param {readonly Place[]} points
 */
export function geometryOf(shape, points) {
    const [first] = points;
    if (!first || points.length < FEWEST[shape]) return null;
    if (shape === "point") return { type: "Point", coordinates: first };
    return shape === "line" ? { type: "MultiLineString", coordinates: [points] } : { type: "MultiPolygon", coordinates: [[[...points, first]]] };
}
