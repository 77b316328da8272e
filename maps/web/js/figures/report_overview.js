/** The list of periods with the status of their reports. */

import { t } from "../shared/catalogue.js";
import { day, instant } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { dutySummary } from "./report_duties.js";
import { address } from "./report_words.js";

/** @param {import("./report.js").ReportPage} page */
export function overview({ periods, next }) {
    return html`<header class="report-head"><div><h1>${t("report.overview")}</h1><p class="state">${t("report.overview_hint")}</p></div></header>
        <div class="sheet">
            <table class="periods">
                <thead>
                    <tr><th scope="col">${t("indicators.period")}</th><th scope="col">${t("report.days")}</th><th scope="col">${t("report.fact.state")}</th><th scope="col">${t("report.published")}</th><th scope="col">${t("report.schedule")}</th></tr>
                </thead>
                <tbody>${periods.map(row)}</tbody>
            </table>
            ${next ? html`<p class="hint next">${t("report.next", { period: periodName(next.period), at: day(next.due_on) })}</p>` : nothing}
        </div>`;
}

/** @param {import("./report.js").KnownPeriod} known */
function row({ period, first, last, state, number, published_at, published_by, duties }) {
    const isRelease = state === "release";
    return html`<tr class=${period.includes("-") ? "half" : "year"}>
        <th scope="row"><a href=${address(period)}>${periodName(period)}</a></th>
        <td>${day(first)} – ${day(last)}</td>
        <td><span class="tag ${state}">${isRelease ? t("report.release", { number: number ?? "" }) : t("report.draft")}</span></td>
        <td>${isRelease ? html`<span class="head">${t("report.published")}: </span>${instant(published_at)}, ${published_by}` : nothing}</td>
        <td>${duties.map((duty) => html`<div>${dutySummary(duty)}</div>`)}</td>
    </tr>`;
}
