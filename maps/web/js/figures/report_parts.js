/** The parts of the report other than its table: sentences, trends, and the records behind each computed figure. */

import { t, unitOf } from "../shared/catalogue.js";
import { day, number } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { levelLabel } from "./report_extract.js";
import { amount, cellText, localized } from "./report_words.js";

/** @typedef {import("./report.js").ReportPage} ReportPage */
/** @typedef {import("./report_types.js").Report} Report */
/** @typedef {import("./report_types.js").Line} Line */

const FIRST_RECORDS = 50;
const OTHER_PARTS = new Set(["outside", "unlocated", "unassigned"]);

/** @param {Report} report */
export function sentences({ sentences: found }) {
    return found.length ? html`<ul class="sentences">${found.map((one) => html`<li>${localized(one)}</li>`)}</ul>` : nothing;
}

/** The lines with computed figures. @param {Report} report */
const computed = ({ lines, key_figures }) => [...lines, ...key_figures].filter(({ is_manual }) => !is_manual);

/** @type {WeakMap<Report, Map<string, any>>} */
const drawn = new WeakMap();

/**
 * The trends in the form that the charts take, cached per report.
 * @param {Report} report
 * @returns {Map<string, any>}
 */
export function trendsOf(report) {
    const known = drawn.get(report);
    if (known) return known;
    const numeric = (/** @type {string | null} */ text) => (text === null ? null : Number(text));
    const found = new Map(
        computed(report).map((line) => [
            line.key,
            {
                key: line.key,
                label: localized(line.label),
                unit: localized(line.unit),
                decimals: line.decimals,
                points: (report.trends[line.key] ?? []).map(({ period, target, shown }) => ({
                    period,
                    target: numeric(target),
                    actual_rounded: numeric(shown),
                })),
            },
        ]),
    );
    drawn.set(report, found);
    return found;
}

/**
 * @param {ReportPage} page
 * @param {Report} report
 */
export function trends(page, report) {
    return html`<p class="chart-legend">
            <span class="sign actual" aria-hidden="true"></span> ${t("indicators.actual_head")} <span class="sign own" aria-hidden="true"></span>
            ${t("report.actual_of", { period: periodName(report.period) })} <span class="sign target" aria-hidden="true"></span> ${t("indicators.target_head")}
        </p>
        <div class="trends">${computed(report).map((line) => trend(line, report))}</div>`;
}

/**
 * @param {Line} line
 * @param {Report} report
 */
function trend(line, report) {
    const points = report.trends[line.key] ?? [];
    const [first] = points;
    if (!first) return nothing;
    const label = t("indicators.trend_of", { label: localized(line.label), from: periodName(first.period), to: periodName(points.at(-1)?.period ?? "") });
    return html`<figure>
        <figcaption>${localized(line.label)}${labelledUnit(line)}</figcaption>
        <div class="trend"><canvas data-key=${line.key} role="img" aria-label=${label}></canvas></div>
        <details class="values">
            <summary>${t("indicators.values")}</summary>
            <table>
                <thead>
                    <tr><th scope="col">${t("indicators.period")}</th><th scope="col" class="number">${t("indicators.target_head")}</th><th scope="col" class="number">${t("indicators.actual_head")}</th></tr>
                </thead>
                <tbody>
                    ${points.map(
                        ({ period, target, shown }) =>
                            html`<tr><th scope="row">${periodName(period)}</th><td class="number">${amount(target, line.decimals, null)}</td><td class="number">${shown === null ? t("not_recorded") : amount(shown, line.decimals, null)}</td></tr>`,
                    )}
                </tbody>
            </table>
        </details>
    </figure>`;
}

/** The unit, unless the label contains it. @param {Line} line */
const labelledUnit = ({ label, unit }) => (unit && !localized(label).includes(localized(unit)) ? html` <span class="unit">(${localized(unit)})</span>` : nothing);

/**
 * Each computed figure, expandable to its rule, split and records.
 * @param {ReportPage} page
 * @param {Report} report
 */
export function figures(page, report) {
    const at = report.columns.findIndex(({ period, content }) => period === report.period && content === "actual");
    return html`<p>${t("report.figures_hint")}</p>
        ${computed(report).map((line) => {
            const id = `figure-${line.key}`;
            const isOpen = page.opened.has(id);
            const toggled = (/** @type {Event} */ event) => {
                const { open } = /** @type {HTMLDetailsElement} */ (event.target);
                if (open === page.opened.has(id)) return;
                page.opened[open ? "add" : "delete"](id);
                page.update();
            };
            const cell = line.cells[at];
            return html`<details class="figure" id=${id} ?open=${isOpen} @toggle=${toggled}>
                <summary><span class="label">${localized(line.label)}</span> <strong>${cell ? cellText(line, cell) : nothing}</strong></summary>
                ${isOpen ? figureDetails(page, report, line) : nothing}
            </details>`;
        })}`;
}

/**
 * @param {ReportPage} page
 * @param {Report} report
 * @param {Line} line
 */
function figureDetails(page, report, line) {
    return html`<h3>${t("report.rule")}</h3>
        <p>${localized(report.definitions[line.key]?.rule ?? null)}</p>
        ${redefined(report, line)} ${split(page, report, line)}
        ${sides(report, line).map(({ key, label }) => html`${key === line.key ? nothing : html`<h3>${localized(label)}</h3>`}${records(page, report, line, key)}`)}`;
}

/**
 * What has records: numerator and denominator of a ratio, else the figure itself.
 * @param {Report} report
 * @param {Line} line
 */
function sides(report, line) {
    const own = report.definitions[line.key]?.sides ?? [];
    return own.length ? own : [line];
}

/**
 * Since when a line is defined otherwise, within the periods shown.
 * @param {Report} report
 * @param {Line} line
 */
export const redefined = (report, { key }) =>
    report.redefinitions.filter((one) => one.key === key).map(({ text }) => html`<p class="hint">${localized(text)}</p>`);

/**
 * Whether a figure is a sum, of whose parts none is missing but those that are not recorded.
 * @param {Report} report
 * @param {Line} line
 */
const isSum = (report, { key }) => report.definitions[key]?.aggregation === "sum";

/**
 * @param {ReportPage} page
 * @param {Report} report
 * @param {Line} line
 */
function split(page, report, line) {
    const parts = report.splits[line.key] ?? [];
    const largest = Math.max(...parts.map(({ exact }) => Math.abs(Number(exact))), 0);
    if (!largest) return nothing;
    const name = (/** @type {string} */ part) => (OTHER_PARTS.has(part) ? t(`report.part_of.${part}`) : part);
    const level = levelLabel(page, report);
    return html`<h3>${level ? t("report.split_by", { parts: level }) : t("report.split")}</h3>
        <table class="split">
            <thead><tr><th scope="col">${level ?? t("report.district")}</th><th scope="col" class="number">${t("report.share")}</th><td class="bar"></td></tr></thead>
            <tbody>
                ${parts.map(
                    ({ part, exact, shown }) => html`<tr>
                        <th scope="row">${name(part)}</th>
                        <td class="number">${shown === null && isSum(report, line) ? t("not_recorded") : amount(shown, line.decimals, line.unit)}</td>
                        <td class="bar"><meter aria-hidden="true" min="0" max=${largest} value=${Math.max(Number(exact), 0)}></meter></td>
                    </tr>`,
                )}
            </tbody>
        </table>`;
}

/**
 * @param {ReportPage} page
 * @param {Report} report
 * @param {Line} line
 * @param {string} key its own, or that of a side of its ratio
 */
function records(page, report, line, key) {
    const found = report.records[key] ?? [];
    const id = `records-${line.key}-${key}`;
    const shown = page.opened.has(id) ? found : found.slice(0, FIRST_RECORDS);
    const all = () => {
        page.opened.add(id);
        page.update();
    };
    const unit = key === line.key ? line.unit : null;
    const decimals = unitOf(localized(unit))?.record_decimals ?? 0;
    const written = (/** @type {string} */ text) => amount(text, decimals, unit);
    return html`<h3>${t("report.records", { count: number(found.length) })}</h3>
        ${found.length ? nothing : html`<p class="hint">${t("report.no_records")}</p>`}
        <div class="records" ?hidden=${!found.length}>
            <table>
                <thead>
                    <tr><th scope="col">${t("report.record")}</th><th scope="col">${t("report.source")}</th><th scope="col">${t("report.date")}</th><th scope="col" class="number">${t("report.amount")}</th><th scope="col">${levelLabel(page, report) ?? t("report.district")}</th></tr>
                </thead>
                <tbody>
                    ${shown.map(
                        (one) => html`<tr>
                            <th scope="row"><a href="/#selected=${one.layer}/${one.id}">${one.source_id}</a></th>
                            <td>${one.source}</td>
                            <td>${day(one.date)}</td>
                            <td class="number">${written(one.amount)}</td>
                            <td>${districts(one.district)}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>
        ${shown.length < found.length ? html`<button type="button" class="quiet" @click=${all}>${t("report.all_records", { count: number(found.length) })}</button>` : nothing}`;
}

/** @param {string} text */
const districts = (text) => text.split("|").map((one) => (OTHER_PARTS.has(one) ? t(`report.part_of.${one}`) : one)).join(", ");
