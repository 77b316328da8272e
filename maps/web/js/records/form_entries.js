/** What stands in a form's fields: how they begin, what is typed in, what is wrong with it. */

import { t } from "../shared/catalogue.js";
import { meant, shown, unreadable } from "./fields.js";
import { fetchChoices, isListed } from "./references.js";
import { schema } from "../shared/schema.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./edit_actions.js").Deed} Deed */

export class Entries {
    /** @type {Map<string, import("../shared/schema.js").Property>} */
    properties = new Map();
    /** @type {Map<string, string>} */
    values = new Map();
    /** @type {Map<string, string>} */
    began = new Map();
    /** @type {Map<string, string>} */
    errors = new Map();
    /** @type {Map<string, import("./references.js").Choices>} */
    choices = new Map();

    /**
     * @param {App} app
     * @param {Deed} deed
     */
    constructor(app, deed) {
        this.app = app;
        this.deed = deed;
        this.root = app.places.form;
    }

    get names() {
        return Object.values(this.deed.groups).flat().filter((name) => this.properties.has(name));
    }

    /** @param {string} name */
    property(name) {
        return /** @type {import("../shared/schema.js").Property} */ (this.properties.get(name));
    }

    /** Whether anything stands there that would be lost. */
    get areChanged() {
        return this.names.some((name) => this.values.get(name) !== this.began.get(name)) || unreadable(this.root).length > 0;
    }

    /** Fetch what the fields are called. */
    async describe() {
        this.properties = await schema(this.app.api, this.deed.layer);
    }

    /**
     * Fill the fields in, and fetch what can be chosen.
     * @param {Record<string, any>} given
     */
    async fill(given) {
        await Promise.all(this.names.map((name) => this.#fetchChoices(name, given[name] ?? null)));
        for (const name of this.names) this.values.set(name, this.shown(name, given[name]));
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
     * What stands in a field for a value.
     * @param {string} name
     * @param {any} value
     */
    shown(name, value) {
        return shown(this.property(name), value, this.choices.get(name));
    }

    /**
     * What the fields mean; what cannot be meant is noted as an error.
     * @param {boolean} onlyChanged leaves out what stands there as it began
     */
    read(onlyChanged) {
        /** @type {Record<string, any>} */
        const found = {};
        for (const name of this.names) {
            const text = this.values.get(name) ?? "";
            if (onlyChanged && text === this.began.get(name)) continue;
            if (!text.trim() && this.deed.required?.includes(name)) this.errors.set(name, t("form.missing"));
            try {
                found[name] = meant(this.property(name), text, this.choices.get(name));
            } catch (error) {
                this.errors.set(name, /** @type {Error} */ (error).message);
            }
        }
        for (const name of unreadable(this.root)) this.errors.set(name, t("form.not_readable"));
        return found;
    }

    /**
     * Go on from other values; mine hold where they are chosen.
     * @param {Record<string, any>} theirs
     * @param {Record<string, any>} mine
     */
    rebase(theirs, mine) {
        for (const name of this.names) {
            const begins = this.shown(name, theirs[name]);
            this.began.set(name, begins);
            this.values.set(name, name in mine ? this.shown(name, mine[name]) : begins);
        }
    }
}
