/** Picking trenches and connections on the map, for fields that refer to them by a number meaningless to people. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { box } from "../land/plots.js";
import { showMap } from "../shared/covered_map.js";
import { schema } from "../shared/schema.js";
import { shownValue } from "../records/table.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../records/form.js").Form} Form */

const SOURCE = "picked";
const INK = "#b3005e";
const NEAR = 8; // pixels
const NO_COUNT = ["!", ["has", "count"]];
/** The zoom level from which tiles have single records, and their layer while one is picked. @type {Record<string, {zoom: number, layer: any}>} */
const PICKED = {
    trenches: {
        zoom: 12,
        layer: { type: "line", paint: { "line-color": INK, "line-width": ["interpolate", ["linear"], ["zoom"], 12, 2, 17, 5], "line-opacity": 0.6 } },
    },
    connections: {
        zoom: 13,
        layer: { type: "circle", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 13, 3, 17, 6], "circle-color": INK, "circle-opacity": 0.6, "circle-stroke-color": "#fff", "circle-stroke-width": 1 } },
    },
};
const LAYERS = [
    { id: "picked:halo", type: "line", paint: { "line-color": "#fff", "line-width": 11, "line-opacity": 0.9 } },
    { id: "picked:line", type: "line", paint: { "line-color": INK, "line-width": 6 } },
    {
        id: "picked:point",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 8, "circle-color": INK, "circle-stroke-color": "#fff", "circle-stroke-width": 3 },
    },
];
/** The properties by which people recognise a trench or a connection. */
const DESCRIBING = ["address", "cluster", "status", "length_m"];

/**
 * The pickers for a form's fields that refer to records on the map, if the reader may see those.
 * @param {Form} form
 * @returns {Map<string, RecordPicker>}
 */
export function pickersOf(form) {
    const fields = form.names.map((name) => /** @type {const} */ ([name, String(form.property(name).document["x-ogc-collectionId"] ?? "")]));
    const known = fields.filter(([, collection]) => collection in PICKED && form.app.map.map.getSource(collection));
    return new Map(known.map(([name, collection]) => [name, new RecordPicker(form, name, collection)]));
}

export class RecordPicker {
    isOpen = false;
    /** The hint, the description of the picked record, or the error. */
    #message = "";

    /**
     * @param {Form} form
     * @param {string} name of the field
     * @param {string} collection
     */
    constructor(form, name, collection) {
        this.form = form;
        this.app = form.app;
        this.name = name;
        this.collection = collection;
    }

    get #kind() {
        return /** @type {{zoom: number, layer: any}} */ (PICKED[this.collection]);
    }

    get #layer() {
        return `pick:${this.collection}`;
    }

    begin() {
        const { map } = this.app.map;
        this.app.takeClicks(() => this.end());
        this.isOpen = true;
        document.body.classList.add("is-drawing");
        map.addLayer({ id: this.#layer, source: this.collection, "source-layer": this.collection, filter: NO_COUNT, ...this.#kind.layer });
        map.on("click", this.#clicked);
        map.on("zoomend", this.#zoomed);
        this.#message = this.#hint;
        this.form.render();
        showMap(true);
    }

    end() {
        if (!this.isOpen) return;
        const { map } = this.app.map;
        this.isOpen = false;
        this.app.takeClicks(null);
        document.body.classList.remove("is-drawing");
        map.off("click", this.#clicked);
        map.off("zoomend", this.#zoomed);
        map.removeLayer(this.#layer);
        this.#message = "";
        this.form.render();
        showMap(false);
    }

    /** End picking, and remove the highlighted record. */
    close() {
        this.end();
        this.app.map.overlay(SOURCE, []);
    }

    /** Whether the map is zoomed out too far to show single records. */
    get #isFar() {
        return this.app.map.map.getZoom() < this.#kind.zoom;
    }

    get #hint() {
        return this.#isFar ? t("pick.zoom_in") : t(`pick.hint.${this.collection}`);
    }

    #zoomed = () => {
        this.#message = this.#hint;
        this.form.render();
    };

    /** @param {{point: {x: number, y: number}}} event */
    #clicked = ({ point }) => this.#pickAt(point, NEAR);

    #middle() {
        const { map } = this.app.map;
        this.#pickAt(map.project(map.getCenter()), NEAR * 2);
    }

    /**
     * @param {{x: number, y: number}} point
     * @param {number} near in pixels
     */
    #pickAt({ x, y }, near) {
        const at = (/** @type {number} */ far) => this.app.map.map.queryRenderedFeatures([[x - far, y - far], [x + far, y + far]], { layers: [this.#layer] });
        const id = [...at(1), ...at(near)].find((one) => one.id !== undefined)?.id;
        if (id === undefined) {
            this.#message = this.#isFar ? t("pick.zoom_in") : t(`pick.none.${this.collection}`);
            return this.form.render();
        }
        this.end();
        void this.form.choose(this.name, Number(id));
        void this.#describe(Number(id), false);
    }

    /**
     * Describe and highlight the record that was chosen by its name.
     * @param {number | null} id
     */
    chosen(id) {
        this.#message = "";
        this.app.map.overlay(SOURCE, []);
        if (id === null) this.form.render();
        else void this.#describe(id, true);
    }

    /**
     * @param {number} id
     * @param {boolean} move the map there
     */
    async #describe(id, move) {
        try {
            const [properties, feature] = await Promise.all([
                schema(this.app.api, this.collection),
                this.app.api.get(`/api/collections/${this.collection}/items/${id}`),
            ]);
            if (this.form.isClosed) return;
            const words = DESCRIBING.filter((name) => (feature.properties[name] ?? null) !== null).map((name) => shownValue(properties.get(name), feature.properties[name]));
            this.#message = words.join(" · ");
            this.app.map.overlay(SOURCE, [feature], LAYERS);
            if (move) this.app.map.goTo(box(feature.geometry), 17);
        } catch (error) {
            this.#message = error instanceof Error ? error.message : String(error);
        }
        this.form.render();
    }

    view() {
        return html`<div class="pick ${this.isOpen ? "takes-clicks" : ""}">
            <div class="buttons">
                ${this.isOpen
                    ? html`<button type="button" @click=${() => this.#middle()}>${t("pick.middle")}</button>
                          <button type="button" @click=${() => this.end()}>${t("pick.end")}</button>`
                    : html`<button type="button" @click=${() => this.begin()}>${t("pick.begin")}</button>`}
            </div>
            <p class="hint" role="status">${this.#message || nothing}</p>
        </div>`;
    }
}
