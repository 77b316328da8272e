/** Resolves a conflict of two edits of the same record: the second editor decides field by field. */

import { t } from "../shared/catalogue.js";
import { day, instant, quantity } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { areaOf } from "../map/outline.js";
import { isReady } from "../map/plane.js";
import { shownValue } from "./table.js";

/**
 * The record's form; it has an outline if that can be edited.
 * @typedef {Pick<import("./form.js").Form, "names" | "properties" | "render"> & Partial<Pick<import("./form.js").Form, "outline" | "references">>} Shown
 */
/**
 * @typedef {object} Difference
 * @property {string} name
 * @property {any} before
 * @property {any} theirs
 * @property {any} mine
 * @property {boolean} isMutual whether both have changed it, to different values
 */

export class Conflict {
    /** The choice for each field that has been decided. @type {Map<string, "mine" | "theirs">} */
    #decided = new Map();
    #isIncomplete = false;

    /**
     * @param {Shown} form
     * @param {Record<string, any>} change who changed the record, and when
     * @param {Record<string, any>} before
     * @param {Record<string, any>} theirs
     * @param {Record<string, any>} mine the values to write
     * @param {{label?: string, take: (chosen: Record<string, any>) => void, leave: () => void}} on what the choice leads to
     */
    constructor(form, change, before, theirs, mine, on) {
        this.form = form;
        this.change = change;
        this.mine = mine;
        this.on = on;
        this.differences = differences(form.outline ? [...form.names, "geometry"] : form.names, before, theirs, mine);
        for (const one of this.differences) {
            if (!one.isMutual) this.#decided.set(one.name, same(one.mine, one.before) ? "theirs" : "mine");
        }
    }

    #submit() {
        this.#isIncomplete = this.differences.some(({ name }) => !this.#decided.has(name));
        if (this.#isIncomplete) return this.form.render();
        const chosen = Object.entries(this.mine).filter(([name]) => this.#decided.get(name) === "mine");
        this.on.take(Object.fromEntries(chosen));
    }

    /**
     * @param {string} name
     * @param {"mine" | "theirs"} whose
     */
    #decide(name, whose) {
        this.#decided.set(name, whose);
        this.form.render();
    }

    view() {
        const by = String(this.change["changed_by"] ?? "");
        const submit = (/** @type {Event} */ event) => {
            event.preventDefault();
            this.#submit();
        };
        return html`<form class="conflict" @submit=${submit}>
            <h3 tabindex="-1">${t("conflict.title")}</h3>
            <p>${t("conflict.text", { by, at: instant(this.change["changed_at"]) })}</p>
            ${this.differences.map((one) => this.#row(one, by))}
            <p class="error" role="alert">${this.#isIncomplete ? t("conflict.undecided") : nothing}</p>
            <div class="buttons foot">
                <button type="submit" class="primary">${this.on.label ?? t("conflict.save")}</button>
                <button type="button" @click=${() => this.on.leave()}>${t("conflict.leave")}</button>
            </div>
        </form>`;
    }

    /**
     * @param {Difference} one
     * @param {string} by
     */
    #row({ name, before, theirs, mine, isMutual }, by) {
        const property = this.form.properties.get(name);
        const words = (/** @type {any} */ value) => {
            if (name === "geometry") return isReady() ? quantity(areaOf(value), "m²") : t("measure.loading");
            const reference = this.form.references?.get(name);
            if (reference && (value ?? null) !== null) return reference.label(value);
            return property?.format === "date" ? day(value) : shownValue(property, value);
        };
        const choice = (/** @type {"mine" | "theirs"} */ whose, /** @type {string} */ label, /** @type {any} */ value) =>
            html`<label class="check">
                <input type="radio" name="conflict-${name}" .checked=${live(this.#decided.get(name) === whose)} @change=${() => this.#decide(name, whose)} />
                <span><span class="whose">${label}</span> <strong>${words(value)}</strong></span>
            </label>`;
        return html`<fieldset class=${isMutual ? "mutual" : ""}>
            <legend>${name === "geometry" ? t("outline.title") : (property?.title ?? name)}</legend>
            <p class="hint">${t("conflict.before")} ${words(before)}</p>
            ${choice("theirs", t("conflict.theirs", { by }), theirs)} ${choice("mine", t("conflict.mine"), mine)}
        </fieldset>`;
    }
}

/**
 * The fields whose stored value differs from the one to write.
 * @param {string[]} names
 * @param {Record<string, any>} before
 * @param {Record<string, any>} theirs
 * @param {Record<string, any>} given the values to write
 * @returns {Difference[]}
 */
export function differences(names, before, theirs, given) {
    return names
        .map((name) => ({ name, before: before[name], theirs: theirs[name], mine: name in given ? given[name] : before[name] }))
        .filter(({ theirs: one, mine: other }) => !same(one, other))
        .map((one) => ({ ...one, isMutual: !same(one.before, one.theirs) && !same(one.before, one.mine) }));
}

/** A record's properties and its geometry. @param {{feature: any}} record */
export const membersOf = ({ feature }) => ({ ...feature.properties, geometry: feature.geometry });

/**
 * @param {any} one
 * @param {any} other
 */
const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
