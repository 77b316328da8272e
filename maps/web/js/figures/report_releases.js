/** The period's releases, the choice of the version shown, and the differences between versions. */

import { t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { Differences } from "./report_diff.js";
import { chosen } from "./report_extract.js";
import { address } from "./report_words.js";

/** @typedef {import("./report.js").ReportPage} ReportPage */
/** @typedef {{number: number, place: number, recorded_at: string, published_at: string, published_by: string, reason: string | null, accepted: string | null, hash: string}} Release */

/** The comparison form of each page. @type {WeakMap<ReportPage, Differences>} */
const comparisons = new WeakMap();

/**
 * The choice of the version shown; nothing if the period has no releases.
 * @param {ReportPage} page
 */
export function versions(page) {
    const { releases, settings, report } = page;
    if (!releases.length) return nothing;
    const [latest] = releases;
    const shown = report?.status.state === "draft" ? "draft" : String(report?.status.number);
    const go = (/** @type {Event} */ event) => {
        const { value } = /** @type {HTMLSelectElement} */ (event.target);
        /** @type {Record<string, string>} */
        const version = value === "draft" ? { draft: "true" } : value === String(latest?.number) ? {} : { release: value };
        location.assign(address(settings.period ?? "", { ...version, ...chosen(page) }));
    };
    return html`<label for="version">${t("report.version")}</label>
        <select id="version" @change=${go}>
            ${releases.map(({ number }) => html`<option value=${number} ?selected=${shown === String(number)}>${t("report.release", { number })}</option>`)}
            <option value="draft" ?selected=${shown === "draft"}>${t("report.draft_now")}</option>
        </select>`;
}

/**
 * The releases, and the form that compares versions.
 * @param {ReportPage} page
 */
export function releases(page) {
    const { releases: found } = page;
    if (!found.length) return html`<p>${t("report.not_published")}</p>`;
    const differences = comparisons.get(page) ?? new Differences(page);
    comparisons.set(page, differences);
    return html`<ol class="releases">${found.map(release)}</ol>
        ${differences.view()}`;
}

/** @param {Release} one */
function release({ number, published_at: at, published_by: by, recorded_at: recorded, reason, accepted, hash, place }) {
    return html`<li>
        <p><strong>${t("report.release", { number })}</strong> <span class="hint">${t("report.by_at", { by, at: instant(at) })} · ${t("report.recorded", { at: instant(recorded) })}</span></p>
        ${reason ? html`<p>${t("report.because", { reason })}</p>` : nothing} ${accepted ? html`<p>${t("report.accepted_because", { reason: accepted })}</p>` : nothing}
        <p class="hint">${t("report.place", { place })} <code>${hash}</code></p>
    </li>`;
}
