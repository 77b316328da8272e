/** Handling of changes made on this page: showing them, and offering to undo them. */

import { t } from "../shared/catalogue.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{layer: string, id: number, version: string}} Change */

/** Layers whose records affect the plots. */
const OF_PLOTS = new Set(["plots", "reservations", "transactions", "plot_restrictions"]);

/** Layers without a history, whose changes cannot be undone. */
export const NOT_KEPT = new Set(["parties", "contacts"]);

/** Dispatches "change" after every change made on this page. */
export const changes = new EventTarget();

/**
 * A record's version, from its entity tag.
 * @param {string | null} tag
 */
export const versionOf = (tag) => (tag ?? "").replaceAll('"', "").split(".")[0] ?? "";

const INSTANT = /^(.+:\d\d)(?:\.(\d+))?(Z|[+-].+)$/;

/**
 * The version of a record, which is the instant of its recording.
 * @param {string} recorded
 */
export function versionAt(recorded) {
    const [, second = "", fraction = "", zone = ""] = INSTANT.exec(recorded) ?? [];
    return (BigInt(Date.parse(second + zone)) * 1000n + BigInt(fraction.padEnd(6, "0"))).toString(16);
}

/**
 * The version created by the reader's own deletion of a record, or an empty text.
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
 * Report a change, offer to undo it, and refresh the page.
 * @param {App} app
 * @param {string} text the message
 * @param {Change} change
 * @param {number | null} plot the id of the plot affected
 * @param {import("../shared/notices.js").NoticeAction} [next] what may follow
 */
export async function announceChange(app, text, change, plot, next) {
    const isKept = change.version && !NOT_KEPT.has(change.layer);
    const back = isKept ? [{ label: t("undo.undo"), run: () => void undo(app, change, plot) }] : [];
    app.notices.show({ text, actions: [...(next ? [next] : []), ...back] });
    await show(app, change.layer, plot);
}

/**
 * Undo a change.
 * @param {App} app
 * @param {Change} change
 * @param {number | null} plot
 */
export async function undo(app, { layer, id, version }, plot) {
    try {
        await app.api.send("POST", "/api/changes/own/undo", { layer, id, version });
        await show(app, layer, layer === "plots" ? id : plot);
        app.notices.show({ text: t("undo.done") });
    } catch (error) {
        app.notices.fail(error);
    }
}

/**
 * Undo several changes, all or none.
 * @param {App} app
 * @param {{layer: string, id: number, version: string | null}[]} written
 */
export async function undoTogether(app, written) {
    const named = written.map(({ layer, id, version }) => ({ layer, id, version }));
    try {
        await app.api.send("POST", "/api/changes/batch/undo", { changes: named });
        await show(app, written[0]?.layer ?? "plots", null);
        app.notices.show({ text: t("undo.done") });
    } catch (error) {
        app.notices.fail(error);
    }
}

/**
 * Show a change of a layer's records on the page.
 * @param {App} app
 * @param {string} layer
 * @param {number | null} plot the only one affected; null: any
 */
export async function show(app, layer, plot) {
    if (plot !== null) await app.plots.reload(plot);
    else if (OF_PLOTS.has(layer)) await app.plots.load();
    app.map.setPlots(app.plots.records);
    // The TileJSON contains the tiles' new version.
    const source = /** @type {any} */ (app.map.map.getSource(layer));
    if (source?.type === "vector") source.setUrl(source.url);
    app.detail.forget(layer);
    changes.dispatchEvent(new Event("change"));
    app.refresh();
}

/**
 * Fetch the current record with its entity tag, bypassing the cache.
 * @param {import("../shared/api.js").Api} api
 * @param {string} path
 */
export async function fetchRecord(api, path) {
    const response = await api.request("GET", path, { headers: { "Cache-Control": "no-cache" } });
    return { feature: await response.json(), tag: response.headers.get("ETag") ?? "" };
}
