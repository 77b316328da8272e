/** Deleting a record. */

import { announceChange, NOT_KEPT, ownDeletion } from "./changes.js";
import { COLUMNS } from "./belongings.js";
import { language, t } from "../shared/catalogue.js";
import { confirmAction } from "../shared/confirm_dialog.js";
import { number } from "../shared/format.js";
import { keeps } from "../shared/kept.js";
import { seesInside } from "../shared/session.js";

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
    const text = [t(NOT_KEPT.has(layer) ? "delete.text_final" : "delete.text", { name }), ...(await consequences(app, layer, id))].join(" ");
    const isMeant = await confirmAction(app, { title: t("delete.title"), text, yes: t("delete.yes"), no: t("delete.no") });
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

/**
 * What else the deletion of a record does, in sentences. Throws if that cannot be found out.
 * @param {App} app
 * @param {string} layer
 * @param {number} id
 */
async function consequences(app, layer, id) {
    const column = COLUMNS[layer];
    return column ? goingAlong(app, `${column}=${id}`) : layer === "parties" ? losingTheirParty(app, id) : [];
}

/**
 * Attachments and memos are deleted with their record, and come back with it until they are purged.
 * @param {App} app
 * @param {string} of the condition for those of the record
 */
async function goingAlong(app, of) {
    const [files, documents, memos] = await Promise.all([
        count(app, "attachments", of),
        count(app, "attachments", `${of}&media_type=application/pdf`),
        count(app, "memos", of),
    ]);
    const found = { photos: files - documents, documents, memos };
    const what = Object.entries(found).flatMap(([kind, many]) => (many ? [t(`delete.${kind}`, { count: many })] : []));
    const { retention_days: days } = app.settings;
    return [
        ...(what.length ? [t("delete.along", { what: enumerated(what), count: files + memos }), t(days ? "delete.along_back" : "delete.along_lost", { days, count: days })] : []),
        ...(["attachments", "memos"].every((layer) => !keeps(layer) || seesInside(app.session, layer)) ? [] : [t("delete.along_unseen")]),
    ];
}

/**
 * Records of other layers lose their reference to a party that is deleted.
 * @param {App} app
 * @param {number} party
 */
async function losingTheirParty(app, party) {
    const { party_layers: layers } = app.settings;
    const counts = await Promise.all(layers.map(async ({ layer, title }) => ({ title, many: await count(app, layer, `party=${party}`) })));
    const found = counts.filter(({ many }) => many).map(({ title, many }) => `${title} (${number(many)})`);
    return [
        ...(found.length ? [t("delete.party_lost", { layers: enumerated(found) })] : []),
        ...(layers.every(({ layer }) => seesInside(app.session, layer)) ? [] : [t("delete.party_unseen")]),
    ];
}

/**
 * How many records of a layer there are under a condition; none if the reader does not see the layer's inside.
 * @param {App} app
 * @param {string} layer
 * @param {string} of
 * @returns {Promise<number>}
 */
async function count(app, layer, of) {
    if (!seesInside(app.session, layer)) return 0;
    const { numberMatched: many } = await app.api.get(`/api/collections/${layer}/items?${of}&limit=1&count=exact`);
    return many;
}

/** @param {string[]} parts */
const enumerated = (parts) => new Intl.ListFormat(language).format(parts);
