/** Measures lengths and areas on the map, by clicks or by keyboard with the map's centre. */

import { t } from "../shared/catalogue.js";
import { distance, number, quantity } from "../shared/format.js";
import { html, nothing, render, svg } from "../lib/lit.js";
import { area, isCrossed, length } from "./metres.js";
import { isReady, ready } from "./plane.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {[number, number]} Place longitude and latitude */
/** @typedef {"distance" | "area"} Kind */

const SOURCE = "measure";
const INK = "#b3005e";
const HECTARE = 10_000;
const LAYERS = [
    {
        id: "measure:area",
        type: "fill",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": INK, "fill-opacity": 0.15 },
    },
    { id: "measure:halo", type: "line", paint: { "line-color": "#fff", "line-width": 6, "line-opacity": 0.85 } },
    { id: "measure:line", type: "line", paint: { "line-color": INK, "line-width": 2.5 } },
    {
        id: "measure:points",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 5, "circle-color": "#fff", "circle-stroke-color": INK, "circle-stroke-width": 2.5 },
    },
];
/** @type {Record<Kind, string>} */
const ICONS = {
    distance: "m3 17.2 1.4 1.4 2-2 1.4 1.4-2 2L7.2 21 21 7.2 16.8 3 3 16.8v.4Zm4.7-1.9 1.4-1.4 1.4 1.4-1.4 1.4-1.4-1.4Zm2.8-2.8 1.4-1.4 2.1 2.1-1.4 1.4-2.1-2.1Zm2.9-2.9 1.4-1.4 1.4 1.4-1.4 1.4-1.4-1.4Z",
    area: "M4 3h3v2h10V3h3v3h-2v10h2v3h-3v-2H7v2H4v-3h2V6H4V3Zm4 4v8h8V7H8Z",
};

export class Measure {
    /** @type {Place[]} */
    points = [];
    /** @type {Kind | null} */
    #kind = null;

    /**
     * @param {HTMLElement} root holds the buttons
     * @param {HTMLElement} result holds the measured value
     * @param {App} app
     */
    constructor(root, result, app) {
        this.root = root;
        this.result = result;
        this.app = app;
        this.#render();
    }

    /**
     * Start measuring, or stop if this kind is active.
     * @param {Kind} kind
     */
    toggle(kind) {
        const next = this.#kind === kind ? null : kind;
        if (this.#kind) this.#end();
        if (next) this.#begin(next);
        this.#render();
    }

    /** @param {Kind} kind */
    #begin(kind) {
        const { map } = this.app.map;
        this.#kind = kind;
        this.app.takeClicks(() => this.toggle(kind));
        document.body.classList.add("is-measuring");
        map.doubleClickZoom.disable();
        map.on("click", this.#clicked);
        map.getCanvas().addEventListener("keydown", this.#pressed);
        map.getCanvas().focus();
        this.#set([]);
        void ready().then(() => this.#render());
    }

    #end() {
        const { map } = this.app.map;
        this.#kind = null;
        this.app.takeClicks(null);
        document.body.classList.remove("is-measuring");
        map.doubleClickZoom.enable();
        map.off("click", this.#clicked);
        map.getCanvas().removeEventListener("keydown", this.#pressed);
        this.#set([]);
    }

    /** @param {Place[]} points */
    #set(points) {
        this.points = points;
        const feature = (/** @type {any} */ geometry) => ({ type: "Feature", properties: {}, geometry });
        const [first] = points;
        const closed = this.#kind === "area" && points.length > 2 && first ? [...points, first] : points;
        const drawn = points.map((place) => feature({ type: "Point", coordinates: place }));
        if (points.length > 1) drawn.unshift(feature({ type: "LineString", coordinates: closed }));
        if (closed !== points) drawn.unshift(feature({ type: "Polygon", coordinates: [closed] }));
        this.app.map.overlay(SOURCE, drawn, LAYERS);
        this.#render();
    }

    /** @param {{lngLat: {lng: number, lat: number}}} event */
    #clicked = ({ lngLat }) => this.#set([...this.points, [lngLat.lng, lngLat.lat]]);

    /** @param {KeyboardEvent} event */
    #pressed = (event) => {
        if (event.key === "Enter" || event.key === " ") this.#middle();
        else if (event.key === "Backspace") this.#set(this.points.slice(0, -1));
        else if (event.key === "Escape") this.#finish();
        else return;
        event.preventDefault();
    };

    #middle() {
        const { lng, lat } = this.app.map.map.getCenter();
        this.#set([...this.points, [lng, lat]]);
    }

    #finish() {
        const kind = this.#kind;
        if (kind) this.toggle(kind);
        this.#button(kind)?.focus();
    }

    /** @param {Kind | null} kind */
    #button(kind) {
        return /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-measure="${kind}"]`));
    }

    #render() {
        render(
            html`<div class="tool-buttons" role="group" aria-label=${t("measure.tools")}>
                ${/** @type {Kind[]} */ (["distance", "area"]).map((kind) => this.#toggle(kind))}
            </div>`,
            this.root,
        );
        render(this.#kind ? this.#box(this.#kind) : nothing, this.result);
    }

    /** @param {Kind} kind */
    #toggle(kind) {
        return html`<button
            type="button"
            class="tool"
            data-measure=${kind}
            aria-pressed=${this.#kind === kind ? "true" : "false"}
            aria-label=${t(`measure.${kind}`)}
            title=${t(`measure.${kind}`)}
            @click=${() => this.toggle(kind)}
        >
            <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${ICONS[kind]} />`}</svg>
        </button>`;
    }

    /** @param {Kind} kind */
    #box(kind) {
        const { points } = this;
        return html`<div class="measured-box" role="region" aria-label=${t(`measure.${kind}`)}>
            <p class="measured-value" role="status">${result(kind, points)}</p>
            <details class="hint"><summary>${t("measure.hint")}</summary>${t("measure.keys")}</details>
            <div class="buttons">
                <button type="button" @click=${() => this.#middle()}>${t("measure.middle")}</button>
                <button type="button" ?disabled=${!points.length} @click=${() => this.#set(points.slice(0, -1))}>${t("measure.back")}</button>
                <button type="button" ?disabled=${!points.length} @click=${() => this.#set([])}>${t("measure.clear")}</button>
                <button type="button" @click=${() => this.#finish()}>${t("measure.end")}</button>
            </div>
        </div>`;
    }
}

/**
 * @param {Kind} kind
 * @param {Place[]} points
 */
function result(kind, points) {
    if (points.length < (kind === "area" ? 3 : 2)) return t(`measure.begin_${kind}`);
    if (!isReady()) return t("measure.loading");
    if (kind === "distance") return exact(length(points));
    if (isCrossed(points)) return t("measure.crossed");
    const [first] = points;
    const around = first ? length([...points, first]) : 0;
    return t("measure.area_and_border", { area: surface(area(points)), border: exact(around) });
}

/** @param {number} metres */
const exact = (metres) => (metres < 1000 ? `${number(metres, 1)}\u00a0m` : distance(metres));

/** @param {number} squareMetres */
const surface = (squareMetres) =>
    squareMetres < HECTARE ? quantity(squareMetres, "m²") : `${quantity(squareMetres, "m²")} (${quantity(squareMetres / HECTARE, "ha")})`;
