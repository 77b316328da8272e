/** What the report shows of the city: the whole or one part, and the level by whose parts its figures are split. */

import { t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { address, localized } from "./report_words.js";

/** @typedef {import("./report.js").ReportPage} ReportPage */
/** @typedef {import("./report_types.js").Report} Report */
/** @typedef {{key: string, label: string}} Level */
/** @typedef {{parts: {key: string, name: string}[], levels: Level[]}} Parts */

const UPPER = "district";

/** The address' parameters for what the page shows of the city. @param {ReportPage} page */
export function chosen({ settings: { part, by } }) {
    return { ...(part ? { part } : {}), ...(by ? { by } : {}) };
}

/**
 * The choices of the part and of the level; nothing where there is nothing to choose from.
 * @param {ReportPage} page
 * @param {Report} report
 */
export function choices(page, report) {
    const { parts, levels } = page.parts;
    const { period, release, isDraft } = page.settings;
    const version = { ...(release ? { release } : {}), ...(isDraft ? { draft: "true" } : {}) };
    const go = (/** @type {Record<string, string>} */ more) => location.assign(address(period ?? "", { ...version, ...more }));
    const value = (/** @type {Event} */ event) => /** @type {HTMLSelectElement} */ (event.target).value;
    const key = report.part?.key ?? "";
    const level = report.level ?? UPPER;
    const choosePart = (/** @type {Event} */ event) => go(value(event) ? { part: value(event) } : {});
    const chooseLevel = (/** @type {Event} */ event) => go({ ...(key ? { part: key } : {}), by: value(event) });
    return html`${parts.length > 1
        ? html`<label for="part">${t("report.of_part")}</label>
              <select id="part" @change=${choosePart}>
                  <option value="" ?selected=${!key}>${t("report.whole")}</option>
                  ${parts.map((one) => html`<option value=${one.key} ?selected=${one.key === key}>${one.name}</option>`)}
              </select>`
        : nothing}
    ${levels.length > 1
        ? html`<label for="level">${t("report.level")}</label>
              <select id="level" @change=${chooseLevel}>
                  ${levels.map((one) => html`<option value=${one.key} ?selected=${one.key === level}>${one.label}</option>`)}
              </select>`
        : nothing}`;
}

/** What a report of one part says of itself. @param {Report} report */
export function note({ part, notes = [] }) {
    if (!part) return nothing;
    return html`<p class="hint part-note">${t("report.part_note", { name: part.name, part: part.key })} ${notes.map((one) => html`${localized(one)} `)}</p>`;
}

/**
 * What the parts of the splits are called.
 * @param {ReportPage} page
 * @param {Report} report
 */
export function levelLabel({ settings }, { level = UPPER }) {
    return level === UPPER ? null : (settings.levels.find(({ key }) => key === level)?.label ?? level);
}
