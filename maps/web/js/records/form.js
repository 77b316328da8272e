/** A form beside the map that creates or edits a record, by the layer's schema. */

import { Problem } from "../shared/api.js";
import { confirmAction, confirmDiscard } from "../shared/confirm_dialog.js";
import { t } from "../shared/catalogue.js";
import { Conflict } from "./conflict.js";
import { areMeant } from "./doubts.js";
import { Cut } from "../land/cut.js";
import { nameOf } from "./edit_actions.js";
import { Entries } from "./form_entries.js";
import { view } from "./form_view.js";
import { nothing, render } from "../lib/lit.js";
import { Outline } from "../map/outline.js";
import { pickersOf } from "../map/record_picker.js";
import { randomKey } from "../shared/random_key.js";
import { recordName } from "./record_section.js";
import { Sketch } from "../map/sketch.js";
import { announceChange, fetchRecord, ownDeletion, versionOf } from "./changes.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./edit_actions.js").EditAction} EditAction */
/** @typedef {import("../land/plots.js").Plot} Plot */

export class Form extends Entries {
    message = ""; // an error that concerns no particular field
    isBusy = false;
    isClosed = false;
    #isAsking = false;
    /** @type {Cut | null} */
    cut = null;
    /** @type {Sketch | null} */
    place = null;
    /** @type {Outline | null} */
    outline = null;
    /** The pickers of fields that can be filled on the map. @type {Map<string, import("../map/record_picker.js").RecordPicker>} */
    pickers = new Map();
    /** @type {Conflict | null} */
    conflict = null;
    /** The record as it was when the form was opened, with its entity tag. @type {{feature: any, tag: string} | null} */
    #record = null;
    #opener = document.activeElement;
    #key = randomKey(); // the same for every attempt to save, so that none creates a second record

    /**
     * @param {App} app
     * @param {EditAction} action
     * @param {Plot | null} plot
     */
    constructor(app, action, plot) {
        super(app, action);
        this.plot = plot;
    }

    get #path() {
        return `/api/collections/${this.action.layer}/items`;
    }

    /** The name of the plot or the record. */
    get name() {
        return this.plot ? String(recordName(this.plot)) : "";
    }

    async open() {
        const { api } = this.app;
        const [, record] = await Promise.all([
            this.describe(),
            this.action.isEdit ? fetchRecord(api, `${this.#path}/${this.plot?.id}`) : null,
        ]);
        this.#record = record;
        await this.fill(record ? record.feature.properties : (this.action.values?.(this.plot, this.app.state) ?? {}));
        if (this.isClosed) return;
        if (this.action.place) {
            this.place = new Sketch(this.app, { most: 1, hint: t("form.place_hint"), changed: () => this.render() });
            this.place.begin();
            if (this.action.at) this.place.set([this.action.at]);
        }
        if (this.action.outline && record) this.outline = new Outline(this.app, record.feature.geometry, () => this.#drawn());
        this.pickers = pickersOf(this);
        document.body.classList.add("has-form");
        this.render();
        /** @type {HTMLElement | null} */ (this.root.querySelector("h2"))?.focus();
        this.app.map.map.resize();
    }

    /** Whether there are unsaved changes. */
    get isChanged() {
        const [place] = this.place?.points ?? [];
        return this.areChanged || String(place) !== String(this.action.at) || Boolean(this.cut ?? this.outline?.isChanged);
    }

    /**
     * Close the form; ask before discarding unsaved changes.
     * @param {{back?: boolean}} [options] whether to return the focus to the element that opened it
     * @returns {Promise<boolean>} whether it was closed
     */
    async leave({ back = true } = {}) {
        if (this.isChanged) {
            if (this.#isAsking) return false;
            this.#isAsking = true;
            const isLost = await confirmDiscard(this.app, [nameOf(this.action), this.name].filter(Boolean).join(": "));
            this.#isAsking = false;
            if (!isLost) return false;
        }
        this.close({ back });
        return true;
    }

    /** @param {{back?: boolean}} [options] whether to return the focus to the element that opened it */
    close({ back = true } = {}) {
        if (this.isClosed) return;
        this.isClosed = true;
        this.cut?.end();
        this.place?.end();
        this.outline?.end();
        for (const picker of this.pickers.values()) picker.close();
        render(nothing, this.root);
        document.body.classList.remove("has-form");
        this.app.map.map?.resize();
        if (back && this.#opener instanceof HTMLElement && this.#opener.isConnected) this.#opener.focus();
    }

    #geometry() {
        if (this.outline) return this.outline.isChanged ? this.outline.geometry : null;
        const [place] = this.place?.points ?? [];
        if (place) return { type: "Point", coordinates: place };
        return this.cut?.part?.geometry ?? null;
    }

    async submit() {
        if (this.isBusy) return;
        this.errors.clear();
        this.meant.clear();
        this.message = "";
        const properties = this.read(Boolean(this.#record));
        const geometry = this.#geometry();
        if (!geometry && (this.cut || this.action.place === "required")) {
            this.errors.set("geometry", t(this.cut ? "cut.none" : "form.no_place"));
        }
        if (this.outline?.isChanged && this.outline.fault) this.errors.set("geometry", this.outline.fault);
        if (this.errors.size) return this.#refused();
        if (this.#record && !Object.keys(properties).length && !geometry) return this.close();
        if (!(await areMeant(this))) return;
        this.isBusy = true;
        this.render();
        try {
            await (this.#record ? this.#change(properties, geometry, this.#record.tag) : this.#create(properties, geometry));
        } catch (error) {
            await this.#failed(error, geometry && this.outline ? { ...properties, geometry } : properties);
        }
        this.isBusy = false;
        this.#refused();
    }

    /**
     * @param {Record<string, any>} given
     * @param {any} geometry
     */
    async #create(given, geometry) {
        const properties = { ...given, ...this.action.fixed?.(this.plot) };
        const feature = { type: "Feature", geometry, properties };
        const response = await this.app.api.send("POST", this.#path, feature, { "Idempotency-Key": this.#key });
        const id = Number(response.headers.get("Location")?.split("/").at(-1));
        await this.#done(id, response.headers.get("ETag"));
    }

    /**
     * @param {Record<string, any>} properties
     * @param {any} geometry
     * @param {string} tag
     */
    async #change(properties, geometry, tag) {
        const id = Number(this.plot?.id);
        const headers = { "Content-Type": "application/merge-patch+json", "If-Match": tag };
        const response = await this.app.api.send("PATCH", `${this.#path}/${id}`, { properties, ...(geometry && { geometry }) }, headers);
        await this.#done(id, response.headers.get("ETag"));
    }

    /** Delete the record after confirmation. */
    async remove() {
        const name = this.name;
        const isMeant = await confirmAction(this.app, { title: t("delete.title"), text: t("delete.text", { name }), yes: t("delete.yes"), no: t("delete.no") });
        if (!isMeant || !this.#record || !this.plot) return;
        const { layer } = this.action;
        const { id } = this.plot;
        try {
            await this.app.api.send("DELETE", `${this.#path}/${id}`, undefined, { "If-Match": this.#record.tag });
        } catch (error) {
            this.message = error instanceof Error ? error.message : String(error);
            return this.#refused();
        }
        this.close();
        this.app.select("");
        await announceChange(this.app, t("delete.done", { name }), { layer, id, version: await ownDeletion(this.app.api, layer, id) }, null);
    }

    /**
     * @param {number} id
     * @param {string | null} tag
     */
    async #done(id, tag) {
        const text = t(`deed.${this.action.id}.done`, { name: this.name });
        const isOfOther = this.action.isEdit && this.action.layer !== "plots";
        this.close();
        await announceChange(this.app, text, { layer: this.action.layer, id, version: versionOf(tag) }, isOfOther ? null : (this.plot?.id ?? null));
    }

    /**
     * @param {unknown} error
     * @param {Record<string, any>} mine the values to write
     */
    async #failed(error, mine) {
        if (!(error instanceof Problem)) throw error;
        if (error.status === 412 && this.#record) {
            const record = await fetchRecord(this.app.api, `${this.#path}/${this.plot?.id}`);
            this.conflict = new Conflict(this, error.document, membersOf(this.#record), membersOf(record), mine, {
                take: (chosen) => this.#take(record, chosen),
                leave: () => void this.leave(),
            });
            return;
        }
        for (const { pointer = "", detail } of error.errors) {
            const name = pointer === "/geometry" ? "geometry" : pointer.replace("/properties/", "");
            if (this.names.includes(name) || (name === "geometry" && (this.cut || this.place || this.outline))) this.errors.set(name, detail);
            else this.message = detail;
        }
        if (!this.errors.size) this.message ||= error.message;
    }

    /**
     * Continue from somebody else's version of the record, and save.
     * @param {{feature: any, tag: string}} record
     * @param {Record<string, any>} chosen my values that override it
     */
    #take(record, chosen) {
        this.conflict = null;
        this.#record = record;
        this.rebase(record.feature.properties, chosen);
        this.outline?.rebase(record.feature.geometry, chosen["geometry"]);
        void this.submit();
    }

    /** Show the errors, and focus the first one. */
    #refused() {
        if (this.isClosed) return;
        this.render();
        const wrong = this.root.querySelector('[aria-invalid="true"], .conflict h3, .said, #geometry-error:not(:empty)');
        if (wrong instanceof HTMLElement) wrong.focus();
    }

    /** @param {boolean} isPart */
    setPart(isPart) {
        this.cut?.end();
        this.cut = isPart && this.plot ? new Cut(this.app, this.plot.id, () => this.#measured()) : null;
        this.cut?.begin();
        this.values.set("area_m2", isPart ? "" : (this.began.get("area_m2") ?? ""));
        this.errors.delete("geometry");
        this.render();
    }

    #drawn() {
        this.errors.delete("geometry");
        this.render();
    }

    #measured() {
        const area = this.cut?.part?.properties.area_m2;
        this.values.set("area_m2", this.fieldText("area_m2", area ? Math.round(area) : null));
        this.accept("area_m2");
        this.#drawn();
    }

    render() {
        if (!this.isClosed) render(view(this), this.root);
    }

    /** @param {string} name @param {string} value */
    set(name, value) {
        this.values.set(name, value);
        this.pickers.get(name)?.typed(value);
        // The outline's area is compared with the area typed in.
        if (this.accept(name) || this.outline) this.render();
    }

    /**
     * Set the value picked on the map, and clear mutually exclusive fields.
     * @param {string} name
     * @param {string} value
     */
    choose(name, value) {
        const { either = [] } = this.action;
        for (const other of either.includes(name) ? either : []) this.values.set(other, "");
        this.values.set(name, value);
        this.accept(name);
        this.render();
    }
}

/** @param {{feature: any}} record */
const membersOf = ({ feature }) => ({ ...feature.properties, geometry: feature.geometry });
