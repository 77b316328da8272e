/** A form beside the map: a record made, or changed, by what the layer's schema says of it. */

import { Problem } from "./api.js";
import { t } from "./catalogue.js";
import { Conflict } from "./conflict.js";
import { Cut } from "./cut.js";
import { meant, shown, unreadable } from "./fields.js";
import { view } from "./form_view.js";
import { nothing, render } from "./lib/lit.js";
import { called } from "./records.js";
import { fetchChoices, isListed } from "./references.js";
import { schema } from "./schema.js";
import { Sketch } from "./sketch.js";
import { done, fetchRecord, versionOf } from "./writing.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./deeds.js").Deed} Deed */
/** @typedef {import("./plots.js").Plot} Plot */

/** The form that is open; there is one at a time. @type {Form | null} */
let current = null;

/**
 * Open a form, in the place of any other.
 * @param {App} app
 * @param {Deed} deed
 * @param {Plot | null} plot that it is about; where it changes a record of another layer, that record
 */
export async function open(app, deed, plot) {
    current?.close();
    const form = new Form(app, deed, plot);
    current = form;
    try {
        await form.open();
    } catch (error) {
        form.close();
        app.notices.fail(error);
    }
}

export class Form {
    /** @type {Map<string, import("./schema.js").Property>} */
    properties = new Map();
    /** @type {Map<string, string>} */
    values = new Map();
    #began = new Map(this.values);
    /** @type {Map<string, string>} */
    errors = new Map();
    /** @type {Map<string, import("./references.js").Choices>} */
    choices = new Map();
    said = ""; // what is wrong with no field in particular
    isBusy = false;
    /** @type {Cut | null} */
    cut = null;
    /** @type {Sketch | null} */
    place = null;
    /** @type {Conflict | null} */
    conflict = null;
    /** The record as it was when the form was opened, and its tag. @type {{feature: any, tag: string} | null} */
    #record = null;
    #opener = document.activeElement;

    /**
     * @param {App} app
     * @param {Deed} deed
     * @param {Plot | null} plot
     */
    constructor(app, deed, plot) {
        this.app = app;
        this.deed = deed;
        this.plot = plot;
        this.root = app.places.form;
    }

    get names() {
        return Object.values(this.deed.groups).flat().filter((name) => this.properties.has(name));
    }

    get #path() {
        return `/api/collections/${this.deed.layer}/items`;
    }

    /** What the plot or the record is called. */
    get name() {
        return this.plot ? String(called(this.plot)) : "";
    }

    async open() {
        const { api } = this.app;
        const [properties, record] = await Promise.all([
            schema(api, this.deed.layer),
            this.deed.isEdit ? fetchRecord(api, `${this.#path}/${this.plot?.id}`) : null,
        ]);
        this.properties = properties;
        this.#record = record;
        /** @type {Record<string, any>} */
        const begun = record ? record.feature.properties : (this.deed.values?.(this.plot, this.app.state) ?? {});
        await Promise.all(this.names.map((name) => this.#fetchChoices(name, begun[name] ?? null)));
        for (const name of this.names) this.values.set(name, this.#shown(name, begun[name]));
        this.#began = new Map(this.values);
        if (this.deed.place) {
            this.place = new Sketch(this.app, { most: 1, hint: t("form.place_hint"), changed: () => this.render() });
            this.place.begin();
            if (this.deed.at) this.place.set([this.deed.at]);
        }
        document.body.classList.add("has-form");
        this.render();
        /** @type {HTMLElement | null} */ (this.root.querySelector("h2"))?.focus();
        this.app.map.map.resize();
    }

    close() {
        this.cut?.end();
        this.place?.end();
        current = null;
        render(nothing, this.root);
        document.body.classList.remove("has-form");
        this.app.map.map?.resize();
        if (this.#opener instanceof HTMLElement && this.#opener.isConnected) this.#opener.focus();
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
     * @param {string} name
     * @param {any} value
     */
    #shown(name, value) {
        return shown(this.property(name), value, this.choices.get(name));
    }

    /** @param {string} name */
    property(name) {
        return /** @type {import("./schema.js").Property} */ (this.properties.get(name));
    }

    /** What the fields mean; what cannot be meant is noted as an error. */
    #read() {
        /** @type {Record<string, any>} */
        const found = {};
        for (const name of this.names) {
            const text = this.values.get(name) ?? "";
            if (this.#record && text === this.#began.get(name)) continue;
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

    #geometry() {
        const [place] = this.place?.points ?? [];
        if (place) return { type: "Point", coordinates: place };
        return this.cut?.part?.geometry ?? null;
    }

    async submit() {
        if (this.isBusy) return;
        this.errors.clear();
        this.said = "";
        const properties = this.#read();
        const geometry = this.#geometry();
        if (!geometry && (this.cut || this.deed.place === "required")) {
            this.errors.set("geometry", t(this.cut ? "cut.none" : "form.no_place"));
        }
        if (this.errors.size) return this.#refused();
        if (this.#record && !Object.keys(properties).length) return this.close();
        this.isBusy = true;
        this.render();
        try {
            await (this.#record ? this.#change(properties, this.#record.tag) : this.#create(properties, geometry));
        } catch (error) {
            await this.#failed(error, properties);
        }
        this.isBusy = false;
        if (current === this) this.#refused();
    }

    /**
     * @param {Record<string, any>} given
     * @param {any} geometry
     */
    async #create(given, geometry) {
        const properties = { ...given, ...this.deed.fixed?.(this.plot) };
        const response = await this.app.api.send("POST", this.#path, { type: "Feature", geometry, properties });
        const id = Number(response.headers.get("Location")?.split("/").at(-1));
        await this.#done(id, response.headers.get("ETag"));
    }

    /**
     * @param {Record<string, any>} properties
     * @param {string} tag
     */
    async #change(properties, tag) {
        const id = Number(this.plot?.id);
        const headers = { "Content-Type": "application/merge-patch+json", "If-Match": tag };
        const response = await this.app.api.send("PATCH", `${this.#path}/${id}`, { properties }, headers);
        await this.#done(id, response.headers.get("ETag"));
    }

    /**
     * @param {number} id
     * @param {string | null} tag
     */
    async #done(id, tag) {
        const text = t(`deed.${this.deed.id}.done`, { name: this.name });
        const isOfOther = this.deed.isEdit && this.deed.layer !== "plots";
        this.close();
        await done(this.app, text, { layer: this.deed.layer, id, version: versionOf(tag) }, isOfOther ? null : (this.plot?.id ?? null));
    }

    /**
     * @param {unknown} error
     * @param {Record<string, any>} mine what was to be written
     */
    async #failed(error, mine) {
        if (!(error instanceof Problem)) throw error;
        if (error.status === 412 && this.#record) {
            const record = await fetchRecord(this.app.api, `${this.#path}/${this.plot?.id}`);
            this.conflict = new Conflict(this, error.document, this.#record.feature.properties, record.feature.properties, mine, {
                take: (chosen) => this.#take(record, chosen),
                leave: () => this.close(),
            });
            return;
        }
        for (const { pointer = "", detail } of error.errors) {
            const name = pointer === "/geometry" ? "geometry" : pointer.replace("/properties/", "");
            if (this.names.includes(name) || (name === "geometry" && (this.cut || this.place))) this.errors.set(name, detail);
            else this.said = detail;
        }
        if (!this.errors.size) this.said ||= error.message;
    }

    /**
     * Go on from what somebody else has made of the record.
     * @param {{feature: any, tag: string}} record
     * @param {Record<string, any>} chosen what of mine is to hold
     */
    #take(record, chosen) {
        this.conflict = null;
        this.#record = record;
        for (const name of this.names) {
            const theirs = this.#shown(name, record.feature.properties[name]);
            this.#began.set(name, theirs);
            this.values.set(name, name in chosen ? this.#shown(name, chosen[name]) : theirs);
        }
        void this.submit();
    }

    /** Show what is wrong, and lead to the first of it. */
    #refused() {
        this.render();
        const wrong = this.root.querySelector('[aria-invalid="true"], .conflict h3, .said, #geometry-error:not(:empty)');
        if (wrong instanceof HTMLElement) wrong.focus();
    }

    /** @param {boolean} isPart */
    setPart(isPart) {
        this.cut?.end();
        this.cut = isPart && this.plot ? new Cut(this.app, this.plot.id, () => this.#measured()) : null;
        this.cut?.begin();
        this.values.set("area_m2", isPart ? "" : (this.#began.get("area_m2") ?? ""));
        this.errors.delete("geometry");
        this.render();
    }

    #measured() {
        const area = this.cut?.part?.properties.area_m2;
        this.values.set("area_m2", area ? String(Math.round(area)) : "");
        this.errors.delete("area_m2");
        this.errors.delete("geometry");
        this.render();
    }

    render() {
        if (current === this) render(view(this), this.root);
    }

    /**
     * @param {string} name
     * @param {string} value
     */
    set(name, value) {
        this.values.set(name, value);
        if (this.errors.delete(name)) this.render();
    }
}
