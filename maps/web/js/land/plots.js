/** All plots that the reader may see, held by the page so that filters take effect instantly. */

import { all, fulfils } from "./cql.js";
import { conditions } from "./filters.js";
import { collate } from "../shared/format.js";

/** @typedef {{id: number, type: "Feature", geometry: any, properties: Readonly<Record<string, any>>}} Plot */

export class Plots {
    /** @type {Plot[]} */
    records = [];
    /** The plots that fulfil the filters, sorted. @type {Plot[]} */
    hits = [];
    /** @type {Map<number, Plot>} */
    byId = new Map();
    /** @type {Map<string, import("./cql.js").Expression>} */
    conditions = new Map();

    /** @param {import("../shared/api.js").Api} api */
    constructor(api) {
        this.api = api;
    }

    /** Fetch all plots. */
    async load() {
        /** @type {Plot[]} */
        const records = [];
        for await (const features of this.api.pages("/api/collections/plots/items?limit=10000")) records.push(...features);
        this.records = records;
        this.byId = new Map(records.map((plot) => [plot.id, plot]));
    }

    /**
     * Fetch one plot again after a change, and remove it if it no longer exists.
     * @param {number} id
     */
    async reload(id) {
        const plot = await this.api.get(`/api/collections/plots/items/${id}`).catch((problem) => {
            if (problem.status === 404) return null;
            throw problem;
        });
        this.records = this.records.filter((one) => one.id !== id);
        if (plot) this.records.push(plot);
        this.byId = new Map(this.records.map((one) => [one.id, one]));
    }

    /**
     * Update the hits.
     * @param {Readonly<Record<string, string>>} state
     */
    select(state) {
        this.conditions = conditions(state);
        const { filter } = this;
        this.hits = this.records.filter((plot) => fulfils(filter, plot.properties)).sort(order(state["sort"] || "name"));
    }

    /** All conditions combined as CQL2 JSON, or null if there are none. */
    get filter() {
        return all([...this.conditions.values()]);
    }
}

/**
 * @param {string} sort a property, preceded by a minus for descending order
 * @returns {(a: Plot, b: Plot) => number} puts missing values last in both directions
 */
function order(sort) {
    const sign = sort.startsWith("-") ? -1 : 1;
    const property = sort.replace(/^-/, "");
    return (a, b) => {
        const [left, right] = [a.properties[property] ?? null, b.properties[property] ?? null];
        if (left === null || right === null) return Number(left === null) - Number(right === null) || a.id - b.id;
        const found = typeof left === "string" ? collate(left, right) : Number(left) - Number(right);
        return sign * found || a.id - b.id;
    };
}

/**
 * The bounding box of a geometry.
 * @param {{coordinates: any} | null} geometry
 * @returns {[number, number, number, number] | null} west, south, east, north
 */
export function box(geometry) {
    if (!geometry) return null;
    const found = /** @type {[number, number, number, number]} */ ([180, 90, -180, -90]);
    /** @param {any} part */
    const widen = (part) => {
        if (typeof part[0] !== "number") return part.forEach(widen);
        found[0] = Math.min(found[0], part[0]);
        found[1] = Math.min(found[1], part[1]);
        found[2] = Math.max(found[2], part[0]);
        found[3] = Math.max(found[3], part[1]);
    };
    widen(geometry.coordinates);
    return found;
}
