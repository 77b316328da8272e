/** The results of the schedule for a period: its draft, and missing figures. */

import { t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { fileButton } from "../land/download.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";

/** @typedef {{what: "actual" | "target", key: string, period: string, product: string, label: string}} Missing */
/** @typedef {{duty: "draft" | "figures", due_on: string, outcome: "done" | "missing" | "failed", looked_at: string, done_at: string | null, files: string[], missing: Missing[], error: string | null}} Duty */

/** @typedef {{name: string, media_type: string, size: number, made_at: string, made_by: string}} DraftDocument */

/**
 * The outcome of a duty in one line.
 * @param {Duty} duty
 */
export function dutySummary({ duty, outcome, done_at: done, looked_at: looked, missing }) {
    if (outcome === "missing") return t("report.duty.missing", { count: missing.length });
    const key = `${duty}_${outcome}`;
    return t(`report.duty.${key}`, { at: instant(done ?? looked) });
}

/**
 * The outcomes of the duties, and the missing figures with links to their cells.
 * @param {import("./report.js").ReportPage} page
 */
export function duties(page) {
    const known = page.periods.find(({ period }) => period === page.settings.period);
    if (!known?.duties.length) return nothing;
    return html`<ul class="duties">
        ${known.duties.map(
            (duty) => html`<li>
                <p>${duty.outcome === "done" ? nothing : html`<span class="tag draft">${t("report.open")}</span> `}${dutySummary(duty)}</p>
                ${duty.error ? html`<p class="hint">${duty.error}</p>` : nothing}
                ${duty.missing.length
                    ? html`<p class="hint">${t("report.looked", { at: instant(duty.looked_at) })}</p>
                          <ul>
                              ${duty.missing.map((one) => html`<li><a href="#cell-${one.what}-${one.key}-${one.period}">${one.label}</a> <span class="hint">${t(`report.what.${one.what}`)}, ${periodName(one.period)}</span></li>`)}
                          </ul>`
                    : nothing}
                ${duty.duty === "draft" ? draftDocuments(page, known.documents ?? []) : nothing}
            </li>`,
        )}
    </ul>`;
}

/**
 * The documents of the scheduled draft, as they were made.
 * @param {import("./report.js").ReportPage} page
 * @param {DraftDocument[]} documents
 */
function draftDocuments(page, documents) {
    const [first] = documents;
    if (!first) return nothing;
    const path = (/** @type {string} */ name) => `/api/reports/${page.settings.period}/documents/${name}`;
    return html`<details class="no-print">
        <summary>${t("report.draft_documents", { count: documents.length })}</summary>
        <p class="hint">${t("report.draft_made", { at: instant(first.made_at), by: first.made_by })}</p>
        <div class="files">${documents.map(({ name }) => fileButton(page, name, path(name)))}</div>
    </details>`;
}
