/** The open inquiries that a plot fits, each with a link to its matches. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { score } from "./match_results.js";
import { stateKey, emptyWishes } from "./match_state.js";
import { inquiryLine } from "./match_words.js";
import { refusal } from "../shared/refusals.js";
import { seesInside } from "../shared/session.js";
import { changes } from "../records/changes.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{waiting: number, served: number, inquiries: any[]}} Served */

const FIRST = 5;
const MOST = 100;

/** The answer for each plot held by the page. @type {WeakMap<object, {limit: number, found: Served | Error | null}>} */
let answers = new WeakMap();
changes.addEventListener("change", () => void (answers = new WeakMap()));

/** @type {import("../page/detail.js").Section} */
export const inquiries = {
    id: "inquiries",
    isFor: (app, { properties }) => seesInside(app.session, "inquiries") && Boolean(properties.on_offer),
    view(app, plot) {
        const answer = answers.get(plot) ?? ask(app, plot, FIRST);
        if (answer.found === null) return html`<p class="hint">${t("loading")}</p>`;
        if (answer.found instanceof Error) return html`<p class="error">${refusal(answer.found)}</p>`;
        return list(app, plot, answer.found);
    },
};

/**
 * @param {App} app
 * @param {any} plot
 * @param {number} limit
 */
function ask(app, plot, limit) {
    const answer = { limit, found: /** @type {Served | Error | null} */ (null) };
    answers.set(plot, answer);
    app.api
        .get(`/api/plots/${plot.id}/inquiries?limit=${limit}&lang=${app.api.language}`)
        .then((found) => void (answer.found = found))
        .catch((error) => void (answer.found = error))
        .finally(() => app.update());
    return answer;
}

/**
 * @param {App} app
 * @param {any} plot
 * @param {Served} served
 */
function list(app, plot, { waiting, served, inquiries: found }) {
    return html`<p>${t("inquiries.served", { count: served, all: waiting })}</p>
        <ul class="served">
            ${found.map(
                (one) =>
                    html`<li>
                        <button type="button" class="link" @click=${() => open(app, one.inquiry.id)}>${inquiryLine(one.inquiry.id, one.inquiry)}</button>
                        ${score(one)}
                    </li>`,
            )}
        </ul>
        ${served > found.length
            ? html`<button type="button" @click=${() => void (ask(app, plot, MOST), app.update())}>${t("inquiries.more")}</button>`
            : nothing}`;
}

/**
 * Open an inquiry's own matches.
 * @param {App} app
 * @param {number} id
 */
const open = (app, id) => app.store.set({ ...emptyWishes(), panel: "match", [stateKey("inquiry")]: id });
