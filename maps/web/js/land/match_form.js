/** The wishes to match: those of an open inquiry, or typed in during a phone call. */

import { keeps } from "../shared/kept.js";
import { t } from "../shared/catalogue.js";
import { collate, number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { pickPlace } from "./match_map.js";
import { areSizesSwapped, stateKey, emptyWishes, place, wishesOf } from "./match_state.js";
import { inquiryLine } from "./match_words.js";
import { box } from "./plots.js";
import { TypedInputs } from "../shared/typed_inputs.js";
import { seesInside } from "../shared/session.js";

/** @typedef {import("../page/app.js").App} App */

const INQUIRIES =
    "/api/collections/inquiries/items?limit=10000&sortby=-received_reached_on&properties=number,use,zoning,min_m2,max_m2&filter=" +
    encodeURIComponent("status = 'open' AND kind <> 'property' AND duplicate_of IS NULL");
const PLACES = ["access_points", "industrial_areas"];
const DIGITS = 5;

export class MatchForm {
    /** The open inquiries for land. @type {any[]} */
    inquiries = [];
    /** Named places by their kind. @type {Map<string, {name: string, at: string}[]>} */
    places = new Map();
    /** Stops picking a place on the map. @type {(() => void) | null} */
    #stopPicking = null;

    /**
     * @param {App} app
     * @param {() => void} draw
     */
    constructor(app, draw) {
        this.app = app;
        this.draw = draw;
        this.typed = new TypedInputs(draw);
    }

    /** Fetch the inquiries and places to choose from, as far as the reader may see them. */
    async load() {
        const { api, notices } = this.app;
        try {
            const { collections } = await api.get("/api/collections");
            const seen = new Set(collections.map((/** @type {{id: string}} */ one) => one.id));
            for (const layer of PLACES.filter((one) => seen.has(one))) this.places.set(layer, await this.#places(layer));
            this.draw();
            /** @type {any[]} */
            const inquiries = [];
            if (seen.has("inquiries")) for await (const page of api.pages(INQUIRIES)) inquiries.push(...page);
            this.inquiries = inquiries;
        } catch (error) {
            notices.fail(error);
        }
        this.draw();
    }

    /** @param {string} layer */
    async #places(layer) {
        /** @type {{name: string, at: string}[]} */
        const found = [];
        for await (const page of this.app.api.pages(`/api/collections/${layer}/items?limit=10000&properties=name`)) {
            found.push(...page.map(({ properties, geometry }) => ({ name: properties.name, at: middle(geometry) })));
        }
        return found.sort((a, b) => collate(a.name, b.name));
    }

    clear() {
        this.typed.clear();
        this.app.store.set(emptyWishes());
    }

    end() {
        this.#stopPicking?.();
    }

    /** @param {string} name */
    get(name) {
        return this.app.store.get(stateKey(name));
    }

    /**
     * @param {Record<string, string | number | boolean>} patch
     * @param {boolean} [isTyping]
     */
    set(patch, isTyping = false) {
        const named = Object.fromEntries(Object.entries(patch).map(([name, value]) => [stateKey(name), value]));
        this.app.store.set(named, undefined, isTyping);
    }

    view() {
        return html`<form class="filters" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
            ${seesInside(this.app.session, "inquiries") ? this.#chooser() : nothing} ${this.get("inquiry") ? nothing : this.#wishes()}
        </form>`;
    }

    #chooser() {
        const chosen = this.get("inquiry");
        const choose = (/** @type {Event} */ event) =>
            this.app.store.set({ ...emptyWishes(), [stateKey("inquiry")]: /** @type {HTMLSelectElement} */ (event.target).value });
        const isListed = this.inquiries.some(({ id }) => String(id) === chosen);
        return html`<fieldset>
            <div class="field">
                <label for="match.inquiry">${t("match.inquiry")}</label>
                <select id="match.inquiry" @change=${choose}>
                    <option value="" ?selected=${!chosen}>${t("match.typed_in")}</option>
                    ${chosen && !isListed ? html`<option value=${chosen} selected>${t("match.inquiry_id", { id: chosen })}</option>` : nothing}
                    ${this.inquiries.map(
                        ({ id, properties }) =>
                            html`<option value=${id} ?selected=${String(id) === chosen}>${inquiryLine(id, properties)}</option>`,
                    )}
                </select>
            </div>
        </fieldset>`;
    }

    #wishes() {
        const { properties } = this.app;
        // On the phone people use the codes.
        const zonings = [...(properties.get("zoning")?.codes ?? [])].map(
            ([code, label]) => /** @type {[string, string]} */ ([code, /^[A-Z]/.test(code) ? `${code} – ${label}` : label]),
        );
        const options = (/** @type {"tenure" | "access"} */ name, /** @type {string[]} */ codes) =>
            codes.map((code) => /** @type {[string, string]} */ ([code, t(`match.${name}.${code}`)]));
        return html`<fieldset class="wishes">
                <legend>${t("match.group.land")}</legend>
                ${this.#range()} ${this.#select("zoning", zonings)}
                ${this.#text("use", t("match.use_hint"))}
                ${this.#check("divisible")} ${keeps("trenches", "connections") ? this.#check("fibre_required") : nothing}
            </fieldset>
            <fieldset class="wishes">
                <legend>${t("match.group.place")}</legend>
                ${keeps("access_points") ? this.#select("access", options("access", ["motorway", "rail", "port"])) : nothing} ${this.#place()} ${this.#districts()}
            </fieldset>
            <fieldset class="wishes">
                <legend>${t("match.group.terms")}</legend>
                ${this.#typedField("needed_by", "day", "", t("typed.day_hint"))} ${this.#typedField("budget_eur_m2", "number", "€/m²")}
                ${this.#select("tenure", options("tenure", ["buy", "ground_lease", "rent"]))}
            </fieldset>`;
    }

    #range() {
        const isWrong = areSizesSwapped(this.app.state);
        const end = (/** @type {string} */ name, fault = "") => ({ ...this.#described(name, "number", "m²", t(`match.${name}`)), label: t(`match.${name}_label`), fault });
        const from = end("min_m2", isWrong ? t("match.sizes_swapped") : "");
        const to = { ...end("max_m2"), ...(isWrong && { faultOf: from.id }) };
        return html`<div class="field" role="group" aria-label=${t("match.size")}>
            <label for=${stateKey("min_m2")}>${t("match.size")} <span class="unit">m²</span></label>
            <span class="range">${this.typed.input(from)}<span aria-hidden="true">–</span>${this.typed.input(to)}</span>
            ${this.typed.problem(from)} ${this.typed.problem(to)}
        </div>`;
    }

    /**
     * @param {string} name
     * @param {"number" | "day"} kind
     * @param {string} unit
     * @param {string} placeholder
     * @returns {import("../shared/typed_inputs.js").TypedField}
     */
    #described(name, kind, unit, placeholder) {
        const set = (/** @type {string} */ value, /** @type {boolean} */ isTyping) => this.set({ [name]: value }, isTyping);
        return { id: stateKey(name), kind, value: this.get(name), unit, placeholder, set };
    }

    /**
     * @param {string} name
     * @param {"number" | "day"} kind
     * @param {string} unit
     * @param {string} [placeholder]
     */
    #typedField(name, kind, unit, placeholder = "") {
        const field = this.#described(name, kind, unit, placeholder);
        return html`<div class="field">
            <label for=${field.id}>${t(`match.${name}`)} ${unit ? html`<span class="unit">${unit}</span>` : nothing}</label>
            <span class="range">${this.typed.input(field)}</span>
            ${this.typed.problem(field)}
        </div>`;
    }

    /**
     * @param {string} name
     * @param {string} placeholder
     */
    #text(name, placeholder) {
        const typed = (/** @type {Event} */ event) => this.set({ [name]: /** @type {HTMLInputElement} */ (event.target).value }, true);
        return html`<div class="field">
            <label for=${stateKey(name)}>${t(`match.${name}`)}</label>
            <input id=${stateKey(name)} type="text" autocomplete="off" maxlength="500" placeholder=${placeholder} .value=${live(this.get(name))} @input=${typed} />
        </div>`;
    }

    /**
     * @param {string} name
     * @param {[string, string][]} options
     */
    #select(name, options) {
        const chosen = this.get(name);
        return html`<div class="field">
            <label for=${stateKey(name)}>${t(`match.${name}`)}</label>
            <select id=${stateKey(name)} @change=${this.#typed(name)}>
                <option value="" ?selected=${!chosen}>${t("match.any")}</option>
                ${options.map(([code, label]) => html`<option value=${code} ?selected=${chosen === code}>${label}</option>`)}
            </select>
        </div>`;
    }

    /** @param {string} name */
    #check(name) {
        const toggle = (/** @type {Event} */ event) => this.set({ [name]: /** @type {HTMLInputElement} */ (event.target).checked ? "1" : "" });
        return html`<label class="check">
            <input id=${stateKey(name)} type="checkbox" .checked=${live(Boolean(this.get(name)))} @change=${toggle} />
            <span>${t(`match.${name}`)}</span>
        </label>`;
    }

    #districts() {
        const chosen = new Set(this.get("districts").split(",").filter(Boolean));
        const known = new Set([...this.app.plots.records.map(({ properties }) => properties["district"]), ...chosen]);
        const names = [...known].filter((name) => name && name !== "outside").sort(collate);
        const toggle = (/** @type {string} */ name) => () => {
            if (!chosen.delete(name)) chosen.add(name);
            this.set({ districts: [...chosen].join(",") });
        };
        return html`<details class="codes" ?open=${chosen.size > 0}>
            <summary>${t("match.districts")}${chosen.size ? html`<span class="badge">${chosen.size}</span>` : nothing}</summary>
            <div>
                ${names.map(
                    (name) =>
                        html`<label class="check">
                            <input type="checkbox" .checked=${live(chosen.has(name))} @change=${toggle(name)} /><span>${name}</span>
                        </label>`,
                )}
            </div>
        </details>`;
    }

    #place() {
        const chosen = this.get("place");
        const isNamed = [...this.places.values()].flat().some(({ at }) => at === chosen);
        const choose = (/** @type {string} */ at) => this.set({ place: at });
        return html`<div class="field">
                <label for=${stateKey("place")}>${t("match.place")}</label>
                <select id=${stateKey("place")} @change=${(/** @type {Event} */ event) => choose(/** @type {HTMLSelectElement} */ (event.target).value)}>
                    <option value="" ?selected=${!chosen}>${t("match.any")}</option>
                    ${chosen && !isNamed ? html`<option value=${chosen} selected>${t("match.place_on_map")}</option>` : nothing}
                    ${[...this.places].map(
                        ([layer, found]) =>
                            html`<optgroup label=${t(`match.place.${layer}`)}>
                                ${found.map(({ name, at }) => html`<option value=${at} ?selected=${at === chosen}>${name}</option>`)}
                            </optgroup>`,
                    )}
                </select>
            </div>
            <p class="place-tools">
                <button type="button" aria-pressed=${String(Boolean(this.#stopPicking))} @click=${() => this.#pick()}>
                    ${t(this.#stopPicking ? "match.picking" : "match.pick")}
                </button>
                <button type="button" @click=${() => choose(at(this.app.map.map.getCenter()))}>${t("match.center")}</button>
            </p>
            ${place(chosen) ? this.#typedField("near_m", "number", "m", number(2000)) : nothing}`;
    }

    #pick() {
        if (this.#stopPicking) {
            this.#stopPicking();
            this.#stopPicking = null;
        } else {
            this.#stopPicking = pickPlace(this.app, (found) => {
                this.#stopPicking = null;
                if (found) this.set({ place: at(found) });
                this.draw();
            });
        }
        this.draw();
    }

    /** @param {string} name */
    #typed(name) {
        return (/** @type {Event} */ event) => this.set({ [name]: /** @type {HTMLInputElement} */ (event.target).value });
    }

    /**
     * Copy the wishes of a recorded inquiry into the form, to vary them.
     * @param {any} inquiry
     */
    vary(inquiry) {
        this.app.store.set(wishesOf(inquiry));
    }
}

/** @param {any} geometry */
function middle(geometry) {
    const around = box(geometry);
    return around ? at({ lng: (around[0] + around[2]) / 2, lat: (around[1] + around[3]) / 2 }) : "";
}

/** @param {{lng: number, lat: number}} point */
const at = ({ lng, lat }) => `${lng.toFixed(DIGITS)},${lat.toFixed(DIGITS)}`;
