/** The form of a cell that is being edited: its record, the text entered, and saving it. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { Conflict } from "../records/conflict.js";
import { randomKey } from "../shared/random_key.js";
import { localized } from "./report_words.js";
import { editableNumber, readNumber, Unreadable } from "../shared/typed.js";
import { fetchRecord, versionOf } from "../records/changes.js";

/** @typedef {import("./report.js").ReportPage} ReportPage */
/** @typedef {import("./report_editing.js").Place} Place */
/** @typedef {{feature: any, tag: string}} Kept */

/** The name of the only field in a conflict. */
const ENTRY = "entry";

export class CellForm {
    text = "";
    /** Whether an actual is a text instead of a number. */
    isText = false;
    error = "";
    /** The readings of a text that has two. @type {string[]} */
    meant = [];
    #chosen = "";
    isBusy = true;
    /** The record as it was when the cell was opened, or null if there was none. @type {Kept | null} */
    record = null;
    /** The same for every attempt to save, so that none creates a second record. */
    #key = randomKey();
    /** The versions of the record, the latest first. @type {any[]} */
    versions = [];
    /** @type {Conflict | null} */
    conflict = null;

    /**
     * @param {ReportPage} page
     * @param {Place} place
     */
    constructor(page, place) {
        this.page = page;
        this.place = place;
    }

    get line() {
        return this.place.line;
    }

    /** The field's name. */
    get name() {
        return `${this.place.label ? localized(this.place.label) : t("report.remark")}: ${localized(this.line.label)}`;
    }

    get #items() {
        return `/api/collections/${this.place.layer}/items`;
    }

    async open() {
        this.page.update();
        try {
            this.record = await this.#find();
            this.#begin();
            this.isBusy = false;
            this.render();
            document.getElementById(this.place.isOpen ? "cell-field" : "cell-close")?.focus();
            this.versions = await this.#history(this.record);
            this.render();
        } catch (error) {
            this.page.editing.close();
            this.page.notices.fail(error);
        }
    }

    /** The API path of the record. */
    get #path() {
        return `${this.#items}/${this.record?.feature.id}`;
    }

    /** @returns {Promise<Kept | null>} */
    async #find() {
        const query = new URLSearchParams(Object.entries(this.place.found).map(([name, value]) => [name, String(value)]));
        // Those of parts have the same indicators and periods.
        if (this.place.layer === "targets" && !query.has("part")) query.set("filter", "part IS NULL");
        const { features } = await this.page.api.get(`${this.#items}?${query}&limit=1`);
        return features[0] ? fetchRecord(this.page.api, `${this.#items}/${features[0].id}`) : null;
    }

    /**
     * The versions of a record, the latest first.
     * @param {Kept | null} record
     */
    async #history(record) {
        if (!record) return [];
        const { api } = this.page;
        return (await api.get(`${this.#items}/${record.feature.id}/history?limit=20&lang=${api.language}`)).versions;
    }

    #begin() {
        this.isText = this.place.kind === "remark" || (this.place.kind === "actual" && isText(this.record, this.line.unit === null));
        this.text = storedText(this.record, this.place.kind);
    }

    /** The properties to write, or null to remove the value. Throws an Error if the text is not valid. */
    #parsed() {
        const text = this.text.trim();
        if (!text) return null;
        if (this.place.kind === "remark") return { text };
        if (this.place.kind === "actual" && this.isText) return { text, value: null };
        const value = readNumber(text, { unit: localized(this.line.unit), isMeant: text === this.#chosen });
        return this.place.kind === "actual" ? { value, text: null } : { value };
    }

    async submit() {
        if (this.isBusy || !this.place.isOpen) return;
        this.error = "";
        try {
            if (this.text === storedText(this.record, this.place.kind)) return this.page.editing.close();
            const given = this.#parsed();
            this.isBusy = true;
            this.render();
            const tag = await this.#write(given);
            await this.#written(tag);
        } catch (error) {
            this.isBusy = false;
            await this.#failed(error);
        }
    }

    /**
     * @param {Record<string, any> | null} given
     * @returns {Promise<string | null>} the new tag
     */
    async #write(given) {
        const { api } = this.page;
        if (!this.record) {
            if (!given) return null;
            const feature = { type: "Feature", geometry: null, properties: { ...this.place.found, ...given } };
            const response = await api.send("POST", this.#items, feature, { "Idempotency-Key": this.#key });
            this.record = { feature: { id: response.headers.get("Location")?.split("/").at(-1) }, tag: "" };
            return response.headers.get("ETag");
        }
        const condition = { "If-Match": this.record.tag };
        if (!given) {
            await api.send("DELETE", this.#path, undefined, condition);
            return null;
        }
        const headers = { "Content-Type": "application/merge-patch+json", ...condition };
        return (await api.send("PATCH", this.#path, { properties: given }, headers)).headers.get("ETag");
    }

    /**
     * Show the saved value, and offer to undo it.
     * @param {string | null} tag
     */
    async #written(tag) {
        const { layer } = this.place;
        const id = Number(this.record?.feature.id);
        const { api, notices } = this.page;
        const undo = async () => {
            try {
                await api.send("POST", "/api/changes/own/undo", { layer, id, version: versionOf(tag) });
                await this.page.reload();
                notices.show({ text: t("undo.done") });
            } catch (error) {
                notices.fail(error);
            }
        };
        await this.page.reload();
        this.page.editing.close();
        const text = t("report.saved", { name: this.name });
        notices.show({ text, actions: tag ? [{ label: t("undo.undo"), run: () => void undo() }] : [] });
    }

    /** @param {unknown} error */
    async #failed(error) {
        if (error instanceof Unreadable) this.meant = error.meant;
        if (!(error instanceof Problem)) this.error = error instanceof Error ? error.message : String(error);
        else if (await this.#isOvertaken(error)) return this.render();
        else this.error = error.errors[0]?.detail ?? error.message;
        this.render();
        document.getElementById("cell-field")?.focus();
    }

    /**
     * Whether somebody else has changed, removed or created the record meanwhile; if so, open a conflict to resolve.
     * @param {Problem} problem
     */
    async #isOvertaken({ status, document: problem }) {
        if (![404, 409, 412, 422].includes(status)) return false;
        const before = this.record;
        const now = await this.#find();
        if (now?.tag === before?.tag && now?.feature.id === before?.feature.id) return false;
        const { kind } = this.place;
        // For a deleted record only the former one's history is available.
        const [last] = await this.#history(now ?? before);
        const by = { changed_by: last?.by, changed_at: last?.at, ...problem };
        const form = { names: [ENTRY], properties: new Map([[ENTRY, entry(this.name)]]), render: () => this.render() };
        const take = (/** @type {Record<string, any>} */ chosen) => {
            this.conflict = null;
            this.record = now;
            if (ENTRY in chosen) return void this.submit();
            void this.page.reload().then(() => this.page.editing.close());
        };
        const leave = () => void this.page.reload().then(() => this.page.editing.close());
        this.conflict = new Conflict(form, by, { [ENTRY]: storedText(before, kind) }, { [ENTRY]: storedText(now, kind) }, { [ENTRY]: this.text }, { take, leave });
        return true;
    }

    /** @param {string} text */
    set(text) {
        this.text = text;
        if (!this.error) return;
        this.error = "";
        this.meant = [];
        this.render();
    }

    /** @param {string} text the reading that was chosen */
    take(text) {
        this.#chosen = text;
        this.set(text);
        document.getElementById("cell-field")?.focus();
    }

    /** @param {boolean} isText */
    setText(isText) {
        this.isText = isText;
        this.error = "";
        this.render();
        document.getElementById("cell-field")?.focus();
    }

    render() {
        if (this.page.editing.form !== this) return;
        this.page.update();
        if (this.conflict) /** @type {HTMLElement | null} */ (document.querySelector(".conflict h3"))?.focus();
    }
}

/**
 * A record's value as editable text.
 * @param {Kept | null} record
 * @param {Place["kind"]} kind
 */
function storedText(record, kind) {
    const { value = null, text = null } = record?.feature.properties ?? {};
    return kind === "remark" ? (text ?? "") : (text ?? editableNumber(value));
}

/**
 * Whether an actual is a text; `otherwise` applies if there is no record yet.
 * @param {Kept | null} record
 * @param {boolean} otherwise
 */
const isText = (record, otherwise) => (record ? record.feature.properties.text !== null : otherwise);

/**
 * The schema property for the conflict's field.
 * @param {string} title
 * @returns {import("../shared/schema.js").Property}
 */
const entry = (title) => ({ title, unit: "", codes: null, readOnly: false, isRequired: false, document: {} });
