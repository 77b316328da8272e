/** A form beside the map that creates or edits a record, by the layer's schema. */

import { Problem } from "../shared/api.js";
import { confirmDiscard } from "../shared/confirm_dialog.js";
import { t } from "../shared/catalogue.js";
import { Conflict, membersOf } from "./conflict.js";
import { CreatedRecords } from "./created.js";
import { areMeant, missingContent } from "./doubts.js";
import { Cut } from "../land/cut.js";
import { nameOf } from "./edit_actions.js";
import { coverMap } from "../shared/covered_map.js";
import { Entries } from "./form_entries.js";
import { FormNews } from "./form_news.js";
import { view } from "./form_view.js";
import { html, nothing, render } from "../lib/lit.js";
import { Outline } from "../map/outline.js";
import { pickersOf } from "../map/record_picker.js";
import { randomKey } from "../shared/random_key.js";
import { recordName } from "./record_section.js";
import { geometryOf } from "../map/drawn_geometry.js";
import { change, create } from "./saving.js";
import { Sketch } from "../map/sketch.js";
import { announceChange, fetchRecord, versionOf } from "./changes.js";
import { announceDeletion, isDeleted } from "./deletion.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./edit_actions.js").EditAction} EditAction */
/** @typedef {import("../land/plots.js").Plot} Plot */

export class Form extends Entries {
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
    created = new CreatedRecords(this);
    news = new FormNews(this);
    /** @type {Conflict | null} */
    conflict = null;
    /** The record as it was when the form was opened, with its entity tag. @type {{feature: any, tag: string} | null} */
    record = null;
    #opener = document.activeElement;
    #key = randomKey(); // the same for every attempt to save, so that none creates a second record

    /**
     * @param {App} app
     * @param {EditAction} action
     * @param {Plot | null} plot
     */
    constructor(app, action, plot) {
        super(app, action, () => this.render());
        this.root = app.places.form;
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
        const [, record] = await Promise.all([
            this.describe(),
            this.action.isEdit ? fetchRecord(this.app.api, `${this.#path}/${this.plot?.id}`) : null,
        ]);
        this.record = record;
        await this.fill(record ? record.feature.properties : (this.action.values?.(this.plot, this.app.state) ?? {}));
        if (record) this.suggest(this.action.suggested?.(record.feature.properties) ?? {});
        if (this.isClosed) return;
        if (this.action.place) {
            const shape = this.action.shape ?? "point";
            const isPoint = shape === "point";
            this.place = new Sketch(this.app, { most: isPoint ? 1 : Infinity, isRing: shape === "area", hint: t(isPoint ? "form.place_hint" : "form.draw_hint"), changed: () => this.render() });
            this.place.begin();
            if (this.action.at) this.place.set([this.action.at]);
        }
        if (this.action.outline && record) this.outline = new Outline(this.app, record.feature.geometry, () => this.#drawn());
        this.pickers = pickersOf(this);
        coverMap(true);
        this.render();
        /** @type {HTMLElement | null} */ (this.root.querySelector("h2"))?.focus();
        this.app.map.map.resize();
    }

    /** Whether there are unsaved changes. */
    get isChanged() {
        const place = this.place?.points[0];
        return this.areChanged || String(place) !== String(this.action.at) || Boolean(this.cut ?? this.outline?.isChanged) || this.created.areAny;
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
        coverMap(false);
        this.app.map.map?.resize();
        if (back && this.#opener instanceof HTMLElement && this.#opener.isConnected) this.#opener.focus();
    }

    #geometry() {
        if (this.outline) return this.outline.isChanged ? this.outline.geometry : null;
        return (this.place && geometryOf(this.action.shape ?? "point", this.place.points)) ?? this.cut?.part?.geometry ?? null;
    }

    async submit() {
        if (this.isBusy) return;
        this.isBusy = true;
        try {
            await this.#submit();
        } finally {
            this.isBusy = false;
        }
        this.#refused();
    }

    async #submit() {
        await this.resolve();
        this.clear();
        const properties = this.read(Boolean(this.record));
        const geometry = this.#geometry();
        if (!geometry && (this.cut || this.action.place === "required" || this.place?.points.length)) {
            this.errors.set("geometry", t(this.cut ? "cut.none" : this.place?.points.length ? "form.too_few_points" : "form.no_place"));
        }
        if (this.outline?.isChanged && this.outline.fault) this.errors.set("geometry", this.outline.fault);
        if (!this.record) this.complain(missingContent(this, geometry));
        if (!this.created.areComplete() || this.errors.size || this.message) return;
        if (this.record && !Object.keys(properties).length && !geometry && !this.created.areAny) return this.close();
        if (!(await areMeant(this))) return;
        this.render();
        try {
            Object.assign(properties, await this.created.save());
            const { api } = this.app;
            const saved = this.record
                ? await change(api, `${this.#path}/${this.plot?.id}`, properties, geometry, this.record.tag)
                : await create(api, this.#path, { ...properties, ...this.action.fixed?.(this.plot) }, geometry, this.#key);
            await this.#done(saved.id ?? Number(this.plot?.id), saved.tag);
        } catch (error) {
            await this.#failed(error, geometry && this.outline ? { ...properties, geometry } : properties);
        }
    }

    /** Delete the record after confirmation. */
    async remove() {
        const { app, name, plot } = this;
        if (!this.record || !plot) return;
        try {
            if (!(await isDeleted(app, name, this.action.layer, plot.id, this.record.tag))) return;
        } catch (error) {
            this.complain(error instanceof Error ? error.message : String(error));
            return this.#refused();
        }
        this.close();
        await announceDeletion(app, name, this.action.layer, plot.id, this.action.about ?? null);
    }

    /** @param {number} id @param {string | null} tag */
    async #done(id, tag) {
        const text = t(`deed.${this.action.id}.done`, { name: this.name });
        const plot = this.action.about !== undefined || (this.action.isEdit && this.action.layer !== "plots") ? this.action.about : this.plot?.id;
        this.close();
        const next = this.action.next?.(this.app, id);
        await announceChange(this.app, text, { layer: this.action.layer, id, version: versionOf(tag) }, plot ?? null, next);
    }

    /**
     * @param {unknown} error
     * @param {Record<string, any>} mine the values to write
     */
    async #failed(error, mine) {
        if (this.created.areAny) return;
        if (error instanceof Problem && error.status === 412 && this.record) {
            const record = await fetchRecord(this.app.api, `${this.#path}/${this.plot?.id}`);
            await Promise.all([this.know(record.feature.properties), this.know(mine)]);
            this.conflict = new Conflict(this, error.document, membersOf(this.record), membersOf(record), mine, {
                take: (chosen) => void this.adopt(record, chosen).then(() => this.submit()),
                leave: () => void this.leave(),
            });
            return;
        }
        this.refuse(error);
    }

    /** @param {string} name */
    hasField(name) {
        return super.hasField(name) || (name === "geometry" && Boolean(this.cut || this.place || this.outline));
    }

    /** @param {string} name @param {string} collection */
    creating(name, collection) {
        return this.created.begins(name, collection);
    }

    /** @param {string} name */
    beneath(name) {
        return html`${this.pickers.get(name)?.view() ?? nothing} ${this.created.view(name)}`;
    }

    /**
     * Continue from somebody else's version of the record.
     * @param {{feature: any, tag: string}} record
     * @param {Record<string, any>} chosen my values that override it
     */
    async adopt(record, chosen) {
        this.conflict = null;
        this.record = record;
        await this.rebase(record.feature.properties, chosen);
        this.outline?.rebase(record.feature.geometry, chosen["geometry"]);
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
        const had = this.errors.has(name);
        super.set(name, value);
        if (value) this.created.drop(name);
        this.pickers.get(name)?.chosen(this.references.get(name)?.record(value) ?? null);
        // The outline's area is compared with the area typed in.
        if (had || this.outline) this.render();
    }

    /**
     * Set the record picked on the map, and clear mutually exclusive fields.
     * @param {string} name
     * @param {number} id
     */
    async choose(name, id) {
        const { either = [] } = this.action;
        await this.references.get(name)?.know(id);
        for (const other of either.includes(name) ? either : []) this.values.set(other, "");
        super.set(name, this.fieldText(name, id));
        this.render();
    }
}
