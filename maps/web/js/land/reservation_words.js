/** What is said of a reservation: for whom it is, when it ends, who waits. */

import { t } from "../shared/catalogue.js";
import { daysUntil } from "../shared/days.js";
import { day, quantity } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/**
 * A reservation, as the service describes it (api/land/reservations.py).
 * @typedef {object} Reservation
 * @property {number} id
 * @property {number} plot
 * @property {string} plot_name
 * @property {number | null} area_m2
 * @property {string | null} queued_on
 * @property {string | null} reserved_on
 * @property {string | null} expires_on
 * @property {string | null} released_on
 * @property {string | null} note
 * @property {number | null} inquiry
 * @property {string | null} inquiry_number
 * @property {number | null} party
 * @property {string | null} company
 * @property {"holds" | "waiting" | "fulfilled" | "expired" | "released"} state
 * @property {string} state_label
 * @property {number | null} promised_m2
 * @property {number | null} held_m2
 * @property {number | null} place
 * @property {boolean} is_next
 * @property {number | null} days_left
 * @property {boolean} ends_soon
 * @property {string} entered_by
 * @property {string} entered_at
 */

/** For how long the days since an end are worth counting. */
const LATELY_DAYS = 60;

/** How far away an end is. @param {number} days */
export function endsIn(days) {
    if (days < 0) return t("reservations.ended", { count: -days });
    return t(days === 0 ? "reservations.ends_today" : "reservations.ends_in", { count: days });
}

/**
 * The mark of a plot of which a reservation ends within the days of notice.
 * @param {App} app
 * @param {Readonly<Record<string, any>>} properties the plot's
 */
export function endMark(app, { reserved_until: until }) {
    if (!until) return nothing;
    const days = daysUntil(until);
    if (days > app.settings.notice_days) return nothing;
    return html`<span class="ends-soon" title=${t("reservations.until", { day: day(until) })}>⚠ ${endsIn(days)}</span>`;
}

/**
 * How many wait for a plot, if anybody does.
 * @param {Readonly<Record<string, any>>} properties the plot's
 */
export const queueMark = ({ queued }) => (queued ? html`<span class="waiting">${t("reservations.waiting", { count: queued })}</span>` : nothing);

/**
 * For whom a reservation is: the inquiry, which opens, and its company.
 * @param {App} app
 * @param {Reservation} one
 */
export function whom(app, { inquiry, inquiry_number: number, company }) {
    if (!inquiry) return html`<strong>${t("reservations.nobody")}</strong>`;
    const open = () => app.select(`inquiries/${inquiry}`);
    return html`<button type="button" class="link" @click=${open}>${number ?? t("reservations.inquiry", { id: inquiry })}</button>
        ${company ? html`<span>${company}</span>` : nothing}`;
}

/** How much land it is about. @param {Reservation} one */
export const extent = ({ area_m2: area }) => (area === null ? t("reservations.whole") : quantity(area, "m²"));

/** From when until when. @param {Reservation} one */
export function period({ state, queued_on: queued, reserved_on: reserved, expires_on: expires, released_on: released }) {
    const from = t(reserved ? "reservations.since" : "reservations.queued_since", { day: day(reserved ?? queued) });
    const until = expires ? t("reservations.until", { day: day(expires) }) : reserved && !released ? t("reservations.open_end") : "";
    const over = state === "released" ? t("reservations.released", { day: day(released) }) : "";
    return [from, until, over].filter(Boolean).join(", ");
}

/**
 * The state as a tag, in words and not by colour alone.
 * @param {Reservation} one
 */
export function stateTag({ state, state_label: label, ends_soon: isSoon, days_left: days, is_next: isNext, place }) {
    if (isSoon) return html`<span class="tag promise-soon">⚠ ${endsIn(days ?? 0)}</span>`;
    if (state === "waiting") {
        return isNext
            ? html`<span class="tag promise-next">${t("reservations.next")}</span>`
            : html`<span class="tag">${t("reservations.place", { place: place ?? "" })}</span>`;
    }
    if (state === "holds" && days !== null) return html`<span class="tag promise-holds">${endsIn(days)}</span>`;
    if (state === "expired" && days !== null && days >= -LATELY_DAYS) return html`<span class="tag promise-expired">${endsIn(days)}</span>`;
    return html`<span class="tag promise-${state}">${label}</span>`;
}
