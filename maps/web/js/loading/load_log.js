/** The log of loads, each of which can be undone as a whole. */

import { t } from "../shared/catalogue.js";
import { confirmAction } from "../shared/confirm_dialog.js";
import { instant, number } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("./types.js").Load} Load */

export class LoadLog {
    /** The latest loads, the newest first. @type {Load[] | null} */
    loads = null;
    /** The number of the load that is being undone. */
    #undoing = 0;
    /** Why a load was not undone. @type {{id: number, text: string} | null} */
    #refused = null;

    /** @param {import("./page.js").LoadPage} page */
    constructor(page) {
        this.page = page;
    }

    /** The number of the latest load that is known here. */
    get latest() {
        return this.loads?.[0]?.id ?? 0;
    }

    /** Fetch the log. */
    async fetch() {
        this.loads = (await this.page.api.get("/api/loads")).loads;
        this.page.update();
    }

    /**
     * Ask whether to undo a load, and undo it.
     * @param {number} id
     */
    async undo(id) {
        const load = this.loads?.find((one) => one.id === id);
        if (!load || this.#undoing) return;
        const question = {
            title: t("load.undo_title", { number: number(id) }),
            text: [t("load.undo_text", { layer: this.page.title(load.layer), file: load.file_name }), ...consequences(load)].join(" "),
            yes: t("load.undo_yes"),
            no: t("cancel"),
        };
        // By a second click or in another tab it may be on its way meanwhile; the service undoes it once.
        this.#undoing = id;
        try {
            if (await confirmAction(this.page, question)) await this.#send(id);
        } finally {
            this.#undoing = 0;
            this.page.update();
        }
    }

    /** @param {number} id */
    async #send(id) {
        this.#refused = null;
        this.page.update();
        try {
            await this.page.api.send("POST", `/api/loads/${id}/undo`);
            this.page.notices.show({ text: t("load.undone", { number: number(id) }) });
        } catch (error) {
            this.#refused = { id, text: error instanceof Error ? error.message : String(error) };
        }
        await this.fetch().catch((error) => this.page.notices.fail(error));
        if (this.#refused) this.page.focus(".refused-undo");
    }

    view() {
        if (!this.loads) return html`<p class="hint" aria-busy="true">${t("loading")}</p>`;
        if (!this.loads.length) return html`<p class="hint">${t("load.log_empty")}</p>`;
        const heads = ["number", "when", "who", "layer", "source", "file"];
        return html`<div class="wide" tabindex="0" role="region" aria-labelledby="log-title">
            <table class="log">
                <thead><tr>
                    ${heads.map((name) => html`<th scope="col">${t(`load.log_${name}`)}</th>`)}
                    ${["inserted", "changed", "removed"].map((name) => html`<th scope="col" class="number">${t(`load.count_${name}`)}</th>`)}
                    <th scope="col">${t("load.log_state")}</th>
                </tr></thead>
                <tbody>${this.loads.map((load) => this.#row(load))}</tbody>
            </table>
        </div>`;
    }

    /** @param {Load} load */
    #row(load) {
        const refused = this.#refused?.id === load.id ? this.#refused.text : "";
        return html`<tr class=${load.undone_at ? "undone" : ""}>
                <th scope="row">${number(load.id)}</th>
                <td>${instant(load.recorded_at)}</td>
                <td>${load.recorded_by}</td>
                <td>${this.page.title(load.layer)}</td>
                <td>${load.source}</td>
                <td class="file">${load.file_name}</td>
                ${[load.inserted, load.changed, load.removed].map((count) => html`<td class="number">${number(count)}</td>`)}
                <td class="state">${load.undone_at ? t("load.log_undone", { at: instant(load.undone_at), by: load.undone_by ?? "" }) : this.#button(load)}</td>
            </tr>
            ${refused ? html`<tr><td colspan="10"><p class="error refused-undo" role="alert" tabindex="-1">${refused}</p></td></tr>` : nothing}`;
    }

    /** @param {Load} load */
    #button({ id, inserted, changed, removed }) {
        if (!inserted && !changed && !removed) return t("load.log_unchanged");
        return html`<button type="button" ?disabled=${this.#undoing === id} aria-label=${t("load.undo_label", { number: number(id) })} @click=${() => void this.undo(id)}>
            ${t("load.undo")}
        </button>`;
    }
}

/**
 * What undoing a load does.
 * @param {Load} load
 */
function consequences({ inserted, changed, removed }) {
    return [
        inserted ? t("load.undo_inserted", { count: number(inserted) }) : "",
        changed ? t("load.undo_changed", { count: number(changed) }) : "",
        removed ? t("load.undo_removed", { count: number(removed) }) : "",
    ].filter(Boolean);
}

/**
 * The formatted counts of a load.
 * @param {{rows: number, inserted: number, changed: number, unchanged: number, removed: number}} load
 */
export const counts = ({ rows, inserted, changed, unchanged, removed }) => ({
    rows: number(rows),
    inserted: number(inserted),
    changed: number(changed),
    unchanged: number(unchanged),
    removed: number(removed),
});
