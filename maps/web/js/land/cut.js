/** A part of a plot, cut off by a line: the service computes the parts, and the page shows them while the user draws. */

import { t } from "../shared/catalogue.js";
import { percent, quantity } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { box } from "./plots.js";
import { Sketch } from "../map/sketch.js";
import { showMap } from "../shared/covered_map.js";

/** @typedef {{id: number, geometry: any, properties: {area_m2: number, share: number}}} Part */

const SOURCE = "cut-parts";
const PAUSE_MS = 120;

export class Cut {
    /** @type {Part[]} */
    parts = [];
    /** The id of the chosen part. */
    #chosen = 0;
    /** The service's message if the line does not cut the plot. */
    #message = "";
    #timer = 0;
    /** @type {AbortController | null} */
    #asking = null;

    /**
     * @param {import("../page/app.js").App} app
     * @param {number} plot
     * @param {() => void} changed
     */
    constructor(app, plot, changed) {
        this.app = app;
        this.plot = plot;
        this.changed = changed;
        this.sketch = new Sketch(app, { hint: t("cut.hint"), changed: () => this.#drawn() });
    }

    begin() {
        showMap(true);
        this.sketch.begin();
        this.#draw();
        // Once the form is rendered, which may leave less room to the map.
        queueMicrotask(() => {
            this.app.map.map.resize();
            this.app.map.goTo(box(this.app.plots.byId.get(this.plot)?.geometry), 19);
        });
    }

    end() {
        clearTimeout(this.#timer);
        this.#asking?.abort();
        this.sketch.end();
        this.app.map.overlay(SOURCE, []);
    }

    /** The chosen part, or null. */
    get part() {
        return this.parts.find(({ id }) => id === this.#chosen) ?? null;
    }

    #drawn() {
        clearTimeout(this.#timer);
        this.#asking?.abort();
        if (this.sketch.points.length < 2) {
            this.#show([], "");
        } else {
            this.#timer = setTimeout(() => void this.#ask(), PAUSE_MS);
        }
        this.changed();
    }

    async #ask() {
        this.#asking = new AbortController();
        const { signal } = this.#asking;
        const body = { type: "LineString", coordinates: this.sketch.points };
        try {
            const response = await this.app.api.request("POST", `/api/plots/${this.plot}/cut`, { body, signal });
            const { features } = await response.json();
            this.#show(features, "");
        } catch (error) {
            if (!signal.aborted) this.#show([], error instanceof Error ? error.message : String(error));
        }
    }

    /**
     * @param {Part[]} parts the largest first
     * @param {string} message
     */
    #show(parts, message) {
        const last = parts.at(-1);
        this.parts = parts;
        this.#chosen = last?.id ?? 0;
        this.#message = message;
        this.#draw();
        this.changed();
    }

    #draw() {
        const features = this.parts.map(({ id, geometry, properties }) => {
            const isChosen = this.#chosen === id;
            const label = `${isChosen ? "✓ " : ""}${letter(id)} · ${quantity(properties.area_m2, "m²")}`;
            return { type: "Feature", id, geometry, properties: { label, isChosen } };
        });
        this.app.map.overlay(SOURCE, features, layers(this.app));
    }

    /** @param {number} id */
    #choose(id) {
        this.#chosen = id;
        this.#draw();
        this.changed();
    }

    /** @param {string} error the form's error message, or an empty text */
    view(error) {
        return html`<div class="cut">
            ${this.sketch.view()}
            <div role="status" aria-live="polite">
                ${this.#message ? html`<p class="error">${this.#message}</p>` : nothing}
                ${this.parts.length ? this.#list() : nothing}
            </div>
            <p class="error" id="geometry-error" role="alert">${error || nothing}</p>
        </div>`;
    }

    #list() {
        return html`<fieldset class="parts">
            <legend>${t("cut.which")}</legend>
            ${this.parts.map(
                ({ id, properties }) =>
                    html`<label class="check">
                        <input
                            type="radio"
                            name="part"
                            .checked=${live(this.#chosen === id)}
                            @change=${() => this.#choose(id)}
                        />
                        <span>${t("cut.part", { letter: letter(id) })}</span>
                        <span class="count">${quantity(properties.area_m2, "m²")} · ${percent(properties.share)}</span>
                    </label>`,
            )}
        </fieldset>`;
    }
}

/** @param {number} id */
const letter = (id) => String.fromCharCode(64 + Math.min(id, 26));

/** @param {import("../page/app.js").App} app */
function layers(app) {
    const isChosen = ["get", "isChosen"];
    // Labels use the same font as the map's other labels.
    const fonts = app.map.map.getStyle().layers.map((layer) => /** @type {any} */ (layer).layout?.["text-font"]);
    const font = fonts.find(Boolean);
    return [
        { id: "cut:fill", type: "fill", paint: { "fill-color": "#b3005e", "fill-opacity": ["case", isChosen, 0.32, 0.06] } },
        { id: "cut:edge", type: "line", paint: { "line-color": "#b3005e", "line-width": ["case", isChosen, 2.5, 1] } },
        {
            id: "cut:label",
            type: "symbol",
            layout: { "text-field": ["get", "label"], ...(font && { "text-font": font }), "text-size": 13, "text-allow-overlap": true },
            paint: { "text-color": "#5c0031", "text-halo-color": "#fff", "text-halo-width": 2 },
        },
    ];
}
