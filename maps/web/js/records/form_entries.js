/** The entries of a form's fields: their initial texts, their current texts, and their errors. */

import { t } from "../shared/catalogue.js";
import { fieldText, parseField, typedKind } from "./fields.js";
import { fetchChoices, isListed } from "./references.js";
import { schema } from "../shared/schema.js";
import { Unreadable } from "../shared/typed.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./edit_actions.js").EditAction} EditAction */

export class Entries {
    /** @type {Map<string, import("../shared/schema.js").Property>} */
    properties = new Map();
    /** @type {Map<string, string>} */
    values = new Map();
    /** @type {Map<string, string>} */
    began = new Map();
    /** @type {Map<string, string>} */
    errors = new Map();
    /** The readings of texts that have two, by field. @type {Map<string, string[]>} */
    meant = new Map();
    /** The reading that was chosen last, by field. @type {Map<string, string>} */
    #chosen = new Map();
    /** @type {Map<string, import("./references.js").Choices>} */
    choices = new Map();

    /**
     * @param {App} app
     * @param {EditAction} action
     */
    constructor(app, action) {
        this.app = app;
        this.action = action;
        this.root = app.places.form;
    }

    get names() {
        return Object.values(this.action.groups).flat().filter((name) => this.properties.has(name));
    }

    /** @param {string} name */
    property(name) {
        return /** @type {import("../shared/schema.js").Property} */ (this.properties.get(name));
    }

    /** Whether any entry differs from its initial text. */
    get areChanged() {
        return this.names.some((name) => this.values.get(name) !== this.began.get(name));
    }

    /** Fetch the schema. */
    async describe() {
        this.properties = await schema(this.app.api, this.action.layer);
    }

    /**
     * Fill in the fields, and fetch the choices.
     * @param {Record<string, any>} given
     */
    async fill(given) {
        await Promise.all(this.names.map((name) => this.#fetchChoices(name, given[name] ?? null)));
        for (const name of this.names) this.values.set(name, this.fieldText(name, given[name]));
        this.began = new Map(this.values);
    }

    /**
     * @param {string} name
     * @param {number | null} chosen
     */
    async #fetchChoices(name, chosen) {
        const collection = this.properties.get(name)?.document["x-ogc-collectionId"];
        if (!collection || !isListed(collection)) return;
        this.choices.set(name, await fetchChoices(this.app.api, collection, chosen));
    }

    /**
     * The editable text for a field's value.
     * @param {string} name
     * @param {any} value
     */
    fieldText(name, value) {
        return fieldText(this.property(name), value, this.choices.get(name));
    }

    /**
     * The fields' values; invalid entries are recorded as errors.
     * @param {boolean} onlyChanged whether to omit unchanged fields
     */
    read(onlyChanged) {
        /** @type {Record<string, any>} */
        const found = {};
        for (const name of this.names) {
            const text = this.values.get(name) ?? "";
            if (onlyChanged && text === this.began.get(name)) continue;
            if (!text.trim() && this.action.required?.includes(name)) this.errors.set(name, t("form.missing"));
            try {
                found[name] = this.#parsed(name);
            } catch (error) {
                this.#refuse(name, error);
            }
        }
        return found;
    }

    /**
     * Write a number or a day as it was understood, or say that it was not.
     * @param {string} name of the field that was left
     */
    tidy(name) {
        if (!typedKind(this.property(name)) || this.choices.has(name)) return;
        try {
            this.values.set(name, this.fieldText(name, this.#parsed(name)));
            this.accept(name);
        } catch (error) {
            this.#refuse(name, error);
        }
    }

    /** Take a reading of a text that has two. @param {string} name @param {string} text */
    take(name, text) {
        this.values.set(name, text);
        this.#chosen.set(name, text);
        this.tidy(name);
    }

    /** The value of a field's text. Throws an Error if it cannot be read. @param {string} name */
    #parsed(name) {
        const text = this.values.get(name) ?? "";
        // What was stored before is known, however it may be read.
        const isMeant = text === this.#chosen.get(name) || text === this.began.get(name);
        return parseField(this.property(name), text, this.choices.get(name), isMeant);
    }

    /**
     * Forget what was wrong with a field.
     * @param {string} name
     * @returns {boolean} whether anything was
     */
    accept(name) {
        this.meant.delete(name);
        return this.errors.delete(name);
    }

    /** The number in a field, as far as it can be read. @param {string} name */
    amount(name) {
        try {
            return this.properties.has(name) ? /** @type {number | null} */ (this.#parsed(name)) : null;
        } catch {
            return null;
        }
    }

    /**
     * @param {string} name
     * @param {unknown} error
     */
    #refuse(name, error) {
        this.errors.set(name, /** @type {Error} */ (error).message);
        if (error instanceof Unreadable) this.meant.set(name, error.meant);
    }

    /**
     * Continue from other initial values; `mine` override the entries.
     * @param {Record<string, any>} theirs
     * @param {Record<string, any>} mine
     */
    rebase(theirs, mine) {
        for (const name of this.names) {
            const begins = this.fieldText(name, theirs[name]);
            this.began.set(name, begins);
            this.values.set(name, name in mine ? this.fieldText(name, mine[name]) : begins);
        }
    }
}
