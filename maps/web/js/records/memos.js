/** The drawer's section of a record's memos: who noted what on which day, newest first. */

import { t } from "../shared/catalogue.js";
import { html, nothing, repeat } from "../lib/lit.js";
import { day } from "../shared/format.js";
import { today } from "../shared/days.js";
import { mayEditLayer, seesInside } from "../shared/session.js";
import { belongingsIn, columnOf, kindOf, plotOf } from "./belongings.js";
import { openForm } from "./open_form.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./edit_actions.js").EditAction} EditAction */
/** @typedef {{id: number, properties: Record<string, any>}} Memo */

const LAYER = "memos";
const FIRST = 5;

const found = belongingsIn(LAYER);
/** Records whose older memos are shown, too. @type {WeakSet<object>} */
const opened = new WeakSet();

/** @type {import("../page/detail.js").Section} */
export const memos = {
    id: "memos",
    isFor: (app) => Boolean(columnOf(app)) && seesInside(app.session, LAYER, kindOf(app)),
    view: (app, feature) => html`${mayEditLayer(app.session, LAYER)
            ? html`<div class="deeds"><button type="button" @click=${() => void openForm(app, writing(app, feature), feature)}>${t("deed.memo")}</button></div>`
            : nothing}
        ${found.view(app, feature, (answer) => list(app, feature, answer.features))}`,
};

/** @param {App} app @param {any} feature @returns {EditAction} */
const writing = (app, feature) => ({
    id: "memo",
    layer: LAYER,
    about: plotOf(app, feature),
    required: ["text", "made_on"],
    groups: { memo: ["text", "made_on"] },
    values: () => ({ made_on: today() }),
    fixed: () => ({ [columnOf(app)]: feature.id }),
});

/** @param {App} app @param {any} feature @returns {EditAction} */
const correcting = (app, feature) => ({
    id: "memo_edit",
    layer: LAYER,
    isEdit: true,
    about: plotOf(app, feature),
    groups: { memo: ["text", "made_on"] },
});

/**
 * @param {App} app
 * @param {any} feature
 * @param {Memo[]} features
 */
function list(app, feature, features) {
    if (!features.length) return html`<p class="hint">${t("memos.none")}</p>`;
    const newest = [...features].sort((one, other) => other.properties["made_on"].localeCompare(one.properties["made_on"]) || other.id - one.id);
    const shown = opened.has(feature) ? newest : newest.slice(0, FIRST);
    const open = () => {
        opened.add(feature);
        app.update();
    };
    return html`<ol class="plain memos">${repeat(shown, ({ id }) => id, (memo) => entry(app, feature, memo))}</ol>
        ${shown.length < newest.length
            ? html`<button type="button" class="quiet" @click=${open}>${t("memos.more", { count: newest.length - shown.length })}</button>`
            : nothing}`;
}

/**
 * @param {App} app
 * @param {any} feature
 * @param {Memo} memo
 */
function entry(app, feature, { id, properties }) {
    const name = t("memos.of", { day: day(properties["made_on"]) });
    const isOwn = properties["written_by"] === app.session.name && mayEditLayer(app.session, LAYER);
    const record = { id, type: /** @type {const} */ ("Feature"), geometry: null, properties: { name } };
    return html`<li data-memo=${id}>
        <p><strong>${day(properties["made_on"])}</strong> <span class="hint">${properties["written_by"]}</span></p>
        <p class="written">${properties["text"]}</p>
        ${isOwn
            ? html`<button type="button" class="link" aria-label=${t("memos.correct_this", { name })} @click=${() => void openForm(app, correcting(app, feature), record)}>${t("memos.correct")}</button>`
            : nothing}
    </li>`;
}
