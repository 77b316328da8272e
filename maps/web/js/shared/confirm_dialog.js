/** A modal dialog that asks for confirmation; its first button is the harmless choice. */

import { t } from "./catalogue.js";
import { html, render } from "../lib/lit.js";

/**
 * Ask for confirmation; Escape means no.
 * @param {{places: {dialogs: HTMLElement}}} app
 * @param {{title: string, text: string, yes: string, no: string}} question
 * @returns {Promise<boolean>}
 */
export function confirmAction(app, { title, text, yes, no }) {
    const dialog = document.createElement("dialog");
    dialog.className = "card question";
    dialog.setAttribute("aria-labelledby", "question-title");
    dialog.setAttribute("aria-describedby", "question-text");
    return new Promise((resolve) => {
        const answer = (/** @type {boolean} */ isYes) => () => {
            dialog.close();
            dialog.remove();
            resolve(isYes);
        };
        for (const name of ["cancel", "close"]) dialog.addEventListener(name, answer(false));
        render(view({ title, text, yes, no }, answer), dialog);
        app.places.dialogs.append(dialog);
        dialog.showModal();
    });
}

/**
 * @param {{title: string, text: string, yes: string, no: string}} question
 * @param {(isYes: boolean) => () => void} answer
 */
const view = ({ title, text, yes, no }, answer) =>
    html`<h2 id="question-title">${title}</h2>
        <p id="question-text">${text}</p>
        <div class="buttons">
            <button type="button" class="primary" autofocus @click=${answer(false)}>${no}</button>
            <button type="button" class="danger" @click=${answer(true)}>${yes}</button>
        </div>`;

/**
 * Ask whether unsaved entries may be discarded.
 * @param {import("../page/app.js").App} app
 * @param {string} name of the form
 */
export const confirmDiscard = (app, name) =>
    confirmAction(app, { title: t("discard.title"), text: t("discard.text", { name }), yes: t("discard.yes"), no: t("discard.no") });
