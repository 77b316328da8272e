/** Tells an open form that a colleague has changed its record meanwhile, and takes the new state into it. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { fetchRecord, versionOf } from "./changes.js";
import { Conflict, membersOf } from "./conflict.js";
import { instant } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("../live/listening.js").NewChange} NewChange */

export class FormNews {
    /** @type {NewChange | null} */
    #change = null;
    #isBusy = false;

    /** @param {import("./form.js").Form} form */
    constructor(form) {
        this.form = form;
    }

    /** Note a colleague's change, if it concerns the form. @param {NewChange} change */
    hear(change) {
        const { action, plot, isClosed, isBusy } = this.form;
        const layer = action.isEdit ? action.layer : "plots";
        if (isClosed || isBusy || change.layer !== layer || change.id !== plot?.id) return;
        this.#change = change;
        this.form.render();
    }

    /** Look whether the record is another meanwhile, where it is not told which have changed. */
    async doubt() {
        const { app, action, plot, record, isClosed, isBusy } = this.form;
        if (isClosed || isBusy || !record || !plot) return;
        const { layer } = action;
        const gone = { feature: null, tag: "" };
        const found = await fetchRecord(app.api, `/api/collections/${layer}/items/${plot.id}`).catch((error) => {
            if (error instanceof Problem && error.status === 404) return gone;
            // Saving tells it at the latest.
            console.info(error);
            return record;
        });
        if (versionOf(found.tag) === versionOf(record.tag) || this.form.record !== record) return;
        const at = found.feature?.properties.recorded_from ?? new Date().toISOString();
        this.hear({ layer, id: plot.id, operation: found === gone ? "delete" : "update", recorded_at: at, by: null });
    }

    view() {
        const change = this.#change;
        if (!change) return html`<div class="form-news" role="alert"></div>`;
        const { action, name } = this.form;
        const isGone = change.operation === "delete";
        const about = action.isEdit ? (isGone ? "deleted" : "changed") : "about";
        const given = { by: change.by ?? t("news.somebody"), at: instant(change.recorded_at), name };
        return html`<div class="form-news said" role="alert">
            <p>${t(`news.${about}`, given)}</p>
            ${action.isEdit && !isGone ? html`<button type="button" ?disabled=${this.#isBusy} @click=${() => void this.#look()}>${t("news.look")}</button>` : nothing}
        </div>`;
    }

    /** Show the new state: at once if nothing has been entered, else with the choice for each field. */
    async #look() {
        const { form } = this;
        const change = this.#change;
        if (!change || !form.record) return;
        this.#isBusy = true;
        form.render();
        try {
            const found = await fetchRecord(form.app.api, `/api/collections/${form.action.layer}/items/${change.id}`);
            form.clear();
            const mine = { ...form.read(true), ...(form.outline?.isChanged ? { geometry: form.outline.geometry } : {}) };
            const adopt = async (/** @type {Record<string, any>} */ chosen) => {
                await form.adopt(found, chosen);
                form.render();
            };
            this.#change = null;
            if (!Object.keys(mine).length) await adopt({});
            else {
                await Promise.all([form.know(found.feature.properties), form.know(mine)]);
                const who = { changed_by: change.by ?? t("news.somebody"), changed_at: change.recorded_at };
                form.conflict = new Conflict(form, who, membersOf(form.record), membersOf(found), mine, {
                    label: t("news.take"),
                    take: (chosen) => void adopt(chosen),
                    leave: () => void form.leave(),
                });
            }
        } catch (error) {
            form.app.notices.fail(error);
        }
        this.#isBusy = false;
        form.render();
    }
}
