/** The signs of the map and its legend: symbols and hatches, drawn from their names. */

/** @typedef {import("../lib/maplibre.js").Map} MapLibre */

const SCALE = 2;

/** @typedef {{picture: ImageData, options: Parameters<MapLibre["addImage"]>[2]}} Picture */

/** @type {Record<string, (parts: string[]) => Picture>} */
const KINDS = { symbol, hatch, sign };

/**
 * Add the image for a name in the style, unless it is of another kind: `symbol|SHAPE|EDGE|FILL|RADIUS|WEIGHT`,
 * `hatch|KIND|COLOUR`, or `sign|COLOUR`, which stretches around a text.
 * @param {MapLibre} map
 * @param {string} name
 */
export function addPicture(map, name) {
    const [kind, ...parts] = name.split("|");
    const drawn = KINDS[kind ?? ""]?.(parts);
    if (drawn && !map.hasImage(name)) map.addImage(name, drawn.picture, drawn.options);
}

/**
 * A disc with a white edge; stretched in its middle, it becomes a pill.
 * @param {string[]} parts
 * @returns {Picture}
 */
function sign([colour = "#000"]) {
    const size = 24 * SCALE;
    const { canvas, context } = drawing(size);
    context.fillStyle = colour;
    context.strokeStyle = "#fff";
    context.lineWidth = 2 * SCALE;
    context.arc(size / 2, size / 2, size / 2 - SCALE, 0, Math.PI * 2);
    context.fill();
    context.stroke();
    /** @type {[number, number][]} */
    const middle = [[size / 2 - 1, size / 2 + 1]];
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return { picture, options: { pixelRatio: SCALE, stretchX: middle, stretchY: middle } };
}

/**
 * @param {string[]} parts
 * @returns {Picture}
 */
function symbol([shape = "circle", edge = "#000", fill = "#fff", radius = "4", weight = "1"]) {
    const size = Math.ceil((Number(radius) + Number(weight) + 1) * 2) * SCALE;
    const { canvas, context } = drawing(size);
    context.scale(SCALE, SCALE);
    context.translate(size / SCALE / 2, size / SCALE / 2);
    context.lineWidth = Math.max(Number(weight), 0.8);
    context.strokeStyle = edge;
    context.fillStyle = shape === "ring" ? "#fff" : fill;
    outline(context, shape, Number(radius));
    if (shape === "barrier") {
        stripe(context, Number(radius));
    } else if (shape === "half") {
        context.fillStyle = "#fff";
        context.fill();
        context.save();
        context.clip();
        context.fillStyle = edge;
        context.fillRect(-Number(radius) * 2, 0, Number(radius) * 4, Number(radius) * 2);
        context.restore();
    } else if (shape !== "cross") {
        context.fill();
    }
    context.stroke();
    return { picture: context.getImageData(0, 0, canvas.width, canvas.height), options: { pixelRatio: SCALE } };
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {string} shape
 * @param {number} radius
 */
function outline(context, shape, radius) {
    context.beginPath();
    if (shape === "square") {
        context.rect(-radius * 0.9, -radius * 0.9, radius * 1.8, radius * 1.8);
    } else if (shape === "barrier") {
        bar(context, radius);
    } else if (shape === "diamond") {
        const far = radius * 1.2;
        context.moveTo(0, -far);
        for (const [x, y] of /** @type {[number, number][]} */ ([[far, 0], [0, far], [-far, 0]])) context.lineTo(x, y);
        context.closePath();
    } else if (shape === "cross") {
        context.moveTo(-radius, -radius);
        context.lineTo(radius, radius);
        context.moveTo(radius, -radius);
        context.lineTo(-radius, radius);
    } else {
        context.arc(0, 0, radius, 0, Math.PI * 2);
    }
}

/**
 * The outline of a barrier, around the origin.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {number} radius
 */
export const bar = (context, radius) => context.rect(-radius, -radius * 0.5, radius * 2, radius);

/**
 * Fill the current path as a barrier, with stripes in the colour of its edge.
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {number} radius
 */
export function stripe(context, radius) {
    context.save();
    context.fillStyle = "#fff";
    context.fill();
    context.clip();
    context.fillStyle = context.strokeStyle;
    context.beginPath();
    for (const x of [-1.15, -0.35, 0.45]) {
        context.moveTo(x * radius, radius * 0.5);
        context.lineTo((x + 0.4) * radius, radius * 0.5);
        context.lineTo((x + 0.8) * radius, -radius * 0.5);
        context.lineTo((x + 0.4) * radius, -radius * 0.5);
    }
    context.fill();
    context.restore();
    context.beginPath();
    bar(context, radius);
}

/**
 * @param {string[]} parts
 * @returns {Picture}
 */
function hatch([kind = "diagonal", colour = "#000"]) {
    const size = 8 * SCALE;
    const { canvas, context } = drawing(size);
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = 1.2 * SCALE;
    if (kind === "dots") {
        context.arc(size / 2, size / 2, SCALE * 1.2, 0, Math.PI * 2);
        context.fill();
    }
    // Lines extend beyond the edges, so that the pattern's tiles join.
    for (const shift of [-size, 0, size]) {
        if (kind === "diagonal" || kind === "cross") line(context, shift, size, shift + size, 0);
        if (kind === "opposite" || kind === "cross") line(context, shift, 0, shift + size, size);
    }
    return { picture: context.getImageData(0, 0, canvas.width, canvas.height), options: { pixelRatio: SCALE } };
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {number} fromX
 * @param {number} fromY
 * @param {number} toX
 * @param {number} toY
 */
function line(context, fromX, fromY, toX, toY) {
    context.beginPath();
    context.moveTo(fromX, fromY);
    context.lineTo(toX, toY);
    context.stroke();
}

/** @param {number} size */
function drawing(size) {
    const canvas = new OffscreenCanvas(size, size);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    return { canvas, context };
}
