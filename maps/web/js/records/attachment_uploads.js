/** Uploading photos and documents to a record: several at once, by button or drop, each with its progress and what went wrong. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { html, nothing, repeat } from "../lib/lit.js";
import { number } from "../shared/format.js";
import { upload } from "../shared/upload.js";
import { columnOf, kindOf, plotOf } from "./belongings.js";
import { show } from "./changes.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{file: File, isPublic: boolean, share: number, error: string, state: "waiting" | "sending" | "failed", stop: AbortController}} Sent */

const ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf";

/** The files on their way, by record. @type {Map<string, Uploads>} */
const uploads = new Map();

class Uploads {
    /** @type {Sent[]} */
    files = [];
    isPublic = false;
    #isBusy = false;

    /**
     * @param {App} app
     * @param {string} column
     * @param {number} record
     * @param {number | null} plot the plot that it is, if it is one
     */
    constructor(app, column, record, plot) {
        this.app = app;
        this.column = column;
        this.record = record;
        this.plot = plot;
    }

    /** @param {Iterable<File>} chosen */
    add(chosen) {
        // What is ticked while these wait is meant for others.
        const given = { isPublic: this.isPublic, share: 0, state: /** @type {const} */ ("waiting") };
        for (const file of chosen) this.files.push({ ...given, file, error: this.#refused(file), stop: new AbortController() });
        for (const one of this.files) if (one.error) one.state = "failed";
        void this.#send();
    }

    /** @param {Sent} one */
    again(one) {
        Object.assign(one, { state: "waiting", error: "", share: 0, stop: new AbortController() });
        void this.#send();
    }

    /** Leave a file out, also while it is being sent. @param {Sent} one */
    drop(one) {
        one.stop.abort();
        this.files = this.files.filter((other) => other !== one);
        this.app.update();
    }

    /** What is wrong with a file before it is sent. @param {File} file */
    #refused(file) {
        const { largest_attachment: largest } = this.app.settings;
        if (!file.size) return t("attachments.empty_file");
        return file.size > largest ? t("attachments.too_large", { size: megabytes(file.size), most: megabytes(largest) }) : "";
    }

    async #send() {
        this.app.update();
        if (this.#isBusy) return;
        this.#isBusy = true;
        let isAnyNew = false;
        for (let next = this.#next(); next; next = this.#next()) isAnyNew = (await this.#sendOne(next)) || isAnyNew;
        this.#isBusy = false;
        if (isAnyNew) await show(this.app, "attachments", this.plot).catch((error) => this.app.notices.fail(error));
        this.app.update();
    }

    #next() {
        return this.files.find(({ state }) => state === "waiting");
    }

    /** @param {Sent} one @returns {Promise<boolean>} whether it is stored */
    async #sendOne(one) {
        one.state = "sending";
        const query = new URLSearchParams({ [this.column]: String(this.record), name: one.file.name, ...(one.isPublic ? { is_public: "true" } : {}) });
        const tell = (/** @type {number} */ done, /** @type {number} */ total) => {
            one.share = total ? done / total : 0;
            this.app.update();
        };
        this.app.update();
        try {
            const stored = await upload(this.app.api, `/api/attachments?${query}`, one.file, tell, one.stop.signal);
            this.files = this.files.filter((other) => other !== one);
            if (!stored.is_new) this.app.notices.show({ text: t("attachments.known", { name: one.file.name }) });
            return true;
        } catch (error) {
            one.state = "failed";
            one.error = reason(error);
            return false;
        }
    }
}

/** What to tell of a failed upload. @param {unknown} error */
function reason(error) {
    if (!(error instanceof Problem)) return error instanceof DOMException ? "" : String(error);
    if (error.status === 0) return t("attachments.broken_off");
    if (error.status === 413) return t("attachments.too_large_for_service");
    return error.message;
}

/** @param {number} bytes */
const megabytes = (bytes) => t("attachments.megabytes", { size: number(bytes / 1e6, bytes < 1e7 ? 1 : 0) });

/**
 * The list of what there is, onto which files can be dropped, with a button to choose files and those on their way.
 * @param {App} app
 * @param {any} feature
 * @param {unknown} list
 * @param {boolean} isEmpty whether there is nothing yet
 */
export function uploader(app, feature, list, isEmpty) {
    const own = uploadsOf(app, feature);
    const mark = (/** @type {boolean} */ isOver) => (/** @type {DragEvent} */ event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        /** @type {HTMLElement} */ (event.currentTarget).classList.toggle("over", isOver);
    };
    const drop = (/** @type {DragEvent} */ event) => {
        mark(false)(event);
        own.add(event.dataTransfer?.files ?? []);
    };
    const picked = (/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        own.add([...(input.files ?? [])]);
        // So that the same file can be chosen again after it was refused.
        input.value = "";
    };
    const setPublic = (/** @type {Event} */ { target }) => (own.isPublic = /** @type {HTMLInputElement} */ (target).checked);
    return html`<div class="attach" @dragover=${mark(true)} @dragleave=${mark(false)} @drop=${drop}>
        ${list}
        <ul class="plain uploads" aria-live="polite">${repeat(own.files, (one) => one, (one) => sent(own, one))}</ul>
        <p>
            <input id="attach" class="hidden" type="file" multiple accept=${ACCEPTED} @change=${picked} />
            <label class="button" for="attach">${t(isEmpty ? "attachments.add_first" : "attachments.add")}</label>
            <span class="hint">${t("attachments.or_drop")}</span>
        </p>
        ${kindOf(app) === "plots"
            ? html`<label class="check"><input type="checkbox" .checked=${own.isPublic} @change=${setPublic} /> <span>${t("attachments.add_public")}</span></label>`
            : nothing}
        <p class="hint">${t("attachments.hint", { most: megabytes(app.settings.largest_attachment) })}</p>
    </div>`;
}

/** @param {App} app @param {any} feature */
function uploadsOf(app, feature) {
    const key = app.store.get("selected");
    const own = uploads.get(key) ?? new Uploads(app, columnOf(app), Number(feature.id), plotOf(app, feature));
    uploads.set(key, own);
    return own;
}

/** @param {Uploads} own @param {Sent} one */
const sent = (own, one) => html`<li>
    <span>${one.file.name}</span>
    ${one.state === "failed"
        ? html`<p class="error">${one.error}</p>
              <div class="deeds">
                  <button type="button" @click=${() => own.again(one)}>${t("attachments.again")}</button>
                  <button type="button" @click=${() => own.drop(one)}>${t("attachments.leave_out")}</button>
              </div>`
        : html`<progress max="1" .value=${one.share} aria-label=${t("attachments.sending", { name: one.file.name })}></progress>
              <button type="button" class="icon" aria-label=${t("attachments.stop", { name: one.file.name })} @click=${() => own.drop(one)}>×</button>`}
</li>`;
