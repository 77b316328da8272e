/** Deleting a record. */

import { announceChange, ownDeletion } from "./changes.js";
import { t } from "../shared/catalogue.js";
import { confirmAction } from "../shared/confirm_dialog.js";

/** @typedef {import("../page/app.js").App} App */

/**
 * Delete a record after confirmation. Throws if the service refuses it.
 * @param {App} app
 * @param {string} name
 * @param {string} layer
 * @param {number} id
 * @param {string} tag of the version that is meant
 */
export async function isDeleted(app, name, layer, id, tag) {
    const isMeant = await confirmAction(app, { title: t("delete.title"), text: t("delete.text", { name }), yes: t("delete.yes"), no: t("delete.no") });
    if (isMeant) await app.api.send("DELETE", `/api/collections/${layer}/items/${id}`, undefined, { "If-Match": tag });
    return isMeant;
}

/**
 * @param {App} app
 * @param {string} name
 * @param {string} layer
 * @param {number} id
 * @param {number | null} [plot] the id of the plot that the record belonged to, if that is what is selected
 */
export async function announceDeletion(app, name, layer, id, plot = null) {
    if (app.store.get("selected") === `${layer}/${id}`) app.select("");
    await announceChange(app, t("delete.done", { name }), { layer, id, version: await ownDeletion(app.api, layer, id) }, plot);
}
