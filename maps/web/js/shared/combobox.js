/** A field with suggestions that come while the user types, to choose by keyboard or mouse (APG, editable combobox). */

import { t } from "./catalogue.js";
import { html, ifDefined, live, nothing } from "../lib/lit.js";

/** @typedef {{title: string, hint: string}} Option */
/**
 * @template {Option} T
 * @typedef {object} Suggestions
 * @property {string} id of the input
 * @property {(text: string, signal: AbortSignal) => Promise<T[]>} ask the suggestions for a text
 * @property {(option: T) => void} choose
 * @property {() => void} draw called whenever the view changes
 * @property {boolean} [isOpenEmpty] whether there are suggestions before anything is typed
 */

const WAIT_MS = 120;

/** @template {Option} T */
export class Combobox {
    /** @type {T[]} */
    #options = [];
    text = "";
    #active = -1;
    #isOpen = false;
    #isFailed = false;
    #timer = 0;
    /** @type {AbortController | null} */
    #asking = null;

    /** @param {Suggestions<T>} suggestions */
    constructor(suggestions) {
        this.suggestions = suggestions;
    }

    get #isEnough() {
        return Boolean(this.suggestions.isOpenEmpty || this.text.trim());
    }

    /** @param {string} text */
    type(text) {
        this.text = text;
        clearTimeout(this.#timer);
        this.#asking?.abort();
        if (!this.#isEnough) {
            this.#options = [];
            return this.close();
        }
        this.#timer = setTimeout(() => void this.#ask(), WAIT_MS);
        this.suggestions.draw();
    }

    async #ask() {
        const asking = new AbortController();
        this.#asking = asking;
        try {
            this.#options = await this.suggestions.ask(this.text.trim().slice(0, 200), asking.signal);
            this.#isFailed = false;
        } catch {
            if (asking.signal.aborted) return;
            this.#options = [];
            this.#isFailed = true;
        }
        if (asking.signal.aborted) return;
        this.#active = -1;
        this.#isOpen = true;
        this.suggestions.draw();
        // In a form, they may be below what is seen of it.
        document.getElementById(`${this.suggestions.id}-options`)?.scrollIntoView({ block: "nearest" });
    }

    /** @param {KeyboardEvent} event */
    #press(event) {
        const count = this.#options.length;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && (this.#isOpen ? count : this.#isEnough)) {
            event.preventDefault();
            if (!this.#isOpen) return this.#open();
            this.#active = (this.#active + step + count + (this.#active < 0 && step < 0 ? 1 : 0)) % count;
            this.suggestions.draw();
            document.getElementById(`${this.suggestions.id}-option-${this.#active}`)?.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter") {
            event.preventDefault();
            const option = this.#options[Math.max(this.#active, 0)];
            if (this.#isOpen && option) this.#choose(option);
        } else if (event.key === "Escape") {
            if (!this.#isOpen && !this.text) return;
            if (this.#isOpen) this.close();
            else this.type("");
            event.preventDefault();
        }
    }

    /** Show the suggestions, and choose the first one by the key that opened them. */
    #open() {
        if (!this.#options.length) return void this.#ask();
        this.#isOpen = true;
        this.#active = 0;
        this.suggestions.draw();
    }

    /** @param {T} option */
    #choose(option) {
        this.text = option.title;
        this.close();
        this.suggestions.choose(option);
    }

    close() {
        clearTimeout(this.#timer);
        this.#asking?.abort();
        this.#isOpen = false;
        this.#active = -1;
        this.suggestions.draw();
    }

    /**
     * The input and the suggestions.
     * @param {{placeholder: string, type?: "search" | "text", describedBy?: string, isInvalid?: boolean, isRequired?: boolean, left?: () => void}} looks
     */
    view({ placeholder, type = "text", describedBy, isInvalid, isRequired, left }) {
        const { id } = this.suggestions;
        const isOpen = this.#isOpen && this.#isEnough;
        const count = this.#options.length;
        const leave = (/** @type {FocusEvent} */ { currentTarget, relatedTarget }) => {
            if (/** @type {Element} */ (currentTarget).contains(/** @type {Node | null} */ (relatedTarget))) return;
            if (this.#isOpen || this.#timer) this.close();
            left?.();
        };
        return html`<div class="combobox" @focusout=${leave}>
            <input
                id=${id}
                type=${type}
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                placeholder=${placeholder}
                aria-autocomplete="list"
                aria-controls="${id}-options"
                aria-expanded=${isOpen && count > 0 ? "true" : "false"}
                aria-activedescendant=${this.#active >= 0 ? `${id}-option-${this.#active}` : ""}
                aria-describedby=${ifDefined(describedBy)}
                aria-invalid=${ifDefined(isInvalid === undefined ? undefined : String(isInvalid))}
                aria-required=${ifDefined(isRequired === undefined ? undefined : String(isRequired))}
                .value=${live(this.text)}
                @input=${(/** @type {Event} */ event) => this.type(/** @type {HTMLInputElement} */ (event.target).value)}
                @keydown=${(/** @type {KeyboardEvent} */ event) => this.#press(event)}
                @click=${() => this.suggestions.isOpenEmpty && !this.#isOpen && void this.#ask()}
            />
            <ul id="${id}-options" role="listbox" aria-label=${t("search.hits")} ?hidden=${!isOpen || !count}>
                ${this.#options.map((option, index) => this.#row(option, index))}
            </ul>
            ${isOpen && !count ? html`<p class="options-none">${t(this.#isFailed ? "search.failed" : "search.none")}</p>` : nothing}
            <p class="hidden" role="status">${isOpen ? t(count ? "search.count" : "search.none", { count }) : nothing}</p>
        </div>`;
    }

    /**
     * @param {T} option
     * @param {number} index
     */
    #row(option, index) {
        const choose = (/** @type {Event} */ event) => {
            // Keep the focus in the input.
            event.preventDefault();
            this.#choose(option);
        };
        return html`<li id="${this.suggestions.id}-option-${index}" role="option" aria-selected=${index === this.#active ? "true" : "false"} @mousedown=${choose}>
            <span class="option-title">${option.title}</span>
            ${option.hint ? html`<span class="hint">${option.hint}</span>` : nothing}
        </li>`;
    }
}
