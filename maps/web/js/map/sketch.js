/** Drawing points on the map: by clicks, by a button for the map's centre, or by typing coordinates. */

import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { places, written } from "./coordinates.js";
import { isReady, ready } from "./plane.js";
import { showMap } from "../shared/covered_map.js";

/** @typedef {[number, number]} Place longitude and latitude */

const SOURCE = "sketch";
const INK = "#b3005e";
const NEAR = 8; // pixels
/** Points and sides are drawn and can be dragged or clicked; a ring's area is filled as well. */
const LAYERS = [
    { id: "sketch:area", type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": INK, "fill-opacity": 0.16 } },
    { id: "sketch:halo", type: "line", paint: { "line-color": "#fff", "line-width": 6 } },
    { id: "sketch:line", type: "line", paint: { "line-color": INK, "line-width": 2.5 } },
    {
        id: "sketch:points",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        paint: {
            "circle-radius": ["case", ["get", "isChosen"], 7, 5.5],
            "circle-color": ["case", ["get", "isChosen"], INK, "#fff"],
            "circle-stroke-color": ["case", ["get", "isChosen"], "#fff", INK],
            "circle-stroke-width": 2.5,
        },
    },
];

export class Sketch {
    /** @type {Place[]} */
    points = [];
    /** The text in the coordinates field, while it differs from the points. @type {string | null} */
    #typed = null;
    #isWrong = false;

    /** The index of the chosen point of a ring, or -1. */
    #chosen = -1;
    /** Whether clicks add points; an existing ring is edited by its points and sides instead. */
    #isGrowing = true;

    /**
     * @param {import("../page/app.js").App} app
     * @param {{most?: number, isRing?: boolean, hint: string, changed: () => void}} options the maximum number of points, whether they form a ring, a hint, and a callback for changes
     */
    constructor(app, { most = Infinity, isRing = false, hint, changed }) {
        this.app = app;
        this.most = most;
        this.isRing = isRing;
        this.hint = hint;
        this.changed = changed;
    }

    /** Take the map's clicks. */
    begin() {
        const { map } = this.app.map;
        this.app.takeClicks(() => this.end());
        document.body.classList.add("is-drawing");
        map.doubleClickZoom.disable();
        map.on("click", this.#clicked);
        map.on("mousedown", this.#grabbed);
        map.on("touchstart", this.#grabbed);
        this.#draw();
        void ready();
    }

    /** Release the map's clicks, and remove the drawing. */
    end() {
        const { map } = this.app.map;
        this.app.takeClicks(null);
        document.body.classList.remove("is-drawing");
        map.doubleClickZoom.enable();
        map.off("click", this.#clicked);
        map.off("mousedown", this.#grabbed);
        map.off("touchstart", this.#grabbed);
        this.app.map.overlay(SOURCE, []);
    }

    /**
     * @param {Place[]} points
     * @param {boolean} [isThere] whether the points are an existing ring to edit
     */
    set(points, isThere = this.isRing && !this.#isGrowing && points.length > 0) {
        this.points = points.slice(-this.most);
        this.#isGrowing = !isThere;
        this.#chosen = -1;
        this.#typed = null;
        this.#isWrong = false;
        this.#draw();
        this.changed();
    }

    /** @param {{lngLat: {lng: number, lat: number}, point: {x: number, y: number}}} event */
    #clicked = ({ lngLat, point }) => {
        /** @type {Place} */
        const place = [lngLat.lng, lngLat.lat];
        if (this.#isGrowing) return this.#add(place);
        const at = this.#pointAt(point);
        if (at < 0 && this.#isAt(point, "sketch:line")) {
            const side = nearestSide(this.points.map((one) => this.app.map.map.project(one)), point);
            this.set([...this.points.slice(0, side + 1), place, ...this.points.slice(side + 1)]);
            this.#chosen = side + 1;
        } else {
            this.#chosen = at;
        }
        this.#draw();
        this.changed();
    };

    /** Drag a point. @param {any} event */
    #grabbed = (event) => {
        const { map } = this.app.map;
        const at = this.#pointAt(event.point);
        if (at < 0 || event.points?.length > 1) return;
        event.preventDefault();
        const move = (/** @type {any} */ { lngLat }) => {
            const points = this.points.with(at, /** @type {Place} */ ([lngLat.lng, lngLat.lat]));
            this.set(points);
        };
        const [moving, end] = event.type === "mousedown" ? /** @type {const} */ (["mousemove", "mouseup"]) : /** @type {const} */ (["touchmove", "touchend"]);
        map.on(moving, move);
        void map.once(end, () => map.off(moving, move));
    };

    /** @param {{x: number, y: number}} point */
    #pointAt(point) {
        return Number(this.#isAt(point, "sketch:points")?.properties["at"] ?? -1);
    }

    /**
     * @param {{x: number, y: number}} point
     * @param {string} layer
     */
    #isAt({ x, y }, layer) {
        return this.app.map.map.queryRenderedFeatures([[x - NEAR, y - NEAR], [x + NEAR, y + NEAR]], { layers: [layer] })[0];
    }

    #middle() {
        const { lng, lat } = this.app.map.map.getCenter();
        this.#add([lng, lat]);
    }

    /** @param {Place} place */
    #add(place) {
        this.set([...this.points, place]);
        // A single place is complete.
        if (this.most === 1) showMap(false);
    }

    #deleteChosen() {
        this.set(this.points.toSpliced(this.#chosen, 1));
    }

    /** @param {string} text */
    #type(text) {
        this.#typed = text;
        if (!isReady()) {
            void ready().then(() => (this.#typed === null ? null : this.#type(this.#typed)));
            return;
        }
        const found = places(text);
        this.#isWrong = found.some((place) => place === null) || found.length > this.most;
        if (!this.#isWrong) {
            this.points = /** @type {Place[]} */ (found);
            this.#chosen = -1;
            this.#draw();
        }
        this.changed();
    }

    #draw() {
        const feature = (/** @type {any} */ geometry, properties = {}) => ({ type: "Feature", properties, geometry });
        const [first] = this.points;
        const line = this.isRing && first && this.points.length > 2 ? [...this.points, first] : this.points;
        const area = line === this.points ? [] : [feature({ type: "Polygon", coordinates: [line] })];
        const drawn = line.length > 1 ? [feature({ type: "LineString", coordinates: line })] : [];
        const points = this.points.map((place, at) => feature({ type: "Point", coordinates: place }, { at, isChosen: at === this.#chosen }));
        this.app.map.overlay(SOURCE, [...area, ...drawn, ...points], LAYERS);
    }

    #growing() {
        const back = () => this.set(this.points.slice(0, -1));
        return html`<button type="button" @click=${() => this.#middle()}>${t("sketch.middle")}</button>
            ${this.most > 1 ? html`<button type="button" ?disabled=${!this.points.length} @click=${back}>${t("sketch.back")}</button>` : nothing}`;
    }

    #changing() {
        const isFixed = this.#chosen < 0 || this.points.length <= 3;
        return html`<button type="button" ?disabled=${isFixed} @click=${() => this.#deleteChosen()}>${t("sketch.delete_chosen")}</button>`;
    }

    view() {
        const isLine = this.most > 1;
        const text = this.#typed ?? this.points.map(written).join("\n");
        return html`<div class="sketch takes-clicks">
            <p class="hint">${this.hint}</p>
            <div class="buttons">
                ${this.#isGrowing ? this.#growing() : this.#changing()}
                <button type="button" ?disabled=${!this.points.length} @click=${() => this.set([])}>${t("sketch.clear")}</button>
            </div>
            <details>
                <summary>${t(this.isRing ? "sketch.corners" : isLine ? "sketch.coordinates" : "sketch.coordinate")}${isLine ? html` <span class="badge">${number(this.points.length)}</span>` : nothing}</summary>
                <div class="field">
                    <label for="sketch-text" class="hint">${t(isLine ? "sketch.format" : "sketch.format_one")}</label>
                    <textarea
                        id="sketch-text"
                        rows=${isLine ? 4 : 1}
                        spellcheck="false"
                        aria-invalid=${this.#isWrong ? "true" : "false"}
                        aria-describedby="sketch-error"
                        .value=${live(text)}
                        @input=${(/** @type {InputEvent} */ event) => this.#type(/** @type {HTMLTextAreaElement} */ (event.target).value)}
                    ></textarea>
                    <p class="error" id="sketch-error" role="alert">${this.#isWrong ? t("sketch.wrong") : nothing}</p>
                </div>
            </details>
        </div>`;
    }
}

/**
 * The index of the ring's side nearest to a place.
 * @param {{x: number, y: number}[]} corners
 * @param {{x: number, y: number}} place
 */
function nearestSide(corners, { x, y }) {
    const distances = corners.map((from, at) => {
        const to = corners[(at + 1) % corners.length] ?? from;
        const [dx, dy] = [to.x - from.x, to.y - from.y];
        const along = Math.min(Math.max(((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1), 0), 1);
        return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
    });
    return distances.indexOf(Math.min(...distances));
}
