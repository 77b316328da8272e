/** The content of the page: the report from top to bottom, or the reason why there is none. */

import { language, t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { Problem } from "../shared/api.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { duties } from "./report_duties.js";
import { corrections, doubts } from "./report_findings.js";
import { choices, chosen, note } from "./report_extract.js";
import { files } from "./report_files.js";
import { figures, sentences, trends } from "./report_parts.js";
import { releases, versions } from "./report_releases.js";
import { table, textTable } from "./report_table.js";
import { address } from "./report_words.js";

/** @typedef {import("./report.js").ReportPage} ReportPage */
/** @typedef {import("./report_types.js").Report} Report */

/**
 * @param {ReportPage} page
 * @param {Report} report
 */
export function view(page, report) {
    const of = report.part;
    const parts = [
        part("summary", sentences(report)),
        part("table", table(page, report)),
        part("text", textTable(page, report)),
        part("trends", trends(page, report)),
        part("maps", page.maps.view()),
        part("figures", figures(page, report)),
        part("corrections", of ? nothing : corrections(report)),
        part("doubts", doubts(report)),
        part("schedule", of ? nothing : duties(page)),
        part("state", state(report)),
        part("releases", of ? nothing : releases(page)),
    ].filter(({ content }) => content !== nothing);
    return html`${head(page, report)}
        <nav class="contents" aria-label=${t("report.contents")}>
            <ol>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>
        </nav>
        <div class="sheet">
            ${note(report)} ${isEmpty(report) ? empty(page) : nothing}
            ${parts.map(({ id, title, content }) => html`<section id=${id} aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${content}</section>`)}
        </div>`;
}

/**
 * @param {string} id
 * @param {unknown} content
 */
const part = (id, content) => ({ id, title: t(`report.part.${id}`), content });

/**
 * @param {ReportPage} page
 * @param {Report} report
 */
function head(page, report) {
    return html`<header class="report-head">
        <div>
            <h1>${page.title}</h1>
            <p class="state">${badge(report)} <span>${t("report.recorded", { at: instant(report.status.recorded_at) })}</span></p>
        </div>
        <div class="choices">${chooser(page)} ${choices(page, report)} ${versions(page)}</div>
        ${files(page)}
    </header>`;
}

/** @param {Report} report */
function badge({ status, part }) {
    if (status.state === "draft") return html`<span class="tag draft">${t("report.draft")}</span>`;
    return html`<span class="tag release">${t(part ? "report.part_of_release" : "report.release", { number: status.number ?? "" })}</span>`;
}

/** The choice of the period shown. @param {ReportPage} page */
function chooser(page) {
    const { period } = page.settings;
    const names = page.periods.map((one) => one.period);
    const known = names.includes(period ?? "") ? names : [period ?? "", ...names];
    const go = (/** @type {Event} */ event) => location.assign(address(/** @type {HTMLSelectElement} */ (event.target).value, chosen(page)));
    return html`<label for="period">${t("indicators.period")}</label>
        <select id="period" @change=${go}>
            ${known.map((one) => html`<option value=${one} ?selected=${one === period}>${periodName(one)}</option>`)}
        </select>`;
}

/** Whether the period has no records and no reported figures. @param {Report} report */
const isEmpty = ({ lines, records }) =>
    Object.values(records).every(({ length }) => !length) &&
    lines.every(({ cells, is_manual }) => !is_manual || cells.every(({ shown, text }) => shown === null && text === null));

/** @param {ReportPage} page */
function empty(page) {
    return html`<div class="message">
        <p><strong>${t("report.empty")}</strong></p>
        <p>${t("report.empty_hint", { period: periodName(page.settings.period ?? "") })}</p>
    </div>`;
}

/** The report's status: when it was recorded and published, by which version. @param {Report} report */
function state({ status, goals }) {
    const facts = [
        [t("report.fact.state"), status.state === "draft" ? t("report.draft_long") : t("report.release", { number: status.number ?? "" })],
        [t("report.fact.recorded_at"), instant(status.recorded_at)],
        [t("report.fact.published_by"), status.published_by],
        [t("report.fact.reason"), status.reason],
        [t("report.fact.accepted"), status.accepted],
        [t("report.fact.version"), status.version],
        [t("report.fact.hash"), status.hash ? html`<code>${status.hash}</code>` : null],
    ];
    return html`<dl class="facts">
        ${facts.filter(([, value]) => value).map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
    </dl>`;
}

export const loading = () => html`<p class="message" aria-busy="true">${t("loading")}</p>`;

/** The request to sign in. @param {ReportPage} page */
export function denied(page) {
    return html`<div class="message">
        <h1>${t("report.denied")}</h1>
        <p>${t("report.denied_hint")}</p>
        <p class="buttons">
            <button type="button" class="primary" @click=${() => page.account.open()}>${t("session.sign_in")}</button>
            <a class="button" href="/?lang=${language}">${t("report.back_to_map")}</a>
        </p>
    </div>`;
}

/**
 * The message that there is no such report.
 * @param {ReportPage} page
 * @param {string} title
 */
export function unknown(page, title) {
    return html`<div class="message">
        <p class="big" aria-hidden="true">404</p>
        <h1>${title}</h1>
        <p>${t("report.unknown_hint")}</p>
        <p class="buttons">
            <a class="button primary" href="/report?lang=${page.settings.language}">${t("report.all")}</a>
            <a class="button" href="/?lang=${language}">${t("report.back_to_map")}</a>
        </p>
    </div>`;
}

/**
 * The message that the service has refused the request or does not respond.
 * @param {ReportPage} page
 * @param {unknown} error
 */
export function failed(page, error) {
    const problem = error instanceof Problem ? error : null;
    if (problem?.isTemporary) return html`<p class="message" aria-busy="true">${t("report.waiting")}</p>`;
    if (problem?.status === 404) return unknown(page, problem.message);
    const isForbidden = problem?.status === 403;
    return html`<div class="message">
        <h1>${t(isForbidden ? "report.limited" : "report.failed")}</h1>
        <p>${isForbidden ? t("report.limited_hint") : String(problem?.message ?? error)}</p>
        <p class="buttons">
            <button type="button" class="primary" @click=${() => location.reload()}>${t("report.again")}</button>
            <a class="button" href="/?lang=${language}">${t("report.back_to_map")}</a>
        </p>
    </div>`;
}

