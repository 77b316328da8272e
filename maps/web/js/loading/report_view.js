/** Tables of what a trial or a load has found: rows, and columns. */

import { t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { onPage } from "./page_words.js";

/**
 * Rows that are bad, or that were changed so that they could be stored.
 * @param {"problems" | "adjusted"} kind
 * @param {import("./types.js").RowProblems} problems
 * @param {Map<string, string>} labels of our columns
 */
export function rowProblems(kind, { count, rows }, labels) {
    if (!rows.length) return nothing;
    const isBad = kind === "problems";
    return html`<h3 id="${kind}-title">${t(isBad ? "load.problems" : "load.adjusted")}</h3>
        ${count > rows.length ? html`<p class="hint">${t("load.first_of", { shown: number(rows.length), count: number(count) })}</p>` : nothing}
        <div class="wide tall" tabindex="0" role="region" aria-labelledby="${kind}-title">
            <table>
                <thead><tr>
                    <th scope="col" class="number">${t("load.row")}</th>
                    ${["source_id", "column", "value", "reason"].map((name) => html`<th scope="col">${t(`load.problem_${name}`)}</th>`)}
                </tr></thead>
                <tbody>
                    ${rows.map(({ row, source_id, column, value, reason }) => html`<tr>
                        <th scope="row" class="number">${row === null ? "" : number(row)}</th>
                        <td>${source_id ?? ""}</td>
                        <td>${column === null ? "" : labels.get(column) ?? column}</td>
                        <td class="value">${value ?? ""}</td>
                        <td class="reason">${onPage(reason)}</td>
                    </tr>`)}
                </tbody>
            </table>
        </div>`;
}

/**
 * What happens to the values of existing records, by column.
 * @param {import("./types.js").ColumnChange[]} changes
 * @param {Map<string, string>} labels
 */
export function columnChanges(changes, labels) {
    if (!changes.length) return nothing;
    const names = /** @type {const} */ (["present", "filled", "changed", "emptied"]);
    return html`<h3 id="changes-title">${t("load.changes")}</h3>
        <div class="wide" tabindex="0" role="region" aria-labelledby="changes-title">
            <table class="changes">
                <thead><tr><th scope="col">${t("load.column")}</th>${names.map((name) => html`<th scope="col" class="number">${t(`load.change_${name}`)}</th>`)}</tr></thead>
                <tbody>
                    ${changes.map((change) => html`<tr>
                        <th scope="row">${labels.get(change.column) ?? change.column}</th>
                        ${names.map((name) => html`<td class="number ${name === "emptied" && change.emptied ? "warn" : ""}">${number(change[name])}</td>`)}
                    </tr>`)}
                </tbody>
            </table>
        </div>`;
}
