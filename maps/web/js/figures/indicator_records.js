/** The records behind a figure: listed instead of the plots, and drawn on the map. */

import { t } from "../shared/catalogue.js";
import { collate, day, number } from "../shared/format.js";
import { contributed, formatFigure } from "./indicator_words.js";
import { html, nothing, repeat } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { box } from "../land/plots.js";
import { refusal } from "../shared/refusals.js";
import { schema } from "../shared/schema.js";
import { shownValue } from "../records/table.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{figure: import("./indicators.js").Figure, trend: import("./indicators.js").Trend}} Selection */
/** @typedef {{id: number, geometry: any, properties: Record<string, any>}} Contribution */

const SOURCE = "contributions";
const COLOUR = "#c2185b";
const MOST = 5000;
/** Properties that add nothing for the reader. */
const UNSHOWN = new Set(["layer", "source"]);
const DATES = /(^date|_on)$/;

const AREA = ["==", ["geometry-type"], "Polygon"];
const POINT = ["==", ["geometry-type"], "Point"];
const LAYERS = [
    { id: "contributions:fill", type: "fill", filter: AREA, paint: { "fill-color": COLOUR, "fill-opacity": 0.35 } },
    { id: "contributions:line", type: "line", filter: ["!", POINT], paint: { "line-color": COLOUR, "line-width": 2.5 } },
    {
        id: "contributions:point",
        type: "circle",
        filter: POINT,
        paint: { "circle-color": COLOUR, "circle-radius": 5, "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 },
    },
];

export class Records {
    /** @type {Selection | null} */
    #selection = null;
    /** @type {Contribution[] | null} */
    #found = null;
    #isWhole = true;
    /** @type {Map<string, import("../shared/schema.js").Property>} */
    #properties = new Map();
    #sort = "";

    /** @param {App} app */
    constructor(app) {
        this.app = app;
    }

    /**
     * Show the records behind a figure; null shows the plots again.
     * @param {Selection | null} selection
     */
    show(selection) {
        if (selection?.figure === this.#selection?.figure) return;
        const wasOpen = Boolean(this.#selection);
        this.#selection = selection;
        this.#found = null;
        this.#sort = "";
        if (wasOpen && !selection) this.app.map.overlay(SOURCE, []);
        this.app.table.instead = selection ? () => this.#view(selection) : null;
        if (wasOpen || selection) this.app.table.render();
        if (selection) void this.#load(selection);
    }

    /** @param {Selection} selection */
    async #load(selection) {
        const { api, map, notices, table } = this.app;
        const { key, period } = selection.figure;
        try {
            const found = [];
            let next = `/api/kpis/${encodeURIComponent(key)}/contributions?period=${encodeURIComponent(period)}&limit=1000`;
            while (next && found.length < MOST) {
                const page = await api.get(next);
                found.push(...page.features);
                next = page.links?.find((/** @type {{rel: string}} */ link) => link.rel === "next")?.href ?? "";
            }
            const properties = await schema(api, selection.trend.layer);
            await map.ready;
            if (this.#selection !== selection) return;
            this.#found = found;
            this.#isWhole = !next;
            this.#properties = properties;
        } catch (error) {
            notices.fail(new Error(refusal(error)));
            if (this.#selection !== selection) return;
            this.#found = [];
        }
        const places = this.#found.filter(({ geometry }) => geometry);
        map.overlay(SOURCE, places.map(({ id, geometry }) => ({ type: "Feature", id, properties: {}, geometry })), LAYERS);
        map.goTo(boundsOf(places), 15);
        table.render();
    }

    /** @param {Selection} selection */
    #view({ figure, trend }) {
        const found = this.#found;
        const close = () => this.app.store.set({ "indicators.open": "" });
        return html`<header class="list-head">
                <h2>${figure.label}</h2>
                <p>
                    <strong>${formatFigure(figure)}</strong> · ${periodName(figure.period)}
                    ${found ? html`· ${t("records.count", { count: number(found.length) })}` : nothing}
                    ${this.#isWhole ? nothing : html`<span class="hint">${t("records.more")}</span>`}
                </p>
                <button type="button" @click=${close}>${t("records.back")}</button>
            </header>
            <div class="rows" tabindex="0" role="region" aria-label=${t("records.title", { label: figure.label })} aria-busy=${String(!found)}>
                ${!found ? html`<p class="empty">${t("loading")}</p>` : found.length ? this.#table(found, trend) : html`<p class="empty">${t("records.none")}</p>`}
            </div>`;
    }

    /**
     * @param {Contribution[]} found
     * @param {import("./indicators.js").Trend} trend
     */
    #table(found, trend) {
        const columns = Object.keys(found[0]?.properties ?? {}).filter((name) => !UNSHOWN.has(name));
        const sorted = this.#sort ? [...found].sort(order(this.#sort)) : found;
        const selected = this.app.store.get("selected");
        return html`<table>
            <thead>
                <tr>
                    <th scope="col"><span class="hidden">${t("records.record")}</span></th>
                    ${columns.map((name) => this.#heading(name))}
                </tr>
            </thead>
            <tbody>
                ${repeat(
                    sorted,
                    ({ id }) => id,
                    (one) => html`<tr class=${selected === `${trend.layer}/${one.id}` ? "selected" : ""} @click=${() => this.#open(trend.layer, one)}>
                        <th scope="row"><button type="button" class="link unbroken">${t("records.open", { id: one.id })}</button></th>
                        ${columns.map((name) => html`<td class=${typeof one.properties[name] === "number" ? "number" : ""}>${this.#cell(name, one.properties[name], trend)}</td>`)}
                    </tr>`,
                )}
            </tbody>
        </table>`;
    }

    /** @param {string} name */
    #heading(name) {
        const isSorted = this.#sort.replace("-", "") === name;
        const isDown = this.#sort.startsWith("-");
        const sort = () => {
            this.#sort = isSorted && !isDown ? `-${name}` : name;
            this.app.table.render();
        };
        return html`<th scope="col" aria-sort=${isSorted ? (isDown ? "descending" : "ascending") : "none"} class=${name === "amount" ? "number" : ""}>
            <button type="button" @click=${sort}>
                ${this.#label(name)}<span class="arrow" aria-hidden="true">${isSorted ? (isDown ? "▼" : "▲") : ""}</span>
            </button>
        </th>`;
    }

    /** @param {string} name */
    #label(name) {
        if (name === "amount") return t("records.amount");
        if (name === "date") return t("records.date");
        if (name === "district") return t("records.district");
        return this.#properties.get(name)?.title ?? name;
    }

    /**
     * @param {string} name
     * @param {any} value
     * @param {import("./indicators.js").Trend} trend
     */
    #cell(name, value, trend) {
        if (name === "amount") return contributed(value, trend.unit);
        if (DATES.test(name)) return day(value);
        if (name === "district") return value.split("|").map(placeOf).join(", ");
        return shownValue(this.#properties.get(name), value);
    }

    /**
     * @param {string} layer
     * @param {Contribution} one
     */
    #open(layer, one) {
        this.app.select(`${layer}/${one.id}`, false);
        this.app.map.goTo(box(one.geometry));
    }
}

/** @param {string} name */
const placeOf = (name) => (name === "outside" || name === "unlocated" ? t(`records.${name}`) : name);

/** @param {string} sort */
function order(sort) {
    const name = sort.replace("-", "");
    const sign = sort.startsWith("-") ? -1 : 1;
    return (/** @type {Contribution} */ { properties: a }, /** @type {Contribution} */ { properties: b }) =>
        sign * (typeof a[name] === "number" ? a[name] - b[name] : collate(String(a[name]), String(b[name])));
}

/** @param {Contribution[]} places */
function boundsOf(places) {
    const boxes = places.flatMap(({ geometry }) => box(geometry) ?? []);
    if (!boxes.length) return null;
    const every = (/** @type {number} */ from) => boxes.filter((_, at) => at % 4 === from);
    const [west, south, east, north] = [every(0), every(1), every(2), every(3)];
    return /** @type {[number, number, number, number]} */ ([Math.min(...west), Math.min(...south), Math.max(...east), Math.max(...north)]);
}
