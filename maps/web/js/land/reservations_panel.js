/** The panel of the reservations that somebody should decide on: what ends soon or has expired, and who waits. */

import { t } from "../shared/catalogue.js";
import { html, nothing, render } from "../lib/lit.js";
import { keeps } from "../shared/kept.js";
import { refusal } from "../shared/refusals.js";
import { seesInside } from "../shared/session.js";
import { changes } from "../records/changes.js";
import { extent, period, stateTag, whom } from "./reservation_words.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./reservation_words.js").Reservation & {due: string, due_label: string}} Due */

const DAYS = "reservations.days";
const CHOICES = [7, 14, 30, 90];

/** @type {import("../page/app.js").Panel} */
export const reservationsPanel = {
    id: "reservations",
    icon: "M7 3v2H5a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2h-2V3h-2v2H9V3H7Zm-2 7h14v9H5v-9Zm9.6 1.6-3.9 3.9-1.8-1.8-1.4 1.4 3.2 3.2 5.3-5.3-1.4-1.4Z",
    isFor: (session) => seesInside(session, ...["plots", "reservations", "inquiries"].filter((layer) => keeps(layer))),
    mount: (app, root) => new ReservationsPanel(app, root),
};

class ReservationsPanel {
    /** @type {{within_days: number, rows: Due[]} | null} */
    #found = null;
    #failed = "";
    #changed = () => void this.#fetch();

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        changes.addEventListener("change", this.#changed);
        this.#render();
        void this.#fetch();
    }

    /**
     * @param {import("../shared/state.js").State} _
     * @param {ReadonlySet<string>} changed
     */
    update(_, changed) {
        if (changed.has(DAYS)) void this.#fetch();
        this.#render();
    }

    unmount() {
        changes.removeEventListener("change", this.#changed);
        render(nothing, this.root);
    }

    get #days() {
        return Number(this.app.store.get(DAYS)) || this.app.settings.notice_days;
    }

    async #fetch() {
        const days = this.#days;
        try {
            const found = await this.app.api.get(`/api/reservations/due?within_days=${days}&lang=${this.app.api.language}`);
            if (days !== this.#days) return;
            [this.#found, this.#failed] = [found, ""];
        } catch (error) {
            this.#failed = refusal(error);
        }
        this.#render();
    }

    #render() {
        render(
            html`<header class="panel-head"><h2>${t("panel.reservations")}</h2></header>
                <div class="panel-body">
                    ${this.#choice()}
                    ${this.#failed ? html`<p class="error" role="alert">${this.#failed}</p>` : this.#list()}
                </div>`,
            this.root,
        );
    }

    #choice() {
        const { store, settings } = this.app;
        const own = this.#days;
        const known = [...new Set([...CHOICES, settings.notice_days, own])].sort((a, b) => a - b);
        const set = (/** @type {Event} */ event) => {
            const days = Number(/** @type {HTMLSelectElement} */ (event.target).value);
            store.set({ [DAYS]: days === settings.notice_days ? "" : String(days) });
        };
        return html`<div class="field">
            <label for="reservations-days">${t("reservations.within")}</label>
            <select id="reservations-days" @change=${set}>
                ${known.map((days) => html`<option value=${days} ?selected=${days === own}>${t("reservations.days", { count: days })}</option>`)}
            </select>
        </div>`;
    }

    #list() {
        if (!this.#found) return html`<p class="hint" role="status">${t("loading")}</p>`;
        const { rows, within_days: days } = this.#found;
        if (!rows.length) return html`<p class="empty" role="status">${t("reservations.nothing_due", { count: days })}</p>`;
        const groups = grouped(rows);
        return [...groups].map(
            ([due, some]) => html`<section aria-labelledby="due-${due}">
                <h3 id="due-${due}">${some[0]?.due_label} <span class="badge">${some.length}</span></h3>
                <ul class="promises">
                    ${some.map((one) => this.#entry(one))}
                </ul>
            </section>`,
        );
    }

    /** @param {Due} one */
    #entry(one) {
        const open = () => this.app.select(`plots/${one.plot}`);
        return html`<li class="promise ${one.state}">
            <p>${stateTag(one)}</p>
            <p><button type="button" class="link plot" @click=${open}>${one.plot_name}</button></p>
            <p class="whom">${whom(this.app, one)}</p>
            <p class="hint">${extent(one)} · ${period(one)}</p>
        </li>`;
    }
}

/** @param {Due[]} rows */
function grouped(rows) {
    /** @type {Map<string, Due[]>} */
    const found = new Map();
    for (const row of rows) found.set(row.due, [...(found.get(row.due) ?? []), row]);
    return found;
}
