/** Fields that refer to other records, which are searched for on the server while the user types. */

import { Combobox } from "../shared/combobox.js";
import { t } from "../shared/catalogue.js";

/** @typedef {import("../shared/api.js").Api} Api */
/** @typedef {{id: number | null, title: string, hint: string, name?: string}} Choice a record; without an id, one of that name to be created */

const MOST = 12;

/** The field of a form that refers to a record. */
export class Reference {
    /** The ids of the records that have been chosen so far, by their labels. @type {Map<string, number>} */
    #ids = new Map();

    /**
     * @param {object} field
     * @param {Api} field.api
     * @param {string} field.id of the input
     * @param {string} field.collection
     * @param {(text: string) => void} field.typed called with the text whenever anything about the field changes
     * @param {((name: string) => void) | null} field.create begins a new record of that name; null if the reader may not
     */
    constructor({ api, id, collection, typed, create }) {
        this.api = api;
        this.collection = collection;
        /** @type {Combobox<Choice>} */
        this.box = new Combobox({
            id,
            isOpenEmpty: true,
            ask: async (text, signal) => {
                const choices = await this.#fetch(text ? `&q=${encodeURIComponent(text)}` : "", signal);
                const title = t(text ? "form.create_named" : "form.create", { name: text });
                return create ? [...choices, { id: null, title, hint: "", name: text }] : choices;
            },
            choose: (choice) => (choice.id === null ? create?.(choice.name ?? "") : typed(this.#keep(choice))),
            draw: () => typed(this.box.text),
        });
    }

    /**
     * @param {string} query
     * @param {AbortSignal} [signal]
     * @returns {Promise<Choice[]>}
     */
    async #fetch(query, signal) {
        const path = `/api/search?layer=${this.collection}&limit=${MOST}&lang=${this.api.language}${query}`;
        const { hits } = await this.api.get(path, signal ? { signal } : {});
        return hits.map((/** @type {any} */ { id, title, subtitle }) => ({ id, title, hint: subtitle }));
    }

    /**
     * Remember a record by its label, which is returned.
     * @param {Choice} choice
     */
    #keep({ id, title, hint }) {
        const label = [title, hint].filter(Boolean).join(" · ");
        const other = this.#ids.get(label);
        const own = other === undefined || other === id ? label : `${label} (${id})`;
        this.#ids.set(own, Number(id));
        return own;
    }

    /**
     * Fetch the label of the record that is referred to, if the reader may see it.
     * @param {number | null} id
     */
    async know(id) {
        if (id === null || [...this.#ids.values()].includes(id)) return;
        const [found] = await this.#fetch(`&id=${id}`).catch(() => /** @type {Choice[]} */ ([]));
        if (found) this.#keep(found);
    }

    /** The text for a record: its label, or its number if that is not known. @param {number} id */
    label(id) {
        const known = [...this.#ids].find(([, one]) => one === id);
        if (!known) this.#ids.set(String(id), id);
        return known?.[0] ?? String(id);
    }

    /** The record whose label this is, if there is one. @param {string} text */
    record(text) {
        return this.#ids.get(text);
    }

    /**
     * Understand a text that was typed and not chosen: the only record with exactly this title.
     * @param {string} text
     * @returns {Promise<string>} its label, else the text itself
     */
    async resolve(text) {
        if (!text || this.#ids.has(text)) return text;
        const same = (await this.#fetch(`&q=${encodeURIComponent(text.slice(0, 200))}`).catch(() => [])).filter(({ id, title }) => isSame(title, text) || String(id) === text);
        return same.length === 1 && same[0] ? this.#keep(same[0]) : text;
    }
}

/** @param {string} one @param {string} other */
const isSame = (one, other) => one.localeCompare(other, undefined, { sensitivity: "base" }) === 0;
