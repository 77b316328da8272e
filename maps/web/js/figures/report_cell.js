/** The view of a cell that can be edited, and of the row below it while it is open. */

import { t } from "../shared/catalogue.js";
import { instant, number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { readings } from "../shared/typed_inputs.js";
import { localized } from "./report_words.js";

/** @typedef {import("./report_cell_form.js").CellForm} CellForm */
/** @typedef {import("./report_editing.js").Place} Place */
/** @typedef {{name: string, label: string, before: any, after: any}} Change */

const HIDDEN = new Set(["source", "source_id"]);

/**
 * The button that opens a cell.
 * @param {import("./report.js").ReportPage} page
 * @param {Place} place
 * @param {unknown} content
 */
export function button(page, place, content) {
    const label = place.label ? localized(place.label) : t("report.remark");
    const title = t(place.isOpen ? "report.change" : "report.ask", { name: `${label}, ${localized(place.line.label)}` });
    return html`<button type="button" class="cell ${place.isOpen ? "" : "asks"}" id="cell-${place.id}" title=${title} @click=${() => void page.editing.open(place)}>
        ${content}<span class="hidden"> ${title}</span>
    </button>`;
}

/**
 * The input of the open cell, or its content if the reader may not change it.
 * @param {CellForm} form
 * @param {unknown} content
 */
export function field(form, content) {
    const { place } = form;
    if (!place.isOpen) return html`<span class="asked">${content}</span>`;
    const typed = (/** @type {InputEvent} */ event) => form.set(/** @type {HTMLInputElement} */ (event.target).value);
    const invalid = form.error ? "true" : "false";
    if (place.kind === "remark") {
        return html`<textarea id="cell-field" form="cell-form" rows="4" maxlength="4000" aria-label=${form.name} aria-invalid=${invalid} aria-describedby="cell-error cell-hint"
            ?disabled=${form.isBusy} .value=${live(form.text)} @input=${typed} @keydown=${(/** @type {KeyboardEvent} */ event) => pressed(form, event)}></textarea>`;
    }
    return html`<input id="cell-field" form="cell-form" type="text" inputmode=${form.isText ? "text" : "decimal"} autocomplete="off" aria-label=${form.name}
        aria-invalid=${invalid} aria-describedby="cell-error cell-hint" ?disabled=${form.isBusy} .value=${live(form.text)} @input=${typed}
        @keydown=${(/** @type {KeyboardEvent} */ event) => pressed(form, event)} />`;
}

/**
 * @param {CellForm} form
 * @param {KeyboardEvent} event
 */
function pressed(form, event) {
    if (event.key === "Escape") form.page.editing.close();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void form.submit();
}

/**
 * The row below the open cell: its buttons, its error, and the history of the value.
 * @param {CellForm} form
 */
export function below(form) {
    if (form.conflict) return form.conflict.view();
    return html`<div class="cell-form">${form.place.isOpen ? controls(form) : reading(form)}${versions(form)}</div>`;
}

/** @param {CellForm} form */
function controls(form) {
    const submit = (/** @type {Event} */ event) => {
        event.preventDefault();
        void form.submit();
    };
    const kind = (/** @type {boolean} */ isText, /** @type {string} */ label) =>
        html`<label class="check"><input type="radio" name="kind" .checked=${live(form.isText === isText)} @change=${() => form.setText(isText)} /> ${label}</label>`;
    return html`<form id="cell-form" novalidate @submit=${submit}>
        <p><strong>${form.name}</strong></p>
        ${form.place.kind === "actual"
            ? html`<fieldset class="kinds"><legend class="hidden">${t("report.kind")}</legend>${kind(false, t("report.as_number"))} ${kind(true, t("report.as_text"))}</fieldset>`
            : nothing}
        <p class="error" id="cell-error" role="alert">${form.error || nothing}${readings(form.meant, (text) => form.take(text))}</p>
        <div class="buttons">
            <button type="submit" class="primary" ?disabled=${form.isBusy}>${t("form.save")}</button>
            <button type="button" @click=${() => form.page.editing.close()}>${t("cancel")}</button>
        </div>
        <p class="hint" id="cell-hint">${hint(form)}</p>
    </form>`;
}

/** @param {CellForm} form */
function hint({ place, isText }) {
    if (place.kind === "remark") return t("report.remark_hint");
    return t(isText ? "report.text_hint" : "report.number_hint");
}

/** @param {CellForm} form */
function reading(form) {
    return html`<div>
        <p><strong>${form.name}</strong></p>
        <p class="buttons"><button type="button" id="cell-close" @click=${() => form.page.editing.close()}>${t("close")}</button></p>
    </div>`;
}

/** @param {CellForm} form */
function versions({ versions: found }) {
    const [last] = found;
    if (!last) return nothing;
    return html`<div class="versions">
        <p>${t("report.entered", { by: last.by, at: instant(last.at) })}</p>
        ${found.length > 1
            ? html`<ol class="plain history">
                  ${found.map(
                      (version) => html`<li>
                          <strong>${t(`history.${version.operation}`)}</strong> <span class="hint">${instant(version.at)} · ${version.by}</span>
                          ${version.changes.filter((/** @type {Change} */ { name }) => !HIDDEN.has(name)).map(change)}
                      </li>`,
                  )}
              </ol>`
            : nothing}
    </div>`;
}

/** @param {Change} one */
function change({ label, before, after }) {
    const written = (/** @type {any} */ value) => (value === null ? t("missing") : typeof value === "number" ? number(value, 15) : String(value));
    return html`<div>
        ${label}: <del><span class="hidden">${t("history.was")} </span>${written(before)}</del> <span aria-hidden="true">→</span>
        <ins><span class="hidden">${t("history.now")} </span>${written(after)}</ins>
    </div>`;
}
