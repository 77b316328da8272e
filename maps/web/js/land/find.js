/** The panel for finding plots: combinable filters, with the number of hits for each value. */

import { t } from "../shared/catalogue.js";
import { counts, FILTERS, GROUPS, stateName } from "./filters.js";
import { collate, number } from "../shared/format.js";
import { TypedInputs } from "../shared/typed_inputs.js";
import { html, live, nothing, render } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./filters.js").Filter} Filter */

/** @type {import("../page/app.js").Panel} */
export const find = {
    id: "find",
    icon: "M10 4a6 6 0 1 0 3.7 10.7l4.8 4.8 1.4-1.4-4.8-4.8A6 6 0 0 0 10 4Zm0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z",
    isFor: () => true,
    mount(app, root) {
        const typed = new TypedInputs(() => update());
        const update = () => render(view(app, typed), root);
        update();
        return { update, unmount: () => render(nothing, root) };
    },
};

/**
 * @param {App} app
 * @param {TypedInputs} typed
 */
function view(app, typed) {
    const clear = () => {
        typed.clear();
        app.clearFilters();
        typed.draw();
    };
    const known = FILTERS.filter(({ property }) => app.properties.has(property));
    const isSet = typed.areOpen || known.some((filter) => app.store.get(stateName(filter)));
    return html`<header class="panel-head">
            <h2>${t("panel.find")}</h2>
            <p class="hits" role="status"><strong>${number(app.plots.hits.length)}</strong> ${t("filters.of", { all: number(app.plots.records.length) })}</p>
            <button type="button" class="quiet" ?disabled=${!isSet} @click=${clear}>${t("filters.clear")}</button>
        </header>
        ${app.searches.view()}
        <form class="filters" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
            ${GROUPS.map((group) => {
                const filters = known.filter((filter) => filter.group === group);
                return filters.length
                    ? html`<fieldset>
                          <legend>${t(`filters.group.${group}`)}</legend>
                          ${filters.map((filter) => entry(app, typed, filter))}
                      </fieldset>`
                    : nothing;
            })}
        </form>`;
}

/**
 * @param {App} app
 * @param {TypedInputs} typed
 * @param {Filter} filter
 */
function entry(app, typed, filter) {
    const name = stateName(filter);
    const value = app.store.get(name);
    const set = (/** @type {string} */ text, isTyping = false) => app.store.set({ [name]: text }, undefined, isTyping);
    switch (filter.kind) {
        case "text":
            return field(filter, name, html`<input id=${name} type="search" autocomplete="off" .value=${live(value)} @input=${onInput((text) => set(text, true))} />`);
        case "range":
            return range(typed, filter, name, value, set);
        case "codes":
            return codes(app, filter, value, set);
        case "flag":
            return choice(filter, name, value, set, [["1", t("yes")], ["0", t("no")]]);
        case "severity":
            return choice(filter, name, value, set, [["none", t("filters.none")], ["minor", t("filters.minor")]]);
        case "at_most":
            return choice(filter, name, value, set, (filter.steps ?? []).map((step) => [String(step), within(step, filter.unit ?? "")]));
        case "ends_within":
            return choice(filter, name, value, set, (filter.steps ?? []).map((step) => [String(step), t("filters.in_days", { count: step })]));
        case "since":
            return since(typed, filter, name, value, set);
    }
}

/**
 * @param {number} step
 * @param {string} unit
 */
const within = (step, unit) => (step === 0 ? t("filters.on_plot") : t("filters.within", { value: number(step), unit }));

/** @param {(text: string) => void} set */
const onInput = (set) => (/** @type {Event} */ event) =>
    set(/** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value);

/**
 * @param {Filter} filter
 * @param {string} name
 * @param {unknown} input
 */
function field(filter, name, input) {
    return html`<div class="field"><label for=${name}>${t(`filter.${filter.property}`)}</label>${input}</div>`;
}

/**
 * @param {TypedInputs} typed
 * @param {Filter} filter
 * @param {string} name
 * @param {string} value
 * @param {(text: string, isTyping: boolean) => void} set
 */
function range(typed, filter, name, value, set) {
    const [least = "", most = ""] = value.split("..");
    const end = (/** @type {"from" | "to"} */ which, /** @type {string} */ stored) =>
        /** @type {import("../shared/typed_inputs.js").TypedField} */ ({
            id: `${name}.${which}`,
            kind: "number",
            value: stored,
            unit: filter.unit ?? "",
            placeholder: t(`filters.${which}`),
            label: `${t(`filter.${filter.property}`)}, ${t(`filters.${which}`)} (${filter.unit})`,
            set: (text, isTyping) => {
                const [from, to] = which === "from" ? [text, most] : [least, text];
                set(from || to ? `${from}..${to}` : "", isTyping);
            },
        });
    const [from, to] = [end("from", least), end("to", most)];
    return html`<div class="field" role="group" aria-label=${t(`filter.${filter.property}`)}>
        <label for="${name}.from">${t(`filter.${filter.property}`)} <span class="unit">${filter.unit}</span></label>
        <span class="range">${typed.input(from)}<span aria-hidden="true">–</span>${typed.input(to)}</span>
        ${typed.problem(from)} ${typed.problem(to)}
    </div>`;
}

/**
 * @param {TypedInputs} typed
 * @param {Filter} filter
 * @param {string} name
 * @param {string} value
 * @param {(text: string, isTyping: boolean) => void} set
 */
function since(typed, filter, name, value, set) {
    const day = /** @type {import("../shared/typed_inputs.js").TypedField} */ ({ id: name, kind: "day", value, placeholder: t("typed.day_hint"), set });
    return field(filter, name, html`<span class="range">${typed.input(day)}</span>${typed.problem(day)}`);
}

/**
 * @param {Filter} filter
 * @param {string} name
 * @param {string} value
 * @param {(text: string) => void} set
 * @param {string[][]} options
 */
function choice(filter, name, value, set, options) {
    const select = html`<select id=${name} @change=${onInput(set)}>
        <option value="" ?selected=${value === ""}>${t("filters.any")}</option>
        ${options.map(([key = "", label]) => html`<option value=${key} ?selected=${value === key}>${label}</option>`)}
    </select>`;
    return field(filter, name, select);
}

/**
 * @param {App} app
 * @param {Filter} filter
 * @param {string} value
 * @param {(text: string) => void} set
 */
function codes(app, filter, value, set) {
    const chosen = new Set(value ? value.split(",") : []);
    const found = counts(filter.property, app.plots.conditions, app.plots.records);
    const known = app.properties.get(filter.property)?.codes;
    const options = known
        ? [...known].filter(([code]) => found.has(code) || chosen.has(code))
        : [...new Set([...found.keys(), ...chosen])].filter((one) => one !== "null").sort(collate).map((one) => [one, one]);
    const toggle = (/** @type {string} */ code) => () => {
        const next = new Set(chosen);
        if (!next.delete(code)) next.add(code);
        set([...next].join(","));
    };
    const label = t(`filter.${filter.property}`);
    return html`<details class="codes" ?open=${chosen.size > 0}>
        <summary>${label}${chosen.size ? html`<span class="badge">${chosen.size}</span>` : nothing}</summary>
        <div role="group" aria-label=${label}>
            ${options.map(
                ([code = "", title]) =>
                    html`<label class="check">
                        <input type="checkbox" .checked=${live(chosen.has(code))} @change=${toggle(code)} />
                        <span>${title}</span><span class="count">${number(found.get(code) ?? 0)}</span>
                    </label>`,
            )}
        </div>
    </details>`;
}
