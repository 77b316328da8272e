/** A record's photos one by one, as large as the window. */

import { t } from "../shared/catalogue.js";
import { html, nothing, render } from "../lib/lit.js";
import { contentOf, showMissing, textOf } from "./attachments.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./attachments.js").Attachment} Attachment */

/**
 * Show a photo; the others are reached by buttons and arrow keys.
 * @param {App} app
 * @param {Attachment[]} photos
 * @param {number} first
 */
export function openPhoto(app, photos, first) {
    const dialog = document.createElement("dialog");
    let index = first;
    const go = (/** @type {number} */ by) => {
        if (!photos[index + by]) return;
        index += by;
        draw();
    };
    const draw = () => render(view(photos, index, go, () => dialog.close()), dialog);
    dialog.className = "card viewer";
    dialog.setAttribute("aria-label", t("detail.attachments"));
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("keydown", ({ key }) => {
        if (key === "ArrowLeft") go(-1);
        if (key === "ArrowRight") go(1);
    });
    app.places.dialogs.append(dialog);
    draw();
    dialog.showModal();
}

/**
 * @param {Attachment[]} photos
 * @param {number} index
 * @param {(by: number) => void} go
 * @param {() => void} close
 */
function view(photos, index, go, close) {
    const one = /** @type {Attachment} */ (photos[index]);
    const text = textOf(one, index, photos.length);
    const { width_px: width, height_px: height } = one.properties;
    return html`<figure>
            <img src=${contentOf(one, "medium")} alt=${text} width=${width} height=${height} @error=${showMissing} @load=${showMissing} />
            <p class="hint" hidden>${t("attachments.not_loaded")}</p>
            <figcaption role="status">${text}</figcaption>
        </figure>
        <div class="buttons">
            ${photos.length > 1
                ? html`<button type="button" ?disabled=${index === 0} @click=${() => go(-1)}>${t("attachments.previous")}</button>
                      <button type="button" ?disabled=${index === photos.length - 1} @click=${() => go(1)}>${t("attachments.next")}</button>`
                : nothing}
            <a class="button" href=${contentOf(one)} target="_blank" rel="noopener">${t("attachments.full_size")}</a>
            <button type="button" @click=${close}>${t("close")}</button>
        </div>`;
}
