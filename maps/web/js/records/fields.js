/** Form fields derived from a collection's schema: label, unit, codes, hint, required. */

import { t } from "../shared/catalogue.js";
import { html, ifDefined, live, nothing } from "../lib/lit.js";

/** @typedef {import("../shared/schema.js").Property} Property */
/**
 * @typedef {object} Field
 * @property {string} name
 * @property {Property} property
 * @property {string} value the text in the field
 * @property {string} error
 * @property {boolean} isRequired
 * @property {import("./references.js").Choices | null} choices
 * @property {(value: string) => void} set
 * @property {unknown} beneath content shown below the control
 */

const LONG = new Set(["description", "note"]);

/** The id of a field's control, such as `field-price_eur`. @param {string} name */
export const idOf = (name) => `field-${name}`;

/** @param {Field} field */
export function entry(field) {
    const { name, property, error, isRequired } = field;
    const id = idOf(name);
    return html`<div class="field ${error ? "wrong" : ""}">
        <label for=${id}>
            ${property.title}${isRequired ? html`<span class="required" title=${t("form.required")} aria-hidden="true"> *</span>` : nothing}
            ${property.unit ? html`<span class="unit">${property.unit}</span>` : nothing}
        </label>
        ${control(field, id)} ${field.beneath}
        ${property.description ? html`<p class="hint" id="${id}-hint">${property.description}</p>` : nothing}
        <p class="error" id="${id}-error">${error || nothing}</p>
    </div>`;
}

/**
 * @param {Field} field
 * @param {string} id
 */
function control(field, id) {
    const { name, property, value, error, isRequired, choices, set } = field;
    const described = `${property.description ? `${id}-hint ` : ""}${id}-error`;
    const invalid = error ? "true" : "false";
    const required = isRequired ? "true" : "false";
    const changed = (/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).value);
    const options = property.codes ?? (property.type === "boolean" ? new Map([["1", t("yes")], ["0", t("no")]]) : null);
    if (options) {
        return html`<select id=${id} aria-invalid=${invalid} aria-required=${required} aria-describedby=${described} @change=${changed}>
            <option value="" ?selected=${value === ""}>${t("form.choose")}</option>
            ${[...options].map(([code, title]) => html`<option value=${code} ?selected=${value === code}>${title}</option>`)}
        </select>`;
    }
    if (LONG.has(name)) {
        return html`<textarea id=${id} rows="3" aria-invalid=${invalid} aria-required=${required} aria-describedby=${described} .value=${live(value)} @input=${changed}></textarea>`;
    }
    const isNumber = !choices && (property.type === "number" || property.type === "integer");
    return html`<input
            id=${id}
            type=${isNumber ? "number" : property.format === "date" ? "date" : "text"}
            step=${ifDefined(isNumber ? (property.type === "integer" ? "1" : "any") : undefined)}
            list=${ifDefined(choices ? `${id}-list` : undefined)}
            placeholder=${ifDefined(choices ? t("form.search") : undefined)}
            autocomplete="off"
            aria-invalid=${invalid}
            aria-required=${required}
            aria-describedby=${described}
            .value=${live(value)}
            @input=${changed}
        />
        ${choices ? html`<datalist id="${id}-list">${[...choices.byLabel.keys()].map((label) => html`<option value=${label}></option>`)}</datalist>` : nothing}`;
}

/**
 * The names of fields whose input the browser cannot parse, and whose value it therefore withholds.
 * @param {HTMLElement} root
 */
export const unreadable = (root) =>
    [...root.querySelectorAll("input")].filter((input) => input.validity.badInput).map(({ id }) => id.replace(idOf(""), ""));

/**
 * The editable text for a stored value.
 * @param {Property} property
 * @param {any} value
 * @param {import("./references.js").Choices | null} [choices]
 * @returns {string}
 */
export function fieldText(property, value, choices = null) {
    if (value === null || value === undefined) return "";
    if (choices) return choices.label(Number(value));
    if (typeof value === "boolean") return value ? "1" : "0";
    return Array.isArray(value) ? value.join(" | ") : String(value);
}

/**
 * The value for a field's text; the service validates it. Throws an Error if a choice is not in the list.
 * @param {Property} property
 * @param {string} text
 * @param {import("./references.js").Choices | null} [choices]
 * @returns {any}
 */
export function parseField(property, text, choices = null) {
    const trimmed = text.trim();
    if (!trimmed) return null;
    if (choices) {
        const found = choices.byLabel.get(trimmed);
        if (found === undefined) throw new Error(t("form.not_listed"));
        return found;
    }
    switch (property.type) {
        case "boolean":
            return trimmed === "1";
        case "number":
        case "integer":
            return Number(trimmed);
        case "array":
            return trimmed.split("|").map((part) => part.trim()).filter(Boolean);
        default:
            return trimmed;
    }
}
