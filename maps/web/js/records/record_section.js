/** The drawer's section for records without sections of their own: all facts, in the order of the schema. */

import { t } from "../shared/catalogue.js";
import { day } from "../shared/format.js";
import { html } from "../lib/lit.js";
import { referred, referredLayer } from "./referred.js";
import { schema } from "../shared/schema.js";
import { shownValue } from "./table.js";
import { useName } from "../shared/use_names.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../shared/schema.js").Property} Property */

/** Properties about a record's origin rather than its content. */
const UNSHOWN = new Set(["source", "source_id", "recorded_from", "recorded_by", "district_key", "geometry", "id"]);
const NAMES = ["name", "number", "address", "file_name", "source_id"];
/** Properties that name the record to which another one refers, by that one. @type {Record<string, string>} */
const NAMING = { cluster_key: "cluster", cluster_name: "cluster" };

/** @type {Map<string, Map<string, Property>>} */
const known = new Map();

/**
 * A record's name.
 * @param {any} feature
 */
export const recordName = ({ id, properties }) =>
    NAMES.map((name) => properties[name]).find(Boolean) ?? t("detail.nameless", { id });

/** @type {import("../page/detail.js").Section} */
export const record = {
    id: "record",
    isFor: () => true,
    view(app, feature) {
        const kind = app.store.get("selected").split("/")[0] ?? "";
        const properties = known.get(kind);
        if (!properties) {
            schema(app.api, kind).then(
                (found) => {
                    known.set(kind, found);
                    app.update();
                },
                (error) => app.notices.fail(error),
            );
            return html`<p class="hint" aria-busy="true">${t("loading")}</p>`;
        }
        const layerOf = (/** @type {string} */ name) => {
            const property = properties.get(name);
            return property ? referredLayer(app, property) : "";
        };
        return html`<dl class="facts">
            ${[...properties]
                .filter(([name, property]) => (layerOf(name) || isShown(name, property)) && !layerOf(NAMING[name] ?? "") && (feature.properties[name] ?? null) !== null)
                .map(([name, property]) => fact(property, shown(app, feature, kind, name, layerOf(name), property)))}
        </dl>`;
    },
};

/**
 * @param {string} name
 * @param {Property} property
 */
function isShown(name, { document }) {
    // Another record's id means nothing to people.
    return !UNSHOWN.has(name) && !document["x-ogc-collectionId"];
}

/**
 * Whether the property is an inquiry's use, which is free text.
 * @param {string} kind
 * @param {string} name
 */
const isUse = (kind, name) => kind === "inquiries" && name === "use";

/**
 * A property's value as people read it; of a reference to a record of ``layer`` that record's name.
 * @param {App} app
 * @param {any} feature
 * @param {string} kind
 * @param {string} name
 * @param {string} layer
 * @param {Property} property
 */
function shown(app, feature, kind, name, layer, property) {
    const value = feature.properties[name];
    if (layer) return referred(app, feature, layer, value);
    if (property.format === "date") return day(value);
    return shownValue(property, isUse(kind, name) ? useName(value) : value);
}

/**
 * @param {Property} property
 * @param {unknown} value
 */
const fact = (property, value) => html`<div>
    <dt>${property.title}</dt>
    <dd>${value}</dd>
</div>`;
