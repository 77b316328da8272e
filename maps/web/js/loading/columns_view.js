/** The third step: the file's columns are assigned to ours, by a list or with the mouse. */

import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { codes, constants } from "./codes_view.js";
import { IGNORED, OPEN } from "./draft.js";
import { span } from "./words.js";

/** @typedef {import("./page.js").LoadPage} LoadPage */
/** @typedef {import("./types.js").FileColumn} FileColumn */
/** @typedef {import("./types.js").Target} Target */

const EXAMPLES = 3;

/** @param {LoadPage} page */
export function columns(page) {
    const { draft } = page.delivery;
    const inspection = draft.inspection;
    if (!inspection) return nothing;
    const { open } = draft;
    const ignoreAll = () => {
        draft.ignoreOpen();
        page.delivery.changed();
    };
    return html`<p class="hint">${t("load.columns_hint")} <span class="by-mouse">${t("load.columns_by_mouse")}</span></p>
        <div class="assignment">
            <table class="theirs">
                <thead><tr>
                    <th scope="col">${t("load.theirs")}</th><th scope="col">${t("load.holds")}</th><th scope="col">${t("load.ours")}</th>
                </tr></thead>
                <tbody>${inspection.columns.map((column, place) => row(page, column, place, inspection.rows))}</tbody>
            </table>
            ${ours(page, inspection.targets)}
        </div>
        <p class="open-note" role="status">
            ${open.length ? html`<span>${t("load.open_columns", { count: number(open.length) })}</span> <button type="button" @click=${ignoreAll}>${t("load.ignore_open")}</button>` : t("load.no_open")}
        </p>
        ${constants(page)} ${codes(page)}`;
}

/**
 * @param {LoadPage} page
 * @param {FileColumn} column
 * @param {number} place
 * @param {number} rows
 */
function row(page, column, place, rows) {
    const { delivery } = page;
    const { draft } = delivery;
    const { header, suggestion } = column;
    const target = draft.assigned.get(header) ?? OPEN;
    const isOpen = target === OPEN;
    const isProposed = suggestion?.column === target && suggestion.likeness < 1;
    const drag = (/** @type {DragEvent} */ event) => {
        event.dataTransfer?.setData("text/plain", header);
        /** @type {HTMLElement} */ (event.currentTarget).closest(".assignment")?.classList.add("dragging");
    };
    const end = (/** @type {DragEvent} */ event) => void (/** @type {HTMLElement} */ (event.currentTarget).closest(".assignment")?.classList.remove("dragging"));
    const choose = (/** @type {Event} */ event) => assign(page, header, /** @type {HTMLSelectElement} */ (event.target).value);
    return html`<tr class="${isOpen ? "open-column" : target === IGNORED ? "ignored" : ""}">
        <th scope="row">
            <span class="grip" draggable="true" title=${t("load.drag")} @dragstart=${drag} @dragend=${end}>${header || t("load.no_header")}</span>
        </th>
        <td class="holds">${holds(column, rows)}</td>
        <td>
            <select
                aria-label=${t("load.assign", { header: header || t("load.no_header") })}
                aria-invalid=${delivery.isAsked && isOpen ? "true" : "false"}
                aria-describedby=${isProposed ? `proposed-${place}` : nothing}
                @change=${choose}
            >
                <option value=${OPEN} .selected=${live(isOpen)}>${t("load.column_open")}</option>
                <option value=${IGNORED} .selected=${live(target === IGNORED)}>${t("load.column_ignored")}</option>
                ${draft.inspection?.targets.map((one) => option(page, one, header, target))}
            </select>
            ${isProposed ? html`<p class="hint" id="proposed-${place}">${t("load.proposed")}</p>` : nothing}
        </td>
    </tr>`;
}

/**
 * One of our columns in the list, with whatever is assigned to it already.
 * @param {LoadPage} page
 * @param {Target} target
 * @param {string} header
 * @param {string} chosen
 */
function option({ delivery }, target, header, chosen) {
    const other = delivery.draft.headerOf(target.name);
    const label = named(target);
    const text = other !== null && other !== header ? t("load.taken", { label, header: other }) : label;
    return html`<option value=${target.name} .selected=${live(target.name === chosen)}>${text}</option>`;
}

/** @param {Target} target */
function named({ label, unit, required }) {
    return `${label}${unit ? ` (${unit})` : ""}${required ? " *" : ""}`;
}

/**
 * What a column of the file holds: its kind, from when to when, how many cells, the first values.
 * @param {FileColumn} column
 * @param {number} rows
 */
function holds(column, rows) {
    const { kind, filled, examples } = column;
    const facts = [
        span(column),
        filled === rows ? "" : t(filled ? "load.filled" : "load.none_filled", { filled: number(filled), rows: number(rows) }),
    ].filter(Boolean);
    return html`<span class="tag">${t(`load.kind_${kind}`)}</span> ${facts.join(", ")}
        ${kind === "date" || !examples.length ? nothing : html`<span class="examples">${examples.slice(0, EXAMPLES).join(" · ")}</span>`}`;
}

/**
 * Our columns, on which those of the file can be dropped.
 * @param {LoadPage} page
 * @param {Target[]} targets
 */
function ours(page, targets) {
    const { draft } = page.delivery;
    return html`<section class="ours" aria-labelledby="ours-title">
        <h3 id="ours-title">${t("load.ours_title")}</h3>
        <ul>
            ${targets.map((target) => {
                const filledBy = draft.headerOf(target.name) ?? draft.constants.get(target.name) ?? "";
                const isLacking = draft.lacking.some(({ name }) => name === target.name);
                return place(page, target.name, isLacking ? "lacking" : filledBy ? "filled" : "", named(target), filledBy);
            })}
            ${place(page, IGNORED, "bin", t("load.column_ignored"), "")}
        </ul>
        <p class="hint">${t("load.required")}</p>
    </section>`;
}

/**
 * @param {LoadPage} page
 * @param {string} target
 * @param {string} kind
 * @param {string} label
 * @param {string} filledBy
 */
function place(page, target, kind, label, filledBy) {
    const over = (/** @type {boolean} */ isOver) => (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        /** @type {HTMLElement} */ (event.currentTarget).classList.toggle("over", isOver);
    };
    const drop = (/** @type {DragEvent} */ event) => {
        over(false)(event);
        const header = event.dataTransfer?.getData("text/plain") ?? "";
        if (page.delivery.draft.assigned.has(header)) assign(page, header, target);
    };
    return html`<li class=${kind} data-target=${target} @dragover=${over(true)} @dragleave=${over(false)} @drop=${drop}>
        <span>${label}</span> ${filledBy ? html`<span class="by">${filledBy}</span>` : nothing}
    </li>`;
}

/**
 * @param {LoadPage} page
 * @param {string} header
 * @param {string} target
 */
function assign(page, header, target) {
    const replaced = page.delivery.draft.assign(header, target);
    if (replaced !== null) page.notices.show({ text: t("load.replaced", { header: replaced }) });
    page.delivery.changed();
}
