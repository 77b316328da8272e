/** What the values of coded columns mean, and values for all rows where the file lacks a required column. */

import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { OTHERS } from "./draft.js";

/** @typedef {import("./page.js").LoadPage} LoadPage */
/** @typedef {import("./types.js").Target} Target */

/** Columns that can have the same value in all rows: not what identifies a row, nor its place. @param {Target} target */
const isConstant = ({ name }) => !["source_id", "geometry"].includes(name);

/** What new records need and the file lacks. @param {LoadPage} page */
export function constants(page) {
    const { draft } = page.delivery;
    const { targets = [] } = draft.inspection ?? {};
    const lacking = draft.lacking;
    const asked = targets.filter((target) => isConstant(target) && (lacking.includes(target) || draft.constants.has(target.name)));
    const impossible = lacking.filter((target) => !isConstant(target));
    if (!asked.length && !impossible.length) return nothing;
    return html`<section class="lacking-columns" aria-labelledby="constants-title">
        <h3 id="constants-title">${t("load.lacking")}</h3>
        ${impossible.map(({ label }) => html`<p class="note">${t("load.lacking_column", { label })}</p>`)}
        ${asked.length ? html`<p class="hint">${t("load.constants_hint")}</p>` : nothing}
        <div class="fields">${asked.map((target) => constant(page, target))}</div>
    </section>`;
}

/**
 * @param {LoadPage} page
 * @param {Target} target
 */
function constant(page, { name, label, unit, codes: known }) {
    const { draft } = page.delivery;
    const value = draft.constants.get(name) ?? "";
    const set = (/** @type {Event} */ event) => {
        draft.constants.set(name, /** @type {HTMLInputElement} */ (event.target).value);
        page.delivery.changed();
    };
    return html`<div class="field">
        <label for="constant-${name}">${label}${unit ? ` (${unit})` : ""}</label>
        ${known
            ? html`<select id="constant-${name}" @change=${set}>
                  <option value="" .selected=${live(!value)}>${t("load.no_constant")}</option>
                  ${Object.entries(known).map(([code, title]) => html`<option value=${code} .selected=${live(code === value)}>${title}</option>`)}
              </select>`
            : html`<input id="constant-${name}" .value=${live(value)} @input=${set} />`}
    </div>`;
}

/** The tables of values and codes. @param {LoadPage} page */
export const codes = (page) => page.delivery.draft.coded.map((coded) => table(page, coded));

/**
 * @param {LoadPage} page
 * @param {import("./draft.js").Draft["coded"][number]} coded
 */
function table(page, { target, codes: known, header, values }) {
    const { draft } = page.delivery;
    const listed = Object.entries(values?.rows ?? {}).map(([value, rows]) => ({ value, rows, code: draft.codeOf(target.name, header, value) }));
    const open = listed.filter(({ code }) => !code).length;
    // Once open it stays: closing it after the last choice would take the focus away.
    if (open) draft.unfolded.add(target.name);
    return html`<details class="codes-of" ?open=${draft.unfolded.has(target.name)}>
        <summary>${t("load.codes", { header, label: target.label })} <span class="hint">${open ? t("load.codes_open", { count: number(open) }) : t("load.codes_all")}</span></summary>
        ${values ? nothing : html`<p class="hint">${t("load.codes_many")}</p>`}
        <table>
            <thead><tr><th scope="col">${t("load.their_value")}</th><th scope="col" class="number">${t("load.fact_rows")}</th><th scope="col">${t("load.our_code")}</th></tr></thead>
            <tbody>
                ${listed.map(({ value, rows, code }) => line(page, target.name, value, value, number(rows), known, code))}
                ${line(page, target.name, OTHERS, t(listed.length ? "load.other_values" : "load.all_values"), "", known, draft.codeOf(target.name, header, OTHERS))}
            </tbody>
        </table>
    </details>`;
}

/**
 * @param {LoadPage} page
 * @param {string} target
 * @param {string} value
 * @param {string} name
 * @param {string} rows
 * @param {Record<string, string>} known
 * @param {string} chosen
 */
function line(page, target, value, name, rows, known, chosen) {
    const choose = (/** @type {Event} */ event) => {
        page.delivery.draft.translate(target, value, /** @type {HTMLSelectElement} */ (event.target).value);
        page.delivery.changed();
    };
    const isListed = value !== OTHERS;
    return html`<tr class=${isListed && !chosen ? "open-value" : ""}>
        <th scope="row">${isListed ? name : html`<em>${name}</em>`}</th>
        <td class="number">${rows}</td>
        <td>
            <select aria-label=${t("load.translate", { value: name })} @change=${choose}>
                <option value="" .selected=${live(!chosen)}>${t(isListed ? "load.code_open" : "load.code_refused")}</option>
                ${Object.entries(known).map(([code, title]) => html`<option value=${code} .selected=${live(code === chosen)}>${title}</option>`)}
            </select>
        </td>
    </tr>`;
}
