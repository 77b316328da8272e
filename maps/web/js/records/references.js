/** Choices for fields that refer to other records, by names that people know. */

import { quantity } from "../shared/format.js";
import { useName } from "../shared/use_names.js";

/** @typedef {import("../shared/api.js").Api} Api */

const MOST = 2000;

/** The query for each collection's choices: those still relevant, the newest or the alphabetically first on top. @type {Record<string, string>} */
const QUERIES = {
    inquiries: `filter=${encodeURIComponent("closed_on is null")}&sortby=-received_on`,
    parties: "sortby=name",
    operators: "sortby=name",
    plots: "sortby=name",
};

/** @type {Record<string, (properties: any) => unknown[]>} */
const LABELS = {
    inquiries: ({ number, use, min_m2: least, max_m2: most, zoning }) => [number, useName(use), size(least, most), zoning],
    parties: ({ name, company_name: company }) => [name ?? company],
    operators: ({ name }) => [name],
    plots: ({ name }) => [name],
};

/** The choices among a collection's records: ids by label. */
export class Choices {
    /** @type {Map<string, number>} */
    byLabel = new Map();

    /** @param {any[]} features */
    constructor(features, collection = "") {
        for (const feature of features) this.add(feature, collection);
    }

    /**
     * @param {any} feature
     * @param {string} collection
     */
    add({ id, properties }, collection) {
        const text = (LABELS[collection]?.(properties) ?? [properties.name]).filter(Boolean).join(" · ") || `${id}`;
        this.byLabel.set(this.byLabel.has(text) ? `${text} (${id})` : text, id);
    }

    /** @param {number} id */
    label(id) {
        return [...this.byLabel].find(([, one]) => one === id)?.[0] ?? String(id);
    }
}

/** Whether a collection's records are chosen from a list; others are too many and are entered by number. */
export const isListed = (/** @type {string} */ collection) => collection in QUERIES;

/**
 * Fetch the choices, including the record that is chosen already.
 * @param {Api} api
 * @param {string} collection
 * @param {number | null} chosen
 */
export async function fetchChoices(api, collection, chosen) {
    const { features } = await api.get(`/api/collections/${collection}/items?limit=${MOST}&${QUERIES[collection]}`);
    const found = new Choices(features, collection);
    if (chosen !== null && !features.some((/** @type {any} */ one) => one.id === chosen)) {
        const other = await api.get(`/api/collections/${collection}/items/${chosen}`).catch(() => null);
        if (other) found.add(other, collection);
    }
    return found;
}

/**
 * @param {number | null} least
 * @param {number | null} most
 */
function size(least, most) {
    if (least === null && most === null) return "";
    if (most === null) return `≥ ${quantity(least, "m²")}`;
    return least === null ? `≤ ${quantity(most, "m²")}` : `${quantity(least, "m²").replace(/\sm²$/u, "")}–${quantity(most, "m²")}`;
}
