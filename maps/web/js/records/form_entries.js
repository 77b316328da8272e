/** The entries of a form's fields: their initial texts, their current texts, and their errors. */

import { t } from "../shared/catalogue.js";
import { fieldText, idOf, parseField, typedKind } from "./fields.js";
import { Reference } from "./references.js";
import { nothing } from "../lib/lit.js";
import { Problem } from "../shared/api.js";
import { schema } from "../shared/schema.js";
import { Unreadable } from "../shared/typed.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./edit_actions.js").EditAction} EditAction */

export class Entries {
    /** An error that concerns no particular field. */
    message = "";
    /** @type {Map<string, import("../shared/schema.js").Property>} */
    properties = new Map();
    /** @type {Map<string, string>} */
    values = new Map();
    /** @type {Map<string, string>} */
    began = new Map();
    /** What was entered before the reader did anything, where that is not what is stored. @type {Map<string, string>} */
    #suggested = new Map();
    /** @type {Map<string, string>} */
    errors = new Map();
    /** The readings of texts that have two, by field. @type {Map<string, string[]>} */
    meant = new Map();
    /** The reading that was chosen last, by field. @type {Map<string, string>} */
    #chosen = new Map();
    /** The fields that refer to other records. @type {Map<string, Reference>} */
    references = new Map();

    /**
     * @param {App} app
     * @param {EditAction} action
     * @param {() => void} draw shows the entries anew
     * @param {string} [within] the field of another form that these entries are for
     */
    constructor(app, action, draw, within) {
        this.app = app;
        this.action = action;
        this.draw = draw;
        this.within = within;
    }

    /** The id of a field's control, such as `field-price_eur`. @param {string} name */
    idOf(name) {
        return idOf(this.within ? `${this.within}-${name}` : name);
    }

    get names() {
        return Object.values(this.action.groups).flat().filter((name) => this.properties.has(name));
    }

    /** @param {string} name */
    property(name) {
        return /** @type {import("../shared/schema.js").Property} */ (this.properties.get(name));
    }

    /** Whether any entry differs from the text that the form was opened with. */
    get areChanged() {
        return this.names.some((name) => this.values.get(name) !== (this.#suggested.get(name) ?? this.began.get(name)));
    }

    /** Fetch the schema. */
    async describe() {
        this.properties = await schema(this.app.api, this.action.layer);
        for (const name of this.names) {
            const collection = this.property(name).document["x-ogc-collectionId"];
            if (collection) this.references.set(name, this.#reference(name, collection));
        }
    }

    /**
     * Fill in the fields, with the labels of the records that they refer to.
     * @param {Record<string, any>} given
     */
    async fill(given) {
        await this.know(given);
        for (const name of this.names) this.values.set(name, this.fieldText(name, given[name]));
        this.began = new Map(this.values);
    }

    /** @param {string} name @param {string} collection */
    #reference(name, collection) {
        const typed = (/** @type {string} */ text) => {
            if (text !== (this.values.get(name) ?? "")) this.set(name, text);
            this.draw();
        };
        return new Reference({ api: this.app.api, id: this.idOf(name), collection, typed, create: this.creating(name, collection) });
    }

    /** Fetch the labels of the records that given values refer to. @param {Record<string, any>} given */
    know(given) {
        return Promise.all([...this.references].map(([name, reference]) => reference.know(given[name] ?? null)));
    }

    /**
     * Enter values that are likely to be meant, to be saved or changed.
     * @param {Record<string, any>} given
     */
    suggest(given) {
        for (const [name, value] of Object.entries(given)) {
            this.#suggested.set(name, this.fieldText(name, value));
            this.values.set(name, this.fieldText(name, value));
        }
    }

    /**
     * What begins a new record of a collection that a field refers to; null if nothing does.
     * @param {string} _name of the field
     * @param {string} _collection
     * @returns {((title: string) => void) | null}
     */
    creating(_name, _collection) {
        return null;
    }

    /** @param {string} name @param {string} value */
    set(name, value) {
        this.values.set(name, value);
        this.accept(name);
    }

    /** Set the error that concerns no particular field. @param {string} text */
    complain(text) {
        this.message = text;
    }

    /** Forget all errors. */
    clear() {
        this.errors.clear();
        this.meant.clear();
        this.message = "";
    }

    /**
     * Show what the service refuses beside its fields, else above them. Throws what is no refusal.
     * @param {unknown} error
     */
    refuse(error) {
        if (!(error instanceof Problem)) throw error;
        for (const { pointer = "", detail } of error.errors) {
            const name = pointer.replace("/properties/", "").replace("/", "");
            if (this.hasField(name)) this.errors.set(name, detail);
            else this.message = detail;
        }
        if (!this.errors.size) this.message ||= error.message;
    }

    /** Whether an error of that name has a place. @param {string} name */
    hasField(name) {
        return this.names.includes(name);
    }

    /** Content below a field's control. @param {string} _name @returns {unknown} */
    beneath(_name) {
        return nothing;
    }

    /** Understand the records whose titles were typed and not chosen. */
    async resolve() {
        for (const [name, reference] of this.references) this.values.set(name, await reference.resolve((this.values.get(name) ?? "").trim()));
    }

    /**
     * The editable text for a field's value.
     * @param {string} name
     * @param {any} value
     */
    fieldText(name, value) {
        return fieldText(this.property(name), value, this.references.get(name));
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
     * Write a number, a day or a reference as it was understood, or say that it was not.
     * @param {string} name of the field that was left
     */
    async leaveField(name) {
        const text = this.values.get(name) ?? "";
        const label = await this.references.get(name)?.resolve(text.trim());
        // Meanwhile somebody may have gone on typing.
        if (label !== undefined && text === this.values.get(name)) this.set(name, label);
        this.tidy(name);
        this.draw();
    }

    /** @param {string} name */
    tidy(name) {
        if (!typedKind(this.property(name)) && !this.references.has(name)) return;
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
        return parseField(this.property(name), text, this.references.get(name), isMeant);
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
    async rebase(theirs, mine) {
        this.#suggested.clear();
        await this.know(theirs);
        for (const name of this.names) {
            const begins = this.fieldText(name, theirs[name]);
            this.began.set(name, begins);
            this.values.set(name, name in mine ? this.fieldText(name, mine[name]) : begins);
        }
    }
}
