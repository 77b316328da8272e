/** Places drawn on the map: by clicks, by a button for the map's middle, or typed as coordinates. */

import { t } from "./catalogue.js";
import { number } from "./format.js";
import { html, live, nothing } from "./lib/lit.js";
import { places, written } from "./utm.js";

/** @typedef {[number, number]} Place longitude and latitude */

const SOURCE = "sketch";
const INK = "#b3005e";
const LAYERS = [
    { id: "sketch:halo", type: "line", paint: { "line-color": "#fff", "line-width": 6 } },
    { id: "sketch:line", type: "line", paint: { "line-color": INK, "line-width": 2.5 } },
    {
        id: "sketch:points",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 5.5, "circle-color": "#fff", "circle-stroke-color": INK, "circle-stroke-width": 2.5 },
    },
];

export class Sketch {
    /** @type {Place[]} */
    points = [];
    /** What stands in the field of coordinates, while it differs from the points. @type {string | null} */
    #typed = null;
    #isWrong = false;

    /**
     * @param {import("./app.js").App} app
     * @param {{most?: number, hint: string, changed: () => void}} options the most points, what to do, whom to tell
     */
    constructor(app, { most = Infinity, hint, changed }) {
        this.app = app;
        this.most = most;
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
        this.#draw();
    }

    /** Give them back, and take away what was drawn. */
    end() {
        const { map } = this.app.map;
        this.app.takeClicks(null);
        document.body.classList.remove("is-drawing");
        map.doubleClickZoom.enable();
        map.off("click", this.#clicked);
        this.app.map.overlay(SOURCE, []);
    }

    /** @param {Place[]} points */
    set(points) {
        this.points = points.slice(-this.most);
        this.#typed = null;
        this.#isWrong = false;
        this.#draw();
        this.changed();
    }

    /** @param {{lngLat: {lng: number, lat: number}}} event */
    #clicked = ({ lngLat }) => this.set([...this.points, [lngLat.lng, lngLat.lat]]);

    #middle() {
        const { lng, lat } = this.app.map.map.getCenter();
        this.set([...this.points, [lng, lat]]);
    }

    /** @param {string} text */
    #type(text) {
        const found = places(text);
        this.#typed = text;
        this.#isWrong = found.some((place) => place === null) || found.length > this.most;
        if (!this.#isWrong) {
            this.points = /** @type {Place[]} */ (found);
            this.#draw();
        }
        this.changed();
    }

    #draw() {
        const feature = (/** @type {any} */ geometry) => ({ type: "Feature", properties: {}, geometry });
        const line = this.points.length > 1 ? [feature({ type: "LineString", coordinates: this.points })] : [];
        const points = this.points.map((place) => feature({ type: "Point", coordinates: place }));
        this.app.map.overlay(SOURCE, [...line, ...points], LAYERS);
    }

    view() {
        const isLine = this.most > 1;
        const text = this.#typed ?? this.points.map(written).join("\n");
        return html`<div class="sketch">
            <p class="hint">${this.hint}</p>
            <div class="buttons">
                <button type="button" @click=${() => this.#middle()}>${t("sketch.middle")}</button>
                ${isLine ? html`<button type="button" ?disabled=${!this.points.length} @click=${() => this.set(this.points.slice(0, -1))}>${t("sketch.back")}</button>` : nothing}
                <button type="button" ?disabled=${!this.points.length} @click=${() => this.set([])}>${t("sketch.clear")}</button>
            </div>
            <details>
                <summary>${t(isLine ? "sketch.coordinates" : "sketch.coordinate")}${isLine ? html` <span class="badge">${number(this.points.length)}</span>` : nothing}</summary>
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
