/** What editors do with many plots at once: set a field, or reserve them for an inquiry. All or none, and one undo. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { show, undoTogether, versionAt } from "./changes.js";
import { EDIT_PLOT, WITH_PLOT } from "./edit_actions.js";
import { Entries } from "./form_entries.js";
import { fieldset } from "./form_view.js";
import { number } from "../shared/format.js";
import { html, nothing, render } from "../lib/lit.js";
import { randomKey } from "../shared/random_key.js";
import { schema } from "../shared/schema.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../land/plots.js").Plot} Plot */
/** @typedef {{layer: string, id: number, version: string | null}} Written */

const BATCH = "/api/changes/batch";
const MOST = 500;
/** Fields that are each plot's own. */
const OWN = new Set(["name", "official_area_m2", "parcels"]);

/**
 * Open the dialog.
 * @param {App} app
 * @param {"set" | "reserve"} deed
 * @param {Plot[]} plots
 */
export async function openMany(app, deed, plots) {
    const many = new Many(app, deed, plots);
    await many.open();
}

class ManyEntries extends Entries {
    /** @param {string} name @param {string} value */
    set(name, value) {
        super.set(name, value);
        // Whether the field has a value decides what the button says.
        this.draw();
    }
}

class Many {
    #dialog = document.createElement("dialog");
    /** @type {Entries | null} */
    #entries = null;
    #field = "";
    #isBusy = false;
    #message = "";
    /** The plots that are refused, by the reason. @type {Map<string, Plot[]>} */
    #refused = new Map();
    /** @type {Map<string, import("../shared/schema.js").Property>} */
    #properties = new Map();
    // The same for every attempt to save, so that none reserves a second time.
    #key = randomKey();

    /**
     * @param {App} app
     * @param {"set" | "reserve"} deed
     * @param {Plot[]} plots
     */
    constructor(app, deed, plots) {
        this.app = app;
        this.deed = deed;
        this.plots = plots;
    }

    async open() {
        this.#properties = await schema(this.app.api, "plots");
        if (this.deed === "reserve") {
            const { action } = this;
            const groups = { reservation: ["inquiry", "reserved_on", "expires_on"], more: ["note"] };
            await this.#begin({ ...action, groups }, { ...action.values?.(null, this.app.state) });
            const taken = this.plots.filter((plot) => !(plot.properties["remaining_m2"] > 0) || plot.properties["withdrawn_on"] || !action.suits?.(plot));
            if (taken.length) this.#refused.set(t("many.taken"), taken);
        }
        this.#dialog.className = "card many";
        this.#dialog.setAttribute("aria-labelledby", "many-title");
        this.#dialog.addEventListener("close", () => this.#dialog.remove());
        this.app.places.dialogs.append(this.#dialog);
        this.#draw();
        this.#dialog.showModal();
    }

    /**
     * @param {import("./edit_actions.js").EditAction} action
     * @param {Record<string, any>} values
     */
    async #begin(action, values) {
        const entries = new ManyEntries(this.app, action, () => this.#draw(), "many");
        await entries.describe();
        await entries.fill(values);
        this.#entries = entries;
    }

    /** @param {string} name */
    async #choose(name) {
        this.#field = name;
        this.#entries = null;
        this.#refused.clear();
        if (name) await this.#begin({ id: "many", layer: "plots", groups: { record: [name] } }, {});
        this.#draw();
    }

    /** @param {Event} event */
    async #submit(event) {
        event.preventDefault();
        const entries = this.#entries;
        if (this.#isBusy || !entries) return;
        this.#isBusy = true;
        this.#message = "";
        try {
            await entries.resolve();
            entries.clear();
            const properties = entries.read(false);
            if (!entries.errors.size) await this.#save(this.#changes(properties));
        } catch (error) {
            await this.#failed(error);
        }
        this.#isBusy = false;
        this.#draw();
        /** @type {HTMLElement | null} */ (this.#dialog.querySelector('[aria-invalid="true"], .refusals'))?.focus();
    }

    /** @param {Record<string, any>} properties */
    #changes(properties) {
        return this.plots.map((plot) =>
            this.deed === "set"
                ? { layer: "plots", id: plot.id, version: versionAt(plot.properties["recorded_from"]), properties }
                : { layer: "reservations", properties: { ...properties, plot: plot.id, area_m2: this.action.values?.(plot, this.app.state)["area_m2"] } },
        );
    }

    /** The action that reserves one plot. */
    get action() {
        return /** @type {import("./edit_actions.js").EditAction} */ (WITH_PLOT.find(({ id }) => id === "reserve"));
    }

    /** @param {object[]} changes */
    async #save(changes) {
        const { app } = this;
        const response = await app.api.send("POST", BATCH, { changes }, { "Idempotency-Key": this.#key });
        const written = /** @type {Written[]} */ ((await response.json()).changes);
        this.#dialog.close();
        const count = number(written.length);
        const text = this.deed === "set" ? t("many.set_done", { field: this.#title, count }) : t("many.reserve_done", { count });
        app.notices.show({ text, actions: [{ label: t("undo.undo"), run: () => void undoTogether(app, written) }] });
        await show(app, written[0]?.layer ?? "plots", null);
    }

    /** @param {unknown} error */
    async #failed(error) {
        if (!(error instanceof Problem)) return this.app.notices.fail(error);
        // What was refused has not been stored, and another attempt may have other content. Of an answer that was lost
        // nobody knows.
        if (!error.isTemporary) this.#key = randomKey();
        this.#message = error.message;
        this.#refused = new Map();
        for (const { pointer = "", detail } of error.errors) {
            const plot = this.plots[Number(pointer.split("/")[2])];
            if (plot) this.#refused.set(detail, [...new Set([...(this.#refused.get(detail) ?? []), plot])]);
        }
        if (error.isTemporary || error.status === 401) return;
        // Who has read what others changed meanwhile may go on.
        await this.app.plots.load();
        this.app.refresh();
        this.plots = this.plots.map((plot) => this.app.plots.byId.get(plot.id) ?? plot);
    }

    #leaveOut() {
        const ids = [...this.#refused.values()].flat().map(({ id }) => id);
        this.plots = this.plots.filter(({ id }) => !ids.includes(id));
        this.#refused.clear();
        this.#message = "";
        this.app.table.selection.remove(ids);
        if (this.plots.length) this.#draw();
        else this.#dialog.close();
    }

    get #title() {
        return this.#properties.get(this.#field)?.title ?? "";
    }

    #draw() {
        const count = number(this.plots.length);
        const entries = this.#entries;
        const isTooMany = this.plots.length > MOST;
        render(
            html`<form novalidate @submit=${(/** @type {Event} */ event) => void this.#submit(event)}>
                <h2 id="many-title" tabindex="-1">${t(`many.${this.deed}_title`, { count })}</h2>
                ${isTooMany ? html`<p class="error">${t("many.limit", { most: number(MOST) })}</p>` : nothing}
                ${this.deed === "set" ? this.#fields() : html`<p class="hint">${t("many.reserve_hint")}</p>`}
                ${entries ? Object.entries(entries.action.groups).map(([group, names]) => fieldset(entries, group, names)) : nothing}
                ${this.#isEmptying ? html`<p class="hint" role="status">${t("many.emptying", { field: this.#title, count })}</p>` : nothing}
                ${this.#refusals()}
                <div class="buttons foot">
                    <button type="submit" class="primary" ?disabled=${!entries || this.#isBusy || isTooMany || (this.deed === "reserve" && this.#refused.size > 0)}>
                        ${this.#isEmptying ? t("many.empty", { count }) : t(`many.${this.deed}_do`, { count })}
                    </button>
                    <button type="button" @click=${() => this.#dialog.close()}>${t("cancel")}</button>
                </div>
            </form>`,
            this.#dialog,
        );
    }

    /** Whether the field has no value, which takes that of the plots away. */
    get #isEmptying() {
        return this.deed === "set" && Boolean(this.#entries) && !(this.#entries?.values.get(this.#field) ?? "").trim();
    }

    #fields() {
        const change = (/** @type {Event} */ event) => void this.#choose(/** @type {HTMLSelectElement} */ (event.target).value);
        const groups = Object.entries(EDIT_PLOT.groups).map(([group, names]) => ({ group, names: names.filter((name) => !OWN.has(name) && this.#properties.get(name)?.readOnly === false) }));
        return html`<div class="field">
            <label for="many-field">${t("many.field")}</label>
            <select id="many-field" @change=${change}>
                <option value="" ?selected=${!this.#field}>${t("form.choose")}</option>
                ${groups.map(({ group, names }) => html`<optgroup label=${t(`form.group.${group}`)}>
                    ${names.map((name) => html`<option value=${name} ?selected=${name === this.#field}>${this.#properties.get(name)?.title}</option>`)}
                </optgroup>`)}
            </select>
        </div>`;
    }

    #refusals() {
        if (!this.#message && !this.#refused.size) return nothing;
        return html`<div class="refusals" role="alert" tabindex="-1">
            ${this.#message ? html`<p class="error">${this.#message}</p>` : nothing}
            <ul>
                ${[...this.#refused].map(([reason, plots]) => html`<li><strong>${plots.map(({ properties }) => properties["name"]).join("; ")}</strong>: ${reason}</li>`)}
            </ul>
            ${this.#refused.size ? html`<button type="button" @click=${() => this.#leaveOut()}>${t("many.leave_out")}</button>` : nothing}
        </div>`;
    }
}
