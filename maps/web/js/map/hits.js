/** What a click on the map means. */

/** @typedef {import("../page/app.js").App} App */

/**
 * The record at a point of the map: an obstruction, whose sign is on top, or a plot; otherwise an empty text.
 * @param {App} app
 * @param {{x: number, y: number}} point
 * @param {number} [around] in pixels
 */
export function hitAt({ map, legend }, point, around = 5) {
    const signs = (legend?.layersOf("obstructions") ?? []).filter((layer) => layer.endsWith(":sign"));
    const [sign] = map.map.queryRenderedFeatures([point.x, point.y], { layers: signs });
    if (sign) return `obstructions/${sign.id}`;
    const layers = legend?.layersOf("plots") ?? [];
    const plot = plotAt(map, layers, point, 0) ?? plotAt(map, layers, point, around);
    return plot === undefined ? "" : `plots/${plot}`;
}

/**
 * The id of the plot at a point of the map; hits take precedence over faded plots.
 * @param {import("./map.js").MapView} map
 * @param {string[]} layers
 * @param {{x: number, y: number}} point
 * @param {number} around in pixels
 */
function plotAt(map, layers, { x, y }, around) {
    const found = map.map.queryRenderedFeatures(
        [
            [x - around, y - around],
            [x + around, y + around],
        ],
        { layers },
    );
    const ids = found.map(({ id }) => Number(id));
    return ids.find((id) => !map.isFaded(id)) ?? ids[0];
}
