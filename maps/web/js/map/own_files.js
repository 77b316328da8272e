/** Files that the reader drops on the map or chooses, to look at: they are drawn until they are removed, and kept nowhere. */

import { t } from "../shared/catalogue.js";
import { html, nothing, repeat } from "../lib/lit.js";
import { shownOn } from "./geojson.js";

/** @typedef {import("./map.js").Box} Box */
/** @typedef {{id: string, name: string, features: any[], box: Box}} Shown */

const PREFIX = "file|";
const COLOR = "#6a1b9a";
/** What a larger file would do to the browser is worse than a refusal. */
const LARGEST = 10_000_000;

export class OwnFiles {
    /** @type {Shown[]} */
    #shown = [];
    #count = 0;

    /** @param {import("../page/app.js").App} app */
    constructor(app) {
        this.app = app;
        const place = app.places.map.parentElement;
        place?.addEventListener("dragover", (event) => {
            if (!event.dataTransfer?.types.includes("Files")) return;
            event.preventDefault();
            place.classList.add("is-dropping");
        });
        for (const name of ["dragleave", "drop"]) place?.addEventListener(name, () => place.classList.remove("is-dropping"));
        place?.addEventListener("drop", (event) => {
            event.preventDefault();
            void this.open([...(event.dataTransfer?.files ?? [])]);
        });
    }

    /**
     * Show files; what cannot be read is said.
     * @param {File[]} files
     */
    async open(files) {
        for (const file of files) {
            try {
                this.#add(file.name, await this.#features(file));
            } catch (error) {
                this.app.notices.fail(error);
            }
        }
    }

    /** The part of the legend that lists them, with the way for the keyboard. */
    view() {
        const choose = (/** @type {Event} */ { target }) => {
            const input = /** @type {HTMLInputElement} */ (target);
            void this.open([...(input.files ?? [])]);
            input.value = "";
        };
        return html`<fieldset class="legend-group own-files">
            <legend class="group">${t("own_file.title")}</legend>
            ${repeat(
                this.#shown,
                ({ id }) => id,
                (one) => html`<div class="own-file">
                    <button type="button" class="link" title=${t("own_file.go", { name: one.name })} @click=${() => this.app.map.goTo(one.box, 17)}>${one.name}</button>
                    <button type="button" class="icon" aria-label=${t("own_file.remove", { name: one.name })} @click=${() => this.#remove(one)}>×</button>
                </div>`,
            )}
            <label class="own-file-choice"><span>${t("own_file.choose")}</span><input type="file" multiple accept=".geojson,.json,.gpkg,.kml,.kmz,.zip,.fgb,.gml" @change=${choose} /></label>
            ${this.#shown.length ? html`<p class="hint">${t("own_file.hint")}</p>` : nothing}
        </fieldset>`;
    }

    /**
     * The values of the features at a point of the map, as texts, by file.
     * @param {{x: number, y: number}} point
     */
    at({ x, y }) {
        return this.#shown.flatMap(({ id, name }) => {
            const layers = drawn(id).map((layer) => layer.id);
            const around = /** @type {[[number, number], [number, number]]} */ ([[x - 4, y - 4], [x + 4, y + 4]]);
            const found = this.app.map.map.queryRenderedFeatures(around, { layers });
            const unique = [...new Map(found.map((one) => [one.id, one])).values()];
            const features = unique.map(({ properties }) => Object.entries(properties).map(([key, value]) => ({ name: key, value: String(value) })));
            return features.length ? [{ title: name, told: { is_answered: true, features, text: "" } }] : [];
        });
    }

    /** @param {File} file */
    async #features(file) {
        if (file.size > LARGEST) throw new Error(t("own_file.too_large", { name: file.name }));
        if (/\.(geo)?json$/i.test(file.name)) {
            const features = shownOn(await file.text());
            if (features) return features;
        }
        const { language } = this.app.settings;
        const path = `/api/looks?lang=${language}&name=${encodeURIComponent(file.name)}`;
        return (await this.app.api.upload(path, file)).features;
    }

    /**
     * @param {string} name
     * @param {any[]} all
     */
    #add(name, all) {
        const features = all.filter(({ geometry }) => around([{ geometry }]));
        const box = around(features);
        if (!box) throw new Error(t("own_file.empty", { name }));
        const id = `${PREFIX}${++this.#count}`;
        const numbered = features.map((feature, at) => ({ ...feature, id: at + 1 }));
        this.app.map.overlay(id, numbered, drawn(id));
        this.#shown.push({ id, name, features, box });
        this.app.map.goTo(box, 17);
        this.app.legend?.apply();
        const lacking = all.length - features.length;
        const text = [t("own_file.shown", { name }), lacking ? t("own_file.placeless", { count: lacking }) : ""];
        this.app.notices.show({ text: text.filter(Boolean).join(" ") });
    }

    /** @param {Shown} one */
    #remove(one) {
        const { map } = this.app.map;
        for (const { id } of drawn(one.id)) map.removeLayer(id);
        map.removeSource(one.id);
        this.#shown = this.#shown.filter((other) => other !== one);
        this.app.overlayInfo?.close();
        this.app.legend?.apply();
    }
}

/**
 * The map layers that draw a file.
 * @param {string} id
 */
function drawn(id) {
    return [
        { id: `${id}:fill`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOR, "fill-opacity": 0.15 } },
        { id: `${id}:line`, type: "line", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": COLOR, "line-width": 2, "line-dasharray": [4, 2] } },
        { id: `${id}:point`, type: "circle", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-color": COLOR, "circle-radius": 5, "circle-stroke-color": "#fff", "circle-stroke-width": 1 } },
    ];
}

/**
 * The box around features: west, south, east, north.
 * @param {any[]} features
 * @returns {Box | null}
 */
function around(features) {
    /** @type {Box} */
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const take = (/** @type {any} */ coordinates) => {
        if (typeof coordinates?.[0] !== "number") return void coordinates?.forEach?.(take);
        const [x, y] = coordinates;
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
    };
    const visit = (/** @type {any} */ geometry) => {
        if (geometry?.geometries) geometry.geometries.forEach(visit);
        else take(geometry?.coordinates);
    };
    for (const { geometry } of features) if (geometry) visit(geometry);
    return box[0] <= box[2] ? box : null;
}
