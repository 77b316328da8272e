/** The history of the selected record: its versions, newest first. */

import { withoutHost } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { day, instant } from "../shared/format.js";
import { FeatureCache } from "../shared/feature_cache.js";
import { html, nothing } from "../lib/lit.js";
import { seesInside } from "../shared/session.js";
import { NOT_KEPT } from "./changes.js";
import { shownValue } from "./table.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{name: string, label: string, unit: string | null, before: any, after: any, before_label: string | null, after_label: string | null}} Change */

const FIRST = 4;
const PLACE = "geometry";

const found = new FeatureCache(
    (feature, { api, store }) =>
        `/api/collections/${store.get("selected").split("/")[0]}/items/${feature.id}/history?limit=100&lang=${api.language}`,
);
/** For features whose history is expanded: further versions fetched, and the URL of the next page. @type {WeakMap<object, {versions: any[], next: string | null, isBusy: boolean}>} */
const opened = new WeakMap();

/** @type {import("../page/detail.js").Section} */
export const history = {
    id: "history",
    isFor: ({ session, store }) => {
        const [kind = ""] = store.get("selected").split("/");
        return seesInside(session, kind) && !NOT_KEPT.has(kind);
    },
    view: (app, feature) => found.view(app, feature, (answer) => list(app, feature, answer)),
};

/**
 * @param {App} app
 * @param {any} feature
 * @param {any} answer the first page
 */
function list(app, feature, answer) {
    const more = opened.get(feature);
    const all = [...answer.versions, ...(more?.versions ?? [])];
    const shown = more ? all : all.slice(0, FIRST);
    const open = () => {
        opened.set(feature, { versions: [], next: nextOf(answer), isBusy: false });
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
        ${shown.length < all.length
            ? html`<button type="button" class="quiet" @click=${open}>${t("history.more", { count: all.length - shown.length })}</button>`
            : nothing}
        ${more?.next
            ? html`<button type="button" class="quiet" ?disabled=${more.isBusy} @click=${() => void fetchEarlier(app, more)}>${t("history.earlier")}</button>`
            : nothing}`;
}

/** The URL of an answer's next page, or null. @param {any} answer */
const nextOf = ({ links }) => links.find((/** @type {{rel: string}} */ one) => one.rel === "next")?.href ?? null;

/**
 * @param {App} app
 * @param {{versions: any[], next: string | null, isBusy: boolean}} more
 */
async function fetchEarlier(app, more) {
    more.isBusy = true;
    app.update();
    try {
        const answer = await app.api.get(withoutHost(String(more.next)));
        more.versions.push(...answer.versions);
        more.next = nextOf(answer);
    } catch (error) {
        app.notices.fail(error);
    }
    more.isBusy = false;
    app.update();
}

/**
 * @param {App} app
 * @param {Change} change
 */
function entry(app, change) {
    if (change.name === PLACE) return html`<li>${t("history.moved")}</li>`;
    return html`<li>
        ${change.label}: <del><span class="hidden">${t("history.was")} </span>${words(app, change, change.before, change.before_label)}</del>
        <span aria-hidden="true">→</span>
        <ins><span class="hidden">${t("history.now")} </span>${words(app, change, change.after, change.after_label)}</ins>
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
