/** A calendar in the reader's language, whatever the browser's, below the field whose day it chooses. */

import { language, t } from "./catalogue.js";
import { html, nothing, render } from "../lib/lit.js";
import { loadCalendar } from "../lib/calendar.js";

const LOCALES = { de: "de-DE", en: "en-GB" };
const MONDAY = 1;
const HEIGHT = 360;
const MARGIN = 8;

/**
 * Let the reader choose a day.
 * @param {string} id of the field
 * @param {string} value `2023-12-31`, or anything else if no day is chosen
 * @param {(day: string) => void} choose
 */
export async function openCalendar(id, value, choose) {
    await loadCalendar();
    const field = /** @type {HTMLElement} */ (document.getElementById(id));
    const dialog = document.createElement("dialog");
    dialog.className = "card calendar-dialog";
    dialog.setAttribute("aria-label", t("typed.calendar"));
    const close = () => {
        dialog.close();
        dialog.remove();
        field.focus();
    };
    const chosen = (/** @type {Event} */ event) => {
        const day = /** @type {HTMLInputElement} */ (event.target).value;
        close();
        choose(day);
    };
    dialog.addEventListener("cancel", close);
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    const day = /^\d{4}-\d\d-\d\d$/.test(value) ? value : "";
    render(
        html`<calendar-date locale=${LOCALES[language]} first-day-of-week=${MONDAY} value=${day} focused-date=${day || nothing} @change=${chosen}>
            <span slot="previous" aria-label=${t("typed.previous_month")}>‹</span>
            <span slot="next" aria-label=${t("typed.next_month")}>›</span>
            <calendar-month></calendar-month>
        </calendar-date>`,
        dialog,
    );
    document.body.append(dialog);
    place(dialog, field);
    dialog.showModal();
    /** @type {any} */ (dialog.querySelector("calendar-date")).focus();
}

/** Put the dialog below the field, or above it where there is no room. @param {HTMLElement} dialog @param {HTMLElement} field */
function place(dialog, field) {
    const { left, top, bottom } = field.getBoundingClientRect();
    const isAbove = bottom + HEIGHT > innerHeight && top > HEIGHT;
    dialog.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - HEIGHT))}px`;
    dialog.style.top = isAbove ? "auto" : `${Math.min(bottom + MARGIN, Math.max(MARGIN, innerHeight - HEIGHT))}px`;
    dialog.style.bottom = isAbove ? `${innerHeight - top + MARGIN}px` : "auto";
}
