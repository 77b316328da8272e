/** What belongs to the selected record: its attachments and memos, fetched when they are first shown. */

import { FeatureCache } from "../shared/feature_cache.js";

/** @typedef {import("../page/app.js").App} App */

const MOST = 1000;

/** By the layer of a record, the property by which what belongs to it refers to it. @type {Record<string, string>} */
export const COLUMNS = { plots: "plot", properties: "property", inquiries: "inquiry", mobile_requests: "mobile_request" };

/** Layers of which records belong to others, in whose drawers they are shown. */
export const BELONGING = new Set(["attachments", "memos", "contacts"]);

/**
 * The record in whose drawer an attachment or memo is shown, such as `plots/12`; null for records that are shown by themselves.
 * @param {string} kind the layer of the feature
 * @param {any} feature
 */
export function ownerOf(kind, feature) {
    if (kind !== "attachments" && kind !== "memos") return null;
    const [layer, column] = Object.entries(COLUMNS).find(([, name]) => feature?.properties[name]) ?? [];
    return layer && column ? `${layer}/${feature.properties[column]}` : null;
}

/** The layer of the selected record. @param {App} app */
export const kindOf = (app) => app.store.get("selected").split("/")[0] ?? "";

/** The property by which attachments and memos refer to the selected record; empty if it has none. @param {App} app */
export const columnOf = (app) => COLUMNS[kindOf(app)] ?? "";

/** The plot that is selected, if one is. @param {App} app @param {any} feature */
export const plotOf = (app, feature) => (kindOf(app) === "plots" ? Number(feature.id) : null);

/**
 * What belongs to records, by the layer that it is in.
 * @param {"attachments" | "memos"} layer
 */
export const belongingsIn = (layer) =>
    new FeatureCache((feature, app) => `/api/collections/${layer}/items?${columnOf(app)}=${feature.id}&limit=${MOST}`, layer);
