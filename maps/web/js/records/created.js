/** Records that are created along with the one of a form: an inquiry's new client is entered where it is needed. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { CONTACT, PARTY } from "./edit_actions.js";
import { Entries } from "./form_entries.js";
import { fieldset } from "./form_view.js";
import { mayEditLayer } from "../shared/session.js";
import { randomKey } from "../shared/random_key.js";
import { create } from "./saving.js";

/** @typedef {import("./form.js").Form} Form */
/** @typedef {import("./edit_actions.js").EditAction} EditAction */

/** The actions that create what a field refers to, by its collection. @type {Record<string, EditAction>} */
const ACTIONS = { contacts: CONTACT, parties: PARTY };

export class CreatedRecords {
    /** The entries of the records by the field that will refer to them. @type {Map<string, {entries: Entries, key: string}>} */
    #begun = new Map();

    /** @param {Form} form */
    constructor(form) {
        this.form = form;
    }

    /** Whether any is begun. */
    get areAny() {
        return this.#begun.size > 0;
    }

    /**
     * What begins a record of that collection for a field; null if the reader may not create one.
     * @param {string} name of the field
     * @param {string} collection
     */
    begins(name, collection) {
        const action = ACTIONS[collection];
        return action && mayEditLayer(this.form.app.session, collection) ? (/** @type {string} */ title) => void this.#begin(name, action, title) : null;
    }

    /**
     * @param {string} name
     * @param {EditAction} action
     * @param {string} title
     */
    async #begin(name, action, title) {
        const { form } = this;
        const entries = new Entries(form.app, action, () => form.render(), name);
        await entries.describe();
        await entries.fill({ ...action.values?.(null, form.app.state), name: title });
        form.set(name, "");
        this.#begun.set(name, { entries, key: randomKey() });
        form.render();
        document.getElementById(entries.idOf("name"))?.focus();
    }

    /** @param {string} name */
    has(name) {
        return this.#begun.has(name);
    }

    /** Leave a record out again. @param {string} name of the field */
    drop(name) {
        if (this.#begun.delete(name)) this.form.render();
    }

    /** Check the entries. @returns {boolean} whether none is wrong */
    areComplete() {
        for (const { entries } of this.#begun.values()) {
            entries.clear();
            entries.read(false);
        }
        return [...this.#begun.values()].every(({ entries }) => !entries.errors.size);
    }

    /**
     * Save the records.
     * @returns {Promise<Record<string, number>>} their ids, by the field that refers to them
     */
    async save() {
        /** @type {Record<string, number>} */
        const ids = {};
        for (const [name, { entries, key }] of this.#begun) {
            try {
                const path = `/api/collections/${entries.action.layer}/items`;
                ids[name] = Number((await create(this.form.app.api, path, entries.read(false), null, key)).id);
            } catch (error) {
                entries.refuse(error);
                throw error;
            }
            // If the form's own record is refused after this one, it is there already.
            await this.form.references.get(name)?.know(ids[name] ?? null);
            this.#begun.delete(name);
            this.form.values.set(name, this.form.fieldText(name, ids[name]));
        }
        return ids;
    }

    /** @param {string} name of the field */
    view(name) {
        const begun = this.#begun.get(name);
        if (!begun) return nothing;
        const { entries } = begun;
        return html`<div class="created" role="group" aria-label=${t(`deed.${entries.action.id}`)}>
            ${entries.message ? html`<p class="error" role="alert">${entries.message}</p>` : nothing}
            ${Object.entries(entries.action.groups).map(([group, names]) => fieldset(entries, group, names))}
            <button type="button" @click=${() => this.drop(name)}>${t("form.create_not")}</button>
        </div>`;
    }
}
