/** Who changed what when: the versions of what is selected, newest first. */

import { t } from "./catalogue.js";
import { day, instant } from "./format.js";
import { Answers } from "./fetched.js";
import { html, nothing } from "./lib/lit.js";
import { isInternal } from "./session.js";
import { shownValue } from "./table.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {{name: string, label: string, unit: string | null, was: any, now: any, was_called: string | null, now_called: string | null}} Change */

const FIRST = 4;
const PLACE = "geometry";

const found = new Answers(
    (feature, { api, store }) =>
        `/api/collections/${store.get("selected").split("/")[0]}/items/${feature.id}/history?limit=100&lang=${api.language}`,
);
/** The features of which all versions are shown. @type {WeakSet<object>} */
const opened = new WeakSet();

/** @type {import("./detail.js").Section} */
export const history = {
    id: "history",
    isFor: ({ session }) => isInternal(session),
    view: (app, feature) => found.view(app, feature, ({ versions }) => list(app, feature, versions)),
};

/**
 * @param {App} app
 * @param {any} feature
 * @param {any[]} versions
 */
function list(app, feature, versions) {
    const shown = opened.has(feature) ? versions : versions.slice(0, FIRST);
    const open = () => {
        opened.add(feature);
        app.update();
    };
    return html`<ol class="plain history">
            ${shown.map(
                (version) => html`<li>
                    <p><strong>${t(`history.${version.operation}`)}</strong> <span class="hint">${instant(version.at)} · ${version.by}</span></p>
                    ${version.changes.length ? html`<ul>${version.changes.map((/** @type {Change} */ change) => entry(app, change))}</ul>` : nothing}
                </li>`,
            )}
        </ol>
        ${shown.length < versions.length
            ? html`<button type="button" class="quiet" @click=${open}>${t("history.more", { count: versions.length - shown.length })}</button>`
            : nothing}`;
}

/**
 * @param {App} app
 * @param {Change} change
 */
function entry(app, change) {
    if (change.name === PLACE) return html`<li>${t("history.moved")}</li>`;
    return html`<li>
        ${change.label}: <del><span class="hidden">${t("history.was")} </span>${words(app, change, change.was, change.was_called)}</del>
        <span aria-hidden="true">→</span>
        <ins><span class="hidden">${t("history.now")} </span>${words(app, change, change.now, change.now_called)}</ins>
    </li>`;
}

/**
 * @param {App} app
 * @param {Change} change
 * @param {any} value
 * @param {string | null} called
 */
function words(app, { name, unit }, value, called) {
    if (called) return called;
    if (name.endsWith("_on") || /^\d{4}-\d\d-\d\d$/.test(String(value))) return day(value);
    const property = app.properties.get(name);
    return shownValue(property ? { ...property, unit: unit ?? "" } : undefined, value);
}
