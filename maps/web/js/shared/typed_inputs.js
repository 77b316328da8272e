/** Text fields for numbers and days in the reader's language, which tell what they cannot read and ask what is meant. */

import { openCalendar } from "./calendar.js";
import { t } from "./catalogue.js";
import { editableDay, editableNumber, readDay, readNumber, Unreadable } from "./typed.js";
import { html, ifDefined, nothing, live } from "../lib/lit.js";

/**
 * @typedef {object} TypedField
 * @property {string} id
 * @property {"number" | "day"} kind
 * @property {string} value as it is stored: `5000.5`, `2023-12-31` or an empty text
 * @property {string} [unit] of the stored number
 * @property {boolean} [isWhole] whether the number has no decimals
 * @property {string} [describedBy] the element that explains the field
 * @property {string} [label] if no label element names the field
 * @property {string} [placeholder]
 * @property {string} [fault] what else is wrong with the value
 * @property {string} [faultOf] the field whose fault is also this one's, and is written there
 * @property {(value: string, isTyping: boolean) => void} set called with the stored value, empty if the text cannot be read
 */

/** The texts of a view's fields, as long as they differ from what is stored. */
export class TypedInputs {
    /** By field; `value` is what was stored for the text. @type {Map<string, {field: TypedField, text: string, value: string, refused: Unreadable | null}>} */
    #drafts = new Map();

    /** @param {() => void} draw draws the view again */
    constructor(draw) {
        this.draw = draw;
    }

    /** Whether any text has not been read. */
    get areOpen() {
        return this.#drafts.size > 0;
    }

    /**
     * Whether the texts of these fields have been read; those that cannot be are marked.
     * @param {string[]} ids
     */
    areRead(...ids) {
        for (const id of ids) {
            const draft = this.#drafts.get(id);
            if (draft) this.#left(draft.field);
        }
        return !ids.some((id) => this.#drafts.get(id)?.refused);
    }

    /** Forget what was typed, as when all fields are cleared. */
    clear() {
        this.#drafts.clear();
    }

    /** The input alone, beside which `problem` belongs. @param {TypedField} field */
    input(field) {
        const { id, kind, value, label, placeholder = "", fault = "", faultOf = "", describedBy = "" } = field;
        const draft = this.#draft(field);
        const isWrong = Boolean(draft?.refused ?? (fault || faultOf));
        const problem = draft?.refused || !faultOf ? id : faultOf;
        const described = [describedBy, isWrong ? `${problem}-problem` : ""].filter(Boolean).join(" ");
        const typed = (/** @type {Event} */ event) => this.#typed(field, /** @type {HTMLInputElement} */ (event.target).value);
        const left = () => this.#left(field);
        return html`<input
                id=${id}
                type="text"
                inputmode=${kind === "number" ? "decimal" : "text"}
                autocomplete="off"
                maxlength="100"
                placeholder=${placeholder}
                aria-label=${ifDefined(label)}
                aria-invalid=${String(isWrong)}
                aria-describedby=${ifDefined(described || undefined)}
                .value=${live(draft?.text ?? shownText(kind, value))}
                @input=${typed}
                @change=${left}
            />${kind === "day" ? calendarButton(id, value, (day) => this.#choose(field, day)) : nothing}`;
    }

    /** What is wrong with the field's text, with the readings to choose from. @param {TypedField} field */
    problem(field) {
        const refused = this.#draft(field)?.refused;
        const message = refused?.message ?? field.fault;
        if (!message) return nothing;
        return html`<p class="error" role="alert" id="${field.id}-problem">${message} ${readings(refused?.meant ?? [], (text) => this.#take(field, text))}</p>`;
    }

    /** @param {TypedField} field @param {string} text */
    #typed(field, text) {
        // What is not read yet filters nothing: a list never goes by another number than the one in the field.
        const value = stored(field, text) ?? "";
        this.#drafts.set(field.id, { field, text, value, refused: null });
        field.set(value, true);
    }

    /** The text in a field, unless another value has been stored since, as by a step back. @param {TypedField} field */
    #draft({ id, value }) {
        const draft = this.#drafts.get(id);
        if (draft && draft.value !== value) this.#drafts.delete(id);
        return this.#drafts.get(id);
    }

    /** @param {TypedField} field */
    #left(field) {
        const draft = this.#drafts.get(field.id);
        if (!draft) return;
        try {
            read(field, draft.text);
            this.#drafts.delete(field.id);
        } catch (error) {
            draft.refused = /** @type {Unreadable} */ (error);
        }
        this.draw();
    }

    /** @param {TypedField} field @param {string} text a reading of what was typed */
    #take(field, text) {
        this.#choose(field, read(field, text, true));
    }

    /** @param {TypedField} field @param {string} value */
    #choose(field, value) {
        this.#drafts.delete(field.id);
        field.set(value, false);
        this.draw();
        document.getElementById(field.id)?.focus();
    }
}

/**
 * Buttons for the readings of a text, to choose what was meant.
 * @param {string[]} meant
 * @param {(text: string) => void} take
 */
export const readings = (meant, take) => meant.map((text) => html`<button type="button" class="reading" @click=${() => take(text)}>${text}</button>`);

/**
 * The button that opens a calendar for a day's field.
 * @param {string} id of the input
 * @param {string} value `2023-12-31`, or anything else if no day is chosen
 * @param {(day: string) => void} choose
 */
export const calendarButton = (id, value, choose) =>
    html`<button type="button" class="icon calendar" aria-label=${t("typed.calendar")} title=${t("typed.calendar")} @click=${() => void openCalendar(id, value, choose)}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 2v2H4v17h16V4h-3V2h-2v2H9V2H7ZM6 9h12v10H6V9Zm2 2v2h2v-2H8Zm3 0v2h2v-2h-2Zm3 0v2h2v-2h-2Z" /></svg>
    </button>`;

/** @param {TypedField["kind"]} kind @param {string} value */
const shownText = (kind, value) => (kind === "number" ? editableNumber(value) : editableDay(value));

/**
 * The stored value of a text. Throws Unreadable.
 * @param {TypedField} field
 * @param {string} text
 * @param {boolean} [isMeant] whether it was chosen among its readings
 */
function read({ kind, unit, isWhole }, text, isMeant = false) {
    if (!text.trim()) return "";
    return kind === "number" ? String(readNumber(text, { unit, isWhole, isMeant })) : readDay(text);
}

/** @param {TypedField} field @param {string} text */
function stored(field, text) {
    try {
        return read(field, text);
    } catch {
        return null;
    }
}
