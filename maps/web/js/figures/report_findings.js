/** Corrections to published figures, and findings that concern the figures. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { amount, localized, signed } from "./report_words.js";

/** @typedef {import("./report_types.js").Report} Report */
/** @typedef {import("./report_types.js").Doubt} Doubt */

/** @param {Report} report */
export function corrections({ corrections: found }) {
    if (!found.length) return nothing;
    return html`<p>${t("report.corrections_hint")}</p>
        <ul class="corrections">
            ${found.map(
                (one) => html`<li>
                    <p><strong>${t("report.correction", { period: periodName(one.period), difference: changed(one) })}</strong> ${localized(one.label)}</p>
                    <ul>
                        ${one.causes.map(
                            (cause) => html`<li>${signed(cause.amount, 0, cause.side ? cause.side.unit : one.unit)}: <a href="/#selected=${cause.layer}/${cause.id}">${localized(cause.what)}</a></li>`,
                        )}
                    </ul>
                </li>`,
            )}
        </ul>`;
}

/** @param {import("./report_types.js").Correction} one */
function changed({ printed, shown, decimals, unit }) {
    const difference = signed(shown, decimals, unit);
    return printed ? `${printed.map((each) => amount(each, decimals, unit)).join(" → ")}, ${difference}` : difference;
}

/** @param {Report} report */
export function doubts(report) {
    if (!report.doubts.length) return html`<p>${t("report.no_doubts")}</p>`;
    /** @type {Map<string, Doubt[]>} */
    const checks = new Map();
    // Several checks may have the same label for different layers.
    for (const doubt of report.doubts) checks.set(doubt.label.de, [...(checks.get(doubt.label.de) ?? []), doubt]);
    return html`<p>${t("report.doubts_hint", { count: amount(String(report.doubts.length), 0, null) })}</p>
        ${[...checks.values()].map((found) => {
            const [first] = found;
            if (!first) return nothing;
            const touched = [...new Set(found.flatMap(({ keys }) => keys))].map((key) => localized(labelOf(report, key)));
            return html`<details class="doubt">
                <summary><strong>${localized(first.label)}</strong> <span class="count">${amount(String(found.length), 0, null)}</span></summary>
                <p>${localized(first.advice)}</p>
                <p class="hint">${t("report.touches", { figures: touched.join(" · ") })}</p>
                <ul class="plain">
                    ${found.map((one) => html`<li><a href="/#selected=${one.layer}/${one.id}">${one.source_id}</a> <span class="hint">${one.detail}</span></li>`)}
                </ul>
            </details>`;
        })}`;
}

/**
 * @param {Report} report
 * @param {string} key
 */
function labelOf({ lines, key_figures }, key) {
    return [...lines, ...key_figures].find((line) => line.key === key)?.label ?? null;
}
