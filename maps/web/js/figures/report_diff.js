/** The differences between two versions of a report, record by record, with the changes that caused them. */

import { t } from "../shared/catalogue.js";
import { instant } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { periodName } from "../shared/periods.js";
import { amount, localized, signed } from "./report_words.js";

/** @typedef {{at: string, by: string, operation: string}} Write */
/** @typedef {{effect: "appeared" | "disappeared" | "changed", layer: string, id: number, source_id: string, label: string, before: string | null, after: string | null, difference: string, cause: string, writes: Write[]}} RecordDifference */
/** @typedef {{key: string, label: string, unit: string | null, before: string | null, after: string | null, difference: string, not_recorded: ("before" | "after")[], records: RecordDifference[]}} FigureDifference */
/** @typedef {{layer: "targets" | "remarks" | "manual_actuals", id: number, key: string, period: string, before: string | null, after: string | null, writes: Write[]}} SetDifference */
/** @typedef {{figures: FigureDifference[], set_values: SetDifference[]}} Explanation */

const NOW = "now";
const NUMBER = /^-?\d+(\.\d+)?$/;

export class Differences {
    /** @type {Explanation | null} */
    #found = null;
    #isBusy = false;
    #error = "";

    /** @param {import("./report.js").ReportPage} page */
    constructor(page) {
        this.page = page;
        this.from = String(page.releases[0]?.number ?? "");
        this.to = NOW;
    }

    async #ask() {
        const { api, settings } = this.page;
        this.#isBusy = true;
        this.#error = "";
        this.page.update();
        try {
            this.#found = await api.get(`/api/reports/${settings.period}/diff?from=${this.from}&to=${this.to}&lang=${api.language}`);
        } catch (error) {
            this.#error = error instanceof Error ? error.message : String(error);
        }
        this.#isBusy = false;
        this.page.update();
    }

    view() {
        const submit = (/** @type {Event} */ event) => {
            event.preventDefault();
            void this.#ask();
        };
        return html`<h3 id="diff">${t("report.diff")}</h3>
            <form class="diff no-print" @submit=${submit}>
                <label for="diff-from">${t("report.from")}</label> ${this.#choice("from")} <label for="diff-to">${t("report.to")}</label> ${this.#choice("to")}
                <button type="submit" class="primary" ?disabled=${this.#isBusy || this.from === this.to}>${t(this.#isBusy ? "report.comparing" : "report.compare")}</button>
            </form>
            <p class="error" role="alert">${this.#error || nothing}</p>
            <div role="status">${this.#found && !this.#isBusy ? this.#explained(this.#found) : nothing}</div>`;
    }

    /** @param {"from" | "to"} side */
    #choice(side) {
        const chosen = (/** @type {Event} */ event) => {
            this[side] = /** @type {HTMLSelectElement} */ (event.target).value;
            this.#found = null;
            this.page.update();
        };
        return html`<select id="diff-${side}" @change=${chosen}>
            ${this.page.releases.map(({ number }) => html`<option value=${number} ?selected=${this[side] === String(number)}>${t("report.version_number", { number })}</option>`)}
            ${side === "to" ? html`<option value=${NOW} ?selected=${this.to === NOW}>${t("report.now")}</option>` : nothing}
        </select>`;
    }

    /** @param {Explanation} found */
    #explained({ figures, set_values: set }) {
        if (!figures.length && !set.length) return html`<p>${t("report.same")}</p>`;
        return html`${figures.map(figure)}${set.length ? this.#set(set) : nothing}`;
    }

    /** @param {SetDifference[]} found */
    #set(found) {
        const { lines = [], key_figures: others = [] } = this.page.report ?? {};
        const labelOf = (/** @type {string} */ key) => localized([...lines, ...others].find((line) => line.key === key)?.label ?? null) || key;
        return html`<h4>${t("report.set_values")}</h4>
            <div class="records">
                <table>
                    <thead><tr><th scope="col">${t("report.indicator")}</th><th scope="col">${t("report.what")}</th><th scope="col">${t("report.before")}</th><th scope="col">${t("report.after")}</th><th scope="col">${t("report.who")}</th></tr></thead>
                    <tbody>
                        ${found.map(
                            (one) => html`<tr>
                                <th scope="row">${labelOf(one.key)}</th>
                                <td>${t(`report.set.${one.layer}`)}, ${periodName(one.period)}</td>
                                <td>${written(one.before)}</td>
                                <td>${written(one.after)}</td>
                                <td>${who(one.writes)}</td>
                            </tr>`,
                        )}
                    </tbody>
                </table>
            </div>`;
    }
}

/** @param {FigureDifference} one */
function figure({ label, unit, before, after, difference, not_recorded: absent, records }) {
    const words = unit ? { de: unit, en: unit } : null;
    return html`<h4>${label}</h4>
        <p>${absent.includes("before") ? t("not_recorded") : amount(before, 0, words)} <span aria-hidden="true">→</span> ${absent.includes("after") ? t("not_recorded") : amount(after, 0, words)} <strong>(${signed(difference, 0, words)})</strong></p>
        <div class="records">
            <table>
                <thead>
                    <tr><th scope="col">${t("report.effect")}</th><th scope="col">${t("report.record")}</th><th scope="col" class="number">${t("report.before")}</th><th scope="col" class="number">${t("report.after")}</th><th scope="col" class="number">${t("report.difference")}</th><th scope="col">${t("report.cause")}</th><th scope="col">${t("report.who")}</th></tr>
                </thead>
                <tbody>
                    ${records.map(
                        (one) => html`<tr>
                            <td><span class="tag ${one.effect}">${t(`report.effect.${one.effect}`)}</span></td>
                            <th scope="row"><a href="/#selected=${one.layer}/${one.id}">${one.label}</a></th>
                            <td class="number">${amount(one.before, 0, words)}</td>
                            <td class="number">${amount(one.after, 0, words)}</td>
                            <td class="number">${signed(one.difference, 0, words)}</td>
                            <td>${one.cause}</td>
                            <td>${who(one.writes)}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>`;
}

/** @param {Write[]} writes */
const who = (writes) => writes.map(({ by, at }) => html`<div>${by}, ${instant(at)}</div>`);

/** @param {string | null} value */
const written = (value) => (value !== null && NUMBER.test(value) ? amount(value, 0, null) : (value ?? t("missing")));
