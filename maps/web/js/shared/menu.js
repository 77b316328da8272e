/** The header's links and tools, behind a button on narrow screens. */

import { t } from "./catalogue.js";
import { html } from "../lib/lit.js";

/** The button that shows them. */
export function menuButton() {
    const toggle = (/** @type {Event} */ { currentTarget }) => {
        const button = /** @type {HTMLElement} */ (currentTarget);
        show(button, button.getAttribute("aria-expanded") !== "true");
    };
    return html`<button type="button" class="menu-button" aria-expanded="false" aria-controls="menu" @click=${toggle}>${t("menu")}</button>`;
}

/** Close them by the Escape key, as a listener of the header. @param {KeyboardEvent} event */
export function closeMenu({ key, currentTarget }) {
    const button = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (currentTarget).querySelector(".menu-button"));
    if (key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
    show(button, false);
    button.focus();
}

/**
 * @param {HTMLElement} button
 * @param {boolean} isOpen
 */
function show(button, isOpen) {
    button.setAttribute("aria-expanded", String(isOpen));
    button.closest("header")?.classList.toggle("open", isOpen);
}
