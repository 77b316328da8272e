/** Form fields derived from a collection's schema: label, unit, codes, hint, required. */

import { t } from "../shared/catalogue.js";
import { editableDay, editableNumber, readDay, readNumber } from "../shared/typed.js";
import { calendarButton, readings } from "../shared/typed_inputs.js";
import { html, ifDefined, live, nothing } from "../lib/lit.js";

/** @typedef {import("../shared/schema.js").Property} Property */
/** @typedef {import("./references.js").Reference} Reference */
/**
 * @typedef {object} Field
 * @property {string} id of the control
 * @property {string} name
 * @property {Property} property
 * @property {string} value the text in the field
 * @property {string} error
 * @property {string[]} meant the readings to choose from, if the text has two
 * @property {boolean} isRequired
 * @property {import("./references.js").Reference | null} reference
 * @property {(value: string) => void} set
 * @property {() => void} left called when the field is left with another text
 * @property {(text: string) => void} take called with the reading that was chosen
 * @property {unknown} beneath content shown below the control
 */

const LONG = new Set(["description", "note", "text"]);

/** The id of a field's control, such as `field-price_eur`. @param {string} name */
export const idOf = (name) => `field-${name}`;

/** @param {Field} field */
export function entry(field) {
    const { id, property, error, isRequired } = field;
    return html`<div class="field ${error ? "wrong" : ""}">
        <label for=${id}>
            ${property.title}${isRequired ? html`<span class="required" title=${t("form.required")} aria-hidden="true"> *</span>` : nothing}
            ${property.unit ? html`<span class="unit">${property.unit}</span>` : nothing}
        </label>
        ${control(field)} ${field.beneath}
        ${property.description ? html`<p class="hint" id="${id}-hint">${property.description}</p>` : nothing}
        <p class="error" id="${id}-error">${error || nothing}${readings(field.meant, field.take)}</p>
    </div>`;
}

/** @param {Field} field */
function control(field) {
    const { id, name, property, value, error, isRequired, reference, set } = field;
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
    if (reference) {
        reference.box.text = value;
        const looks = { placeholder: t("form.search"), describedBy: described };
        return reference.box.view({ ...looks, isInvalid: Boolean(error), isRequired, left: field.left });
    }
    const kind = typedKind(property);
    return html`<input
            id=${id}
            type="text"
            inputmode=${ifDefined(kind === "number" ? "decimal" : undefined)}
            autocomplete="off"
            aria-invalid=${invalid}
            aria-required=${required}
            aria-describedby=${described}
            .value=${live(value)}
            @input=${changed}
            @change=${field.left}
        />${kind === "day" ? calendarButton(id, storedDay(value), (day) => field.take(editableDay(day))) : nothing}`;
}

/**
 * What the text of a property's field is read as, if not as it stands.
 * @param {Property} property
 * @returns {"number" | "day" | null}
 */
export function typedKind({ type, format }) {
    if (type === "number" || type === "integer") return "number";
    return format === "date" ? "day" : null;
}

/** The day in a field, as far as it can be read. @param {string} text */
function storedDay(text) {
    try {
        return readDay(text);
    } catch {
        return "";
    }
}

/**
 * The editable text for a stored value.
 * @param {Property} property
 * @param {any} value
 * @param {Reference | null} [reference]
 * @returns {string}
 */
export function fieldText(property, value, reference = null) {
    if (value === null || value === undefined) return "";
    if (reference) return reference.label(Number(value));
    if (typeof value === "boolean") return value ? "1" : "0";
    const kind = typedKind(property);
    if (kind) return kind === "number" ? editableNumber(value) : editableDay(value);
    return Array.isArray(value) ? value.join(" | ") : String(value);
}

/**
 * The value for a field's text; the service validates it. Throws an Error if a choice is not in the list, or if the
 * text is no number or day, or may mean two.
 * @param {Property} property
 * @param {string} text
 * @param {Reference | null} [reference]
 * @param {boolean} [isMeant] whether the text was chosen among its readings
 * @returns {any}
 */
export function parseField(property, text, reference = null, isMeant = false) {
    const trimmed = text.trim();
    if (!trimmed) return null;
    if (reference) {
        const found = reference.record(trimmed);
        if (found === undefined) throw new Error(t("form.not_listed"));
        return found;
    }
    switch (property.type) {
        case "boolean":
            return trimmed === "1";
        case "number":
        case "integer":
            return readNumber(trimmed, { unit: property.unit, isWhole: property.type === "integer", isMeant });
        case "array":
            return trimmed.split("|").map((part) => part.trim()).filter(Boolean);
        default:
            return property.format === "date" ? readDay(trimmed) : trimmed;
    }
}
