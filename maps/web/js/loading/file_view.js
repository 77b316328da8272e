/** The first step: a file is chosen or dropped, and uploaded. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { failure, progress } from "./view.js";
import { megabytes } from "./words.js";

/** @typedef {import("./page.js").LoadPage} LoadPage */

/** @param {LoadPage} page */
export function file(page) {
    const { delivery } = page;
    const known = delivery.file;
    const isUploading = delivery.task?.kind === "upload";
    return html`${failure(page, "file")}
        ${known
            ? html`<div class="chosen">
                  <p><strong>${known.name}</strong> <span class="hint">${megabytes(known.size)}</span></p>
                  <button type="button" ?disabled=${Boolean(delivery.task)} @click=${() => delivery.another()}>${t("load.another")}</button>
              </div>`
            : isUploading
              ? nothing
              : chooser(page)}
        ${progress(page, ["upload"])}`;
}

/** @param {LoadPage} page */
function chooser({ delivery, settings }) {
    const choose = (/** @type {FileList | null | undefined} */ files) => void delivery.choose([...(files ?? [])]);
    const mark = (/** @type {boolean} */ isOver) => (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        /** @type {HTMLElement} */ (event.currentTarget).classList.toggle("over", isOver);
    };
    const drop = (/** @type {DragEvent} */ event) => {
        mark(false)(event);
        choose(event.dataTransfer?.files);
    };
    const picked = (/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        choose(input.files);
        // So that the same file can be chosen again after it was refused.
        input.value = "";
    };
    return html`<div class="drop" @dragover=${mark(true)} @dragleave=${mark(false)} @drop=${drop}>
        <p class="big">${t("load.drop")}</p>
        <label class="button primary" for="file">${t("load.choose")}</label>
        <input id="file" type="file" @change=${picked} />
        <p class="hint">${t("load.formats")} ${t("load.largest", { size: megabytes(settings.largest) })}</p>
    </div>`;
}
