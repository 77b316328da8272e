/** A table that readers can sort, with clickable rows. */

import { t } from "./catalogue.js";
import { collate } from "./format.js";
import { html, nothing } from "../lib/lit.js";

/**
 * A column: its heading, its sort value, and its content.
 * @template Row
 * @typedef {object} Column
 * @property {string} key
 * @property {string} label
 * @property {(row: Row) => string | number | null | undefined} value
 * @property {(row: Row) => unknown} [shown] the content; defaults to the value
 * @property {boolean} [isNumber]
 */
/**
 * @template Row
 * @typedef {object} TableOptions
 * @property {string} caption
 * @property {Column<Row>[]} columns the first one names the row
 * @property {readonly Row[]} rows
 * @property {string} [sort] the key of a column, preceded by a minus for descending order
 * @property {(sort: string) => void} [onSort] without it the table cannot be sorted
 * @property {(row: Row) => void} [onRow] called when a row's name is clicked
 * @property {(row: Row) => boolean} [leads] whether a row is clickable
 * @property {Row | null} [total]
 * @property {(row: Row) => boolean} [isChosen]
 */

/**
 * @template Row
 * @param {TableOptions<Row>} options
 */
export function sortable(options) {
    const { caption, columns, rows, sort = "", total } = options;
    const name = sort.replace(/^-/, "");
    const column = columns.find(({ key }) => key === name);
    const shown = column ? sorted(rows, column, sort.startsWith("-")) : rows;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
        <table>
            <caption class="hidden">${caption}</caption>
            <thead>
                <tr>${columns.map((one) => heading(one, options))}</tr>
            </thead>
            <tbody>${shown.map((row) => line(row, options))}</tbody>
            ${total ? html`<tfoot>${line(total, { ...options, onRow: undefined })}</tfoot>` : nothing}
        </table>
    </div>`;
}

/**
 * @template Row
 * @param {readonly Row[]} rows
 * @param {Column<Row>} column
 * @param {boolean} isDown
 */
function sorted(rows, { value }, isDown) {
    return [...rows].sort((one, other) => {
        const [a, b] = [value(one), value(other)];
        // Missing values are last in both directions.
        if (a === null || a === undefined || b === null || b === undefined) return Number(a === null || a === undefined) - Number(b === null || b === undefined);
        const order = typeof a === "number" && typeof b === "number" ? a - b : collate(String(a), String(b));
        return isDown ? -order : order;
    });
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {TableOptions<Row>} options
 */
function heading({ key, label, isNumber }, { sort = "", onSort }) {
    if (!onSort) return html`<th scope="col" class=${isNumber ? "number" : ""}>${label}</th>`;
    const isSorted = sort.replace(/^-/, "") === key;
    const isDown = sort.startsWith("-");
    // Numbers sort in descending order first.
    const first = isNumber ? `-${key}` : key;
    const next = !isSorted ? first : isDown ? key : `-${key}`;
    return html`<th scope="col" class=${isNumber ? "number" : ""} aria-sort=${isSorted ? (isDown ? "descending" : "ascending") : "none"}>
        <button type="button" @click=${() => onSort(next)}>
            ${label}<span class="arrow" aria-hidden="true">${isSorted ? (isDown ? "▼" : "▲") : ""}</span>
        </button>
    </th>`;
}

/**
 * @template Row
 * @param {Row} row
 * @param {TableOptions<Row>} options
 */
function line(row, { columns, onRow, leads, isChosen }) {
    const chosen = isChosen?.(row) ?? false;
    return html`<tr class=${chosen ? "selected" : ""}>
        ${columns.map(({ value, shown, isNumber }, index) => {
            const content = (shown ? shown(row) : value(row)) ?? t("missing");
            if (index) return html`<td class=${isNumber ? "number" : ""}>${content}</td>`;
            const isLink = onRow && (leads?.(row) ?? true);
            return html`<th scope="row">
                ${isLink ? html`<button type="button" class="link" @click=${() => onRow(row)}>${content}</button>` : content}
            </th>`;
        })}
    </tr>`;
}
