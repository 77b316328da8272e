/** The names of the records to which an open record refers, each of which opens its own drawer. */

import { html } from "../lib/lit.js";
import { seesInside } from "../shared/session.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../shared/schema.js").Property} Property */

/** The layers whose records say who is responsible for others. */
const RESPONSIBLE = new Set(["programmes", "operators", "clusters", "letters_of_intent"]);

/** The names by layer and id, of each feature that has been shown. @type {WeakMap<object, Map<string, string>>} */
const known = new WeakMap();

/**
 * The layer of the record that a property refers to; an empty text if that is not shown by its name.
 * @param {App} app
 * @param {Property} property
 */
export function referredLayer(app, { document }) {
    const layer = String(document["x-ogc-collectionId"] ?? "");
    return RESPONSIBLE.has(layer) && seesInside(app.session, layer) ? layer : "";
}

/**
 * The name of the record that is referred to, which opens it; its number until the name has been fetched.
 * @param {App} app
 * @param {object} feature
 * @param {string} layer
 * @param {number} id
 */
export function referred(app, feature, layer, id) {
    const names = known.get(feature) ?? new Map();
    known.set(feature, names);
    const record = `${layer}/${id}`;
    if (!names.has(record)) {
        names.set(record, String(id));
        app.api.get(`/api/search?layer=${layer}&id=${id}&lang=${app.api.language}`).then(
            ({ hits: [hit] }) => {
                if (!hit) return;
                names.set(record, layer === "clusters" ? [hit.title, hit.subtitle.split(" · ")[0]].filter(Boolean).join(" ") : hit.title);
                app.update();
            },
            (error) => app.notices.fail(error),
        );
    }
    return html`<button type="button" class="link" @click=${() => app.select(record)}>${names.get(record)}</button>`;
}
