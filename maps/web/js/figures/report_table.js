/** The report's table: grouped by area and product, with the city's goals, and with fields that the reader may edit. */

import { language, t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { below, button, field } from "./report_cell.js";
import { chosen } from "./report_extract.js";
import { redefined } from "./report_parts.js";
import { address, cellText, localized } from "./report_words.js";
import { mayEditLayer } from "../shared/session.js";

/** @typedef {import("./report.js").ReportPage} ReportPage */
/** @typedef {import("./report_types.js").Report} Report */
/** @typedef {import("./report_types.js").Line} Line */

/**
 * The table with its hints and the city's goals.
 * @param {ReportPage} page
 * @param {Report} report
 */
export function table(page, report) {
    return html`${advice(page, report)}
        ${grid(page, report, report.lines)}
        ${goalsOf(Object.entries(report.goals))}`;
}

/** @param {[string, import("./report_types.js").Words][]} goals */
const goalsOf = (goals) =>
    goals.length
        ? html`<p class="goals">${t("report.goals")} ${goals.map(([goal, words]) => html`<span><sup>${goal}</sup> ${localized(words)}</span> `)}</p>`
        : nothing;

/**
 * Hints for editors: what they can edit, or where.
 * @param {ReportPage} page
 * @param {Report} report
 */
function advice(page, report) {
    const { editing, session } = page;
    if (editing.isOn && report.part) return html`<p class="hint no-print">${t("report.editing_hint_part")}</p>`;
    if (editing.isOn) {
        const another = html`<a href="/?lang=${language}#panel=act">${t("report.new_line")}</a>`;
        return html`<p class="hint no-print">${t("report.editing_hint")} ${mayEditLayer(session, "manual_indicators") ? another : nothing}</p>`;
    }
    if (report.status.state === "draft" || !mayEditLayer(session, "targets")) return nothing;
    const draft = address(report.period, { ...chosen(page), draft: "true" });
    return html`<p class="hint no-print">${t("report.frozen")} <a href=${draft}>${t("report.to_draft")}</a></p>`;
}

/**
 * The figures that appear in the text but not in the table.
 * @param {ReportPage} page
 * @param {Report} report
 */
export const textTable = (page, report) => (report.key_figures.length ? grid(page, report, report.key_figures) : nothing);

/**
 * A table of lines. It has explicit roles, since narrow screens lay its rows out as cards.
 * @param {ReportPage} page
 * @param {Report} report
 * @param {Line[]} lines
 */
function grid(page, report, lines) {
    const width = report.columns.length + 2;
    const groups = grouped(lines);
    return html`<table class="figures columns-${report.columns.length}" role="table">
        <caption class="hidden">${t("report.caption", { period: periodName(report.period) })}</caption>
        <thead role="rowgroup">
            <tr role="row">
                <th scope="col" role="columnheader">${t("report.indicator")}</th>
                ${report.columns.map(({ label, content }) => html`<th scope="col" role="columnheader" class="number ${content}">${localized(label)}</th>`)}
                <th scope="col" role="columnheader">${t("report.remark")}</th>
            </tr>
        </thead>
        ${groups.map(
            ({ area, product, lines: own }) => html`<tbody role="rowgroup">
                ${area ? html`<tr class="area" role="row"><th scope="rowgroup" role="rowheader" colspan=${width}>${area}</th></tr>` : nothing}
                <tr class="product" role="row"><th scope="rowgroup" role="rowheader" colspan=${width}>${product}</th></tr>
                ${own.map((line) => row(page, report, line, width))}
            </tbody>`,
        )}
    </table>`;
}

/**
 * Consecutive lines grouped by product; only the first group of an area carries its name.
 * @param {Line[]} lines
 */
function grouped(lines) {
    /** @type {{area: string, product: string, lines: Line[]}[]} */
    const found = [];
    let area = "";
    for (const line of lines) {
        const last = found.at(-1);
        if (last && area === localized(line.area) && last.product === localized(line.product)) last.lines.push(line);
        else found.push({ area: area === localized(line.area) ? "" : localized(line.area), product: localized(line.product), lines: [line] });
        area = localized(line.area);
    }
    return found;
}

/**
 * @param {ReportPage} page
 * @param {Report} report
 * @param {Line} line
 * @param {number} width
 */
function row(page, report, line, width) {
    const { editing } = page;
    const isOpen = editing.form?.line.key === line.key;
    return html`<tr role="row" class=${isOpen ? "open" : ""}>
            <th scope="row" role="rowheader">${localized(line.label)}${goals(line)}</th>
            ${report.columns.map(
                (column, at) => html`<td role="cell" class="number ${column.content}"><span class="head" aria-hidden="true">${localized(column.label)}</span>${cell(page, line, at)}</td>`,
            )}
            <td role="cell" class="remark">${remark(page, line)}${page.report ? redefined(page.report, line) : nothing}</td>
        </tr>
        ${isOpen && editing.form ? html`<tr role="row" class="below"><td role="cell" colspan=${width}>${below(editing.form)}</td></tr>` : nothing}`;
}

/** @param {Line} line */
function goals({ goals: served }) {
    return served.length ? html`<sup class="served"><span class="hidden">${t("report.goals")}</span> ${served.join(", ")}</sup>` : nothing;
}

/**
 * @param {ReportPage} page
 * @param {Line} line
 * @param {number} at
 */
function cell(page, line, at) {
    const column = page.report?.columns[at];
    const shown = line.cells[at];
    if (!column || !shown) return nothing;
    const ofYear = shown.of_year ? html` <span class="of-year">${t("report.of_year")}</span>` : nothing;
    const content = html`${cellText(line, shown)}${ofYear}`;
    const place = page.editing.placeOf(line, column);
    if (place) return page.editing.form?.place.id === place.id ? field(page.editing.form, content) : button(page, place, content);
    const isOwn = column.content === "actual" && column.period === page.report?.period;
    if (line.is_manual || !isOwn) return content;
    const open = (/** @type {Event} */ event) => {
        event.preventDefault();
        page.open(`figure-${line.key}`);
    };
    return html`<a href="#figure-${line.key}" class="opens" title=${t("report.opens")} @click=${open}>${content}</a>`;
}

/**
 * @param {ReportPage} page
 * @param {Line} line
 */
function remark(page, line) {
    const place = page.editing.placeOf(line, null);
    const content = line.remark ? html`<span class="said">${line.remark}</span>` : nothing;
    if (!place) return content;
    return page.editing.form?.place.id === place.id ? field(page.editing.form, nothing) : button(page, place, content);
}
