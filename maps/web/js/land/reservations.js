/** A plot's reservations in the drawer, and who waits for its land; for editors with what can be done about each. */

import { t } from "../shared/catalogue.js";
import { day, quantity } from "../shared/format.js";
import { keeps } from "../shared/kept.js";
import { html, nothing } from "../lib/lit.js";
import { nameOf } from "../records/edit_actions.js";
import { openForm } from "../records/open_form.js";
import { saleOf, stepsOf } from "../records/reservation_actions.js";
import { mayEditLayer } from "../shared/session.js";
import { extent, period, stateTag, whom } from "./reservation_words.js";
import { section } from "./surroundings.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./reservation_words.js").Reservation} Reservation */

/** @type {import("../page/detail.js").Section} */
export const reservations = section("reservations", "reservations", (/** @type {Reservation[]} */ all, app, plot) => {
    const of = (/** @type {string[]} */ ...states) => all.filter(({ state }) => states.includes(state));
    const [held, waiting, over] = [of("holds"), of("waiting"), of("expired", "released", "fulfilled")];
    const list = (/** @type {Reservation[]} */ some) => some.map((one) => entry(app, plot, one));
    return html`${held.length ? html`<ul class="promises">${list(held)}</ul>` : html`<p class="hint">${t("reservations.none")}</p>`}
        ${waiting.length
            ? html`<h4>${t("reservations.queue")}</h4>
                  <p class="hint">${t("reservations.queue_hint")}</p>
                  <ol class="promises">${list(waiting)}</ol>`
            : nothing}
        ${over.length
            ? html`<details class="over">
                  <summary>${t("reservations.over", { count: over.length })}</summary>
                  <ul class="promises">${list(over)}</ul>
              </details>`
            : nothing}`;
});

/**
 * @param {App} app
 * @param {any} plot
 * @param {Reservation} one
 */
const entry = (app, plot, one) => html`<li class="promise ${one.state}" data-reservation=${one.id}>
    <p>${stateTag(one)}</p>
    <p class="whom">${whom(app, one)}</p>
    <p><strong>${extent(one)}</strong> · ${period(one)}</p>
    ${one.state === "holds" && (one.held_m2 ?? 0) < (one.promised_m2 ?? 0)
        ? html`<p class="error">${t("reservations.displaced", { held: quantity(one.held_m2, "m²"), promised: quantity(one.promised_m2, "m²") })}</p>`
        : nothing}
    ${one.state === "holds" && one.area_m2 !== null && one.promised_m2 !== null && one.promised_m2 < one.area_m2
        ? html`<p>${t("reservations.bought", { bought: quantity(one.area_m2 - one.promised_m2, "m²"), rest: quantity(one.promised_m2, "m²") })}</p>`
        : nothing}
    ${one.note ? html`<p class="note">${one.note}</p>` : nothing}
    <p class="hint">${t("reservations.entered", { by: one.entered_by, day: day(one.entered_at) })}</p>
    ${buttons(app, plot, one)}
</li>`;

/**
 * @param {App} app
 * @param {any} plot
 * @param {Reservation} one
 */
function buttons(app, plot, one) {
    if (!mayEditLayer(app.session, "reservations")) return nothing;
    const record = { id: one.id, type: /** @type {const} */ ("Feature"), geometry: null, properties: { name: one.plot_name } };
    const isSellable = one.state === "holds" && keeps("inquiries") && mayEditLayer(app.session, "transactions");
    const steps = stepsOf(one);
    if (!steps.length) return nothing;
    return html`<div class="deeds" role="group" aria-label=${t("reservations.deeds")}>
            ${steps.map(
                (step) =>
                    html`<button type="button" class=${step.id === "promote" ? "primary" : ""} @click=${() => void openForm(app, step, record)}>${nameOf(step)}</button>`,
            )}
            ${isSellable && one.inquiry
                ? html`<button type="button" @click=${() => void openForm(app, saleOf(one), plot)}>${t("reservations.sell")}</button>`
                : nothing}
        </div>
        ${isSellable && !one.inquiry ? html`<p class="hint">${t("reservations.sell_hint")}</p>` : nothing}`;
}
