/** On narrow screens a form or a record covers the map, unless the map is shown instead of it: then its header remains. */

import { t } from "./catalogue.js";
import { html } from "../lib/lit.js";

const SHOWN = "shows-map";

export const isNarrow = () => matchMedia("(width < 720px)").matches;

/**
 * Show the map instead of what covers it, or that again.
 * @param {boolean} isShown
 */
export function showMap(isShown) {
    const isFree = isShown && isNarrow();
    document.body.classList.toggle(SHOWN, isFree);
    for (const button of document.querySelectorAll(".to-map")) button.setAttribute("aria-pressed", String(isFree));
}

/**
 * Say that a form is there, which on narrow screens covers the map, or that it is gone.
 * @param {boolean} isThere
 */
export function coverMap(isThere) {
    document.body.classList.toggle("has-form", isThere);
    showMap(false);
}

/** The button for it in the header of what covers the map. */
export function mapButton() {
    const toggle = () => showMap(!document.body.classList.contains(SHOWN));
    return html`<button type="button" class="to-map" aria-pressed=${document.body.classList.contains(SHOWN)} @click=${toggle}>${t("map.instead")}</button>`;
}
