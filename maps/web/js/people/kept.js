/** What saved searches and shortlists have in common: names, sharing, and not overwriting what others have changed. */

import { t } from "../shared/catalogue.js";
import { confirmAction } from "../shared/confirm_dialog.js";
import { html, nothing, render } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{id: number, name: string, owner: string | null, is_own: boolean, is_shared: boolean, may_change: boolean, changed_by: string | null, etag: string}} Kept */

export const LONGEST_NAME = 100;

/**
 * Whose it is, if that is not the reader alone.
 * @param {Kept} kept
 */
export function whose({ is_own, is_shared, owner }) {
    if (!is_shared) return nothing;
    const text = is_own ? t("kept.shared") : owner ? t("kept.shared_by", { name: owner }) : t("kept.shared_by_former");
    return html`<span class="tag">${text}</span>`;
}

/**
 * Send a change of what was read; if somebody else has changed it meanwhile, say so.
 * @param {App} app
 * @param {"PATCH" | "DELETE"} method
 * @param {string} path
 * @param {Kept} kept
 * @param {unknown} [body]
 * @returns {Promise<boolean>} whether it was done
 */
export async function sendChange(app, method, path, kept, body) {
    try {
        await app.api.send(method, `${path}/${kept.id}`, body, { "If-Match": kept.etag });
        return true;
    } catch (error) {
        app.notices.fail(error);
        return false;
    }
}

/**
 * Ask whether to delete.
 * @param {App} app
 * @param {Kept} kept
 */
export const confirmDelete = (app, { name, is_shared }) =>
    confirmAction(app, { title: t("kept.delete_title"), text: t(is_shared ? "kept.delete_shared" : "kept.delete_text", { name }), yes: t("kept.delete"), no: t("cancel") });

/**
 * Ask for a name. Escape means none.
 * @param {App} app
 * @param {string} title
 * @param {string} name
 * @param {string} yes what the button says
 * @returns {Promise<string>} empty for none
 */
export function askName(app, title, name, yes) {
    const dialog = document.createElement("dialog");
    dialog.className = "card question";
    dialog.setAttribute("aria-labelledby", "name-title");
    return new Promise((resolve) => {
        const answer = (/** @type {string} */ given) => {
            dialog.close();
            dialog.remove();
            resolve(given);
        };
        for (const type of ["cancel", "close"]) dialog.addEventListener(type, () => answer(""));
        const submit = (/** @type {Event} */ event) => {
            event.preventDefault();
            const given = dialog.querySelector("input")?.value.trim() ?? "";
            if (given) answer(given);
        };
        render(
            html`<form @submit=${submit}>
                <h2 id="name-title">${title}</h2>
                <div class="field">
                    <label for="kept-name">${t("kept.name")}</label>
                    <input id="kept-name" autocomplete="off" required maxlength=${LONGEST_NAME} .value=${name} />
                </div>
                <div class="buttons">
                    <button type="submit" class="primary">${yes}</button>
                    <button type="button" @click=${() => answer("")}>${t("cancel")}</button>
                </div>
            </form>`,
            dialog,
        );
        app.places.dialogs.append(dialog);
        dialog.showModal();
        dialog.querySelector("input")?.select();
    });
}
