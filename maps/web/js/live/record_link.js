/** Links that open a record and move the map to it, wherever it lies: `#selected=plots/12&view=record`. */

import { box } from "../land/plots.js";
import { ownerOf } from "../records/belongings.js";

/** @typedef {import("../page/app.js").App} App */

const TO_RECORD = "record";

/** The link to a record. @param {string} layer @param {number} id */
export const linkOf = (layer, id) => `#selected=${layer}/${id}&view=${TO_RECORD}`;

/** Open a record, and move the map to it. @param {App} app @param {string} layer @param {number} id */
export const open = (app, layer, id) => app.store.set({ selected: `${layer}/${id}`, view: TO_RECORD }, () => app.detail.focus());

/** Whether a link asks for the map to be moved. @param {App} app */
export const isAsked = (app) => app.store.get("view") === TO_RECORD;

/** Show the whole city, or the record that is selected, where a link names no place. @param {App} app */
export function arrive(app) {
    app.map.showWhole();
    if (app.store.get("selected")) app.store.set({ view: TO_RECORD });
}

/**
 * Move the map to the selected record if a link asks for it. The state has the map's place again then.
 * @param {App} app
 */
export async function follow(app) {
    if (!isAsked(app)) return;
    app.store.set({ view: app.map.view });
    const feature = await found(app, app.store.get("selected"));
    app.map.goTo(box(feature?.geometry ?? null));
}

/**
 * The record, or the one that it belongs to; null if it cannot be had.
 * @param {App} app
 * @param {string} selected
 * @returns {Promise<any>}
 */
async function found(app, selected) {
    const [layer = "", id = ""] = selected.split("/");
    if (layer === "plots") return app.plots.byId.get(Number(id)) ?? null;
    const feature = await app.api.get(`/api/collections/${layer}/items/${id}`).catch(() => null);
    const owner = ownerOf(layer, feature);
    return owner ? found(app, owner) : feature;
}
