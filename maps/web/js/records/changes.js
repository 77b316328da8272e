/** What follows when a record was written: the page shows it, and for a while it can be taken back. */

import { t } from "../shared/catalogue.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{layer: string, id: number, version: string}} Change */

/** Layers whose records decide what plots look like. */
const OF_PLOTS = new Set(["plots", "reservations", "transactions", "plot_restrictions"]);

/** Layers of whose records no earlier version is kept. */
const NOT_KEPT = new Set(["parties"]);

/** Told of every change that the page itself has made. */
export const changes = new EventTarget();

/**
 * A record's version, from its entity tag.
 * @param {string | null} tag
 */
export const versionOf = (tag) => (tag ?? "").replaceAll('"', "").split(".")[0] ?? "";

/**
 * The version that the reader's own deletion of a record has made.
 * @param {import("../shared/api.js").Api} api
 * @param {string} layer
 * @param {number} id
 */
export async function ownDeletion(api, layer, id) {
    const { changes: own } = await api.get("/api/changes/own");
    const found = own.find((/** @type {any} */ one) => one.layer === layer && one.id === id && one.operation === "delete");
    return String(found?.version ?? "");
}

/**
 * Show what has changed, and offer to take it back.
 * @param {App} app
 * @param {string} text what was done
 * @param {Change} change
 * @param {number | null} plot the plot that looks different now
 */
export async function done(app, text, change, plot) {
    const action = { label: t("undo.undo"), run: () => void undo(app, change, plot) };
    app.notices.tell(change.version && !NOT_KEPT.has(change.layer) ? { text, action } : { text });
    await show(app, change.layer, plot);
}

/**
 * Take a change back.
 * @param {App} app
 * @param {Change} change
 * @param {number | null} plot
 */
export async function undo(app, { layer, id, version }, plot) {
    try {
        await app.api.send("POST", "/api/changes/own/undo", { layer, id, version });
        await show(app, layer, layer === "plots" ? id : plot);
        app.notices.tell({ text: t("undo.done") });
    } catch (error) {
        app.notices.fail(error);
    }
}

/**
 * @param {App} app
 * @param {string} layer
 * @param {number | null} plot
 */
async function show(app, layer, plot) {
    if (plot !== null) await app.plots.reload(plot);
    else if (OF_PLOTS.has(layer)) await app.plots.load();
    app.map.setPlots(app.plots.records);
    // The tiles' addresses name their version.
    const source = /** @type {any} */ (app.map.map.getSource(layer));
    if (source?.type === "vector") source.setUrl(source.url);
    app.detail.forget(layer);
    changes.dispatchEvent(new Event("change"));
    app.refresh();
}

/**
 * A record and its tag, as it is just now.
 * @param {import("../shared/api.js").Api} api
 * @param {string} path
 */
export async function fetchRecord(api, path) {
    const response = await api.request("GET", path, { headers: { "Cache-Control": "no-cache" } });
    return { feature: await response.json(), tag: response.headers.get("ETag") ?? "" };
}
