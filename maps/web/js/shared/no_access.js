/** Shown instead of a panel whose layers the reader's token does not all cover: lists the missing layers. */

import { t } from "./catalogue.js";
import { html, nothing, render } from "../lib/lit.js";

/**
 * @param {string} id of the panel
 * @param {string[]} lacking titles of the missing layers
 * @param {HTMLElement} root
 * @returns {import("../page/app.js").Mounted}
 */
export function noAccess(id, lacking, root) {
    render(
        html`<header class="panel-head"><h2>${t(`panel.${id}`)}</h2></header>
            <div class="empty closed" role="note">
                <p><strong>${t("closed.title")}</strong></p>
                <p>${t("closed.text")}</p>
                <ul>${lacking.map((title) => html`<li>${title}</li>`)}</ul>
                <p>${t("closed.hint")}</p>
            </div>`,
        root,
    );
    return { update: () => {}, unmount: () => render(nothing, root) };
}
