/** Recording a record of any layer: those without an action of their own are chosen by name. */

import { t } from "../shared/catalogue.js";
import { collate } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { schema } from "../shared/schema.js";
import { mayEditLayer } from "../shared/session.js";
import { createOf, RECORDED } from "./edit_actions.js";
import { openForm } from "./open_form.js";

/** @typedef {import("../page/app.js").App} App */

/** Layers whose records are made elsewhere: files are uploaded, and both belong to the record that is open. */
const ELSEWHERE = new Set(["attachments", "memos"]);

export class OtherRecords {
    #chosen = "";
    /** @type {Map<string, string> | null} */
    #titles = null;

    /**
     * @param {App} app
     * @param {() => void} draw
     */
    constructor(app, draw) {
        this.app = app;
        this.draw = draw;
    }

    /** Whether there is nothing to choose. */
    get isEmpty() {
        return this.#titles?.size === 0;
    }

    /** Fetch the layers' titles. */
    async begin() {
        const { collections } = await this.app.api.get(`/api/collections?lang=${this.app.api.language}`);
        const own = new Set(RECORDED.map(({ layer }) => layer));
        /** @type {[string, string][]} */
        const found = collections
            .map((/** @type {any} */ { id, title }) => [id, title])
            .filter((/** @type {[string, string]} */ [id]) => mayEditLayer(this.app.session, id) && !own.has(id) && !ELSEWHERE.has(id));
        this.#titles = new Map(found.sort(([, one], [, other]) => collate(one, other)));
        this.draw();
    }

    async #open() {
        const [layer, title] = [this.#chosen, this.#titles?.get(this.#chosen)];
        if (!title) return;
        const properties = await schema(this.app.api, layer).catch((error) => this.app.notices.fail(error));
        if (properties) await openForm(this.app, createOf(layer, title, properties), null);
    }

    view() {
        if (!this.#titles?.size) return nothing;
        const choose = (/** @type {Event} */ event) => {
            this.#chosen = /** @type {HTMLSelectElement} */ (event.target).value;
            this.draw();
        };
        return html`<div class="field other-records">
            <label for="act-other">${t("act.other")}</label>
            <div class="together">
                <select id="act-other" @change=${choose}>
                    <option value="">${t("act.choose")}</option>
                    ${[...this.#titles].map(([layer, title]) => html`<option value=${layer} ?selected=${layer === this.#chosen}>${title}</option>`)}
                </select>
                <button type="button" ?disabled=${!this.#chosen} @click=${() => void this.#open()}>${t("act.other_record")}</button>
            </div>
        </div>`;
    }
}
