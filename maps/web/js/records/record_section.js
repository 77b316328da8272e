/** The drawer's section for records without sections of their own: all facts, in the order of the schema. */

import { t } from "../shared/catalogue.js";
import { day } from "../shared/format.js";
import { html } from "../lib/lit.js";
import { schema } from "../shared/schema.js";
import { shownValue } from "./table.js";
import { useName } from "../shared/use_names.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../shared/schema.js").Property} Property */

/** Properties about a record's origin rather than its content. */
const UNSHOWN = new Set(["source", "source_id", "recorded_from", "recorded_by", "district_key", "geometry", "id"]);
const NAMES = ["name", "number", "address", "file_name", "source_id"];

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
        return html`<dl class="facts">
            ${[...properties]
                .filter(([name, property]) => isShown(name, property) && (feature.properties[name] ?? null) !== null)
                .map(([name, property]) => fact(property, isUse(kind, name) ? useName(feature.properties[name]) : feature.properties[name]))}
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
 * @param {Property} property
 * @param {any} value
 */
const fact = (property, value) => html`<div>
    <dt>${property.title}</dt>
    <dd>${property.format === "date" ? day(value) : shownValue(property, value)}</dd>
</div>`;
