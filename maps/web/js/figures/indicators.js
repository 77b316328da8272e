/** The indicators panel: a card per indicator of the chosen period, with target, trend and a link to its records. */

import { t } from "../shared/catalogue.js";
import { percent } from "../shared/format.js";
import { Charts } from "./indicator_chart.js";
import { Records } from "./indicator_records.js";
import { Splits } from "./indicator_split.js";
import { formatFigure, withUnit } from "./indicator_words.js";
import { html, nothing, render, repeat } from "../lib/lit.js";
import { choices, lastReported, periodName } from "../shared/periods.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {{key: string, label: string, unit: string, decimals: number, period: string, target: number | null, actual: number | null, actual_rounded: number | null, remark: string | null, suppressed: boolean, recorded: boolean}} Figure */
/** @typedef {{period: string, target: number | null, actual: number | null, actual_rounded: number | null, suppressed: boolean, recorded: boolean}} Point */
/** @typedef {{key: string, label: string, unit: string, decimals: number, kind: "flow" | "stock", layer: string, shows_records: boolean, points: Point[]}} Trend */

const PERIOD = "indicators.period";
const OPEN = "indicators.open";

/** @type {import("../page/app.js").Panel} */
export const indicators = {
    id: "indicators",
    icon: "M4 20V10h4v10H4Zm6 0V4h4v16h-4Zm6 0v-7h4v7h-4Z",
    isFor: () => true,
    mount(app, root) {
        const board = new Board(app, root);
        board.update();
        return { update: () => board.update(), unmount: () => board.unmount() };
    },
};

class Board {
    /** @type {Figure[]} */
    figures = [];
    /** @type {Map<string, Trend>} */
    trends = new Map();
    #shown = "";
    #failed = false;

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        this.charts = new Charts(root);
        this.records = new Records(app);
        this.splits = new Splits(app, () => this.#isMounted() && this.#render());
    }

    get period() {
        return this.app.store.get(PERIOD) || this.app.settings.period || lastReported(this.app.settings.reported_months);
    }

    update() {
        if (this.#shown !== this.period) void this.#load(this.period);
        this.#render();
        const open = this.trends.get(this.app.store.get(OPEN));
        const figure = this.figures.find(({ key }) => key === open?.key);
        this.records.show(open && figure ? { figure, trend: open } : null);
    }

    unmount() {
        this.records.show(null);
        this.charts.clear();
        render(nothing, this.root);
    }

    /** @param {string} period */
    async #load(period) {
        this.#shown = period;
        this.#failed = false;
        this.figures = [];
        this.splits.clear();
        const { api } = this.app;
        const query = `period=${encodeURIComponent(period)}&lang=${api.language}`;
        try {
            const [figures, trends] = await Promise.all([
                api.get(`/api/kpis?${query}`),
                api.get(`/api/kpis/trend?${query}&periods=6`),
            ]);
            if (this.#shown !== period) return;
            this.figures = figures;
            this.trends = new Map(trends.map((/** @type {Trend} */ trend) => [trend.key, trend]));
        } catch (error) {
            this.#failed = true;
            this.app.notices.fail(error);
        }
        if (this.#isMounted()) this.update();
    }

    #isMounted() {
        return Boolean(this.root.querySelector(".indicators"));
    }

    #render() {
        render(this.#view(), this.root);
        void this.charts.draw(this.trends);
    }

    #view() {
        const months = this.app.settings.reported_months;
        const { reported, years } = choices(this.period, months);
        const choose = (/** @type {Event} */ event) =>
            this.app.store.set({ [PERIOD]: /** @type {HTMLSelectElement} */ (event.target).value, [OPEN]: "" });
        const option = (/** @type {string} */ one) => html`<option value=${one} ?selected=${one === this.period}>${periodName(one)}</option>`;
        return html`<header class="panel-head">
                <h2>${t("panel.indicators")}</h2>
                <div class="field period">
                    <label for="period">${t("indicators.period")}</label>
                    <select id="period" @change=${choose}>
                        ${reported.length ? html`<optgroup label=${t(months === 3 ? "indicators.quarters" : "indicators.halves")}>${reported.map(option)}</optgroup>` : nothing}
                        <optgroup label=${t("indicators.years")}>${years.map(option)}</optgroup>
                    </select>
                </div>
            </header>
            <div class="panel-body indicators" aria-busy=${String(!this.figures.length && !this.#failed)}>
                ${this.figures.length
                    ? repeat(this.figures, (figure) => figure.key, (figure) => this.#card(figure))
                    : this.#failed
                      ? html`<p class="empty">${t("indicators.failed")} <button type="button" @click=${() => this.#load(this.period)}>${t("again")}</button></p>`
                      : html`<p class="empty">${t("loading")}</p>`}
            </div>`;
    }

    /** @param {Figure} figure */
    #card(figure) {
        const trend = this.trends.get(figure.key);
        const isOpen = this.app.store.get(OPEN) === figure.key;
        const open = () => this.app.store.set({ [OPEN]: isOpen ? "" : figure.key });
        const id = `indicator-${figure.key.replace(/[^\w-]/g, "-")}`;
        return html`<article class="indicator ${isOpen ? "open" : ""}" aria-labelledby=${id}>
            <h3 id=${id}>${figure.label}</h3>
            <p class="figure">
                ${trend?.shows_records
                    ? html`<button type="button" class="link" aria-describedby=${id} aria-pressed=${isOpen} @click=${open}>${formatFigure(figure)}</button>`
                    : html`<strong>${formatFigure(figure)}</strong>`}
                <span class="target">${figure.target === null ? t("indicators.no_target") : t("indicators.target", { value: withUnit(figure.target, figure) })}</span>
            </p>
            ${attained(figure)} ${figure.remark ? html`<p class="remark">${figure.remark}</p>` : nothing}
            ${trend ? html`${trendOf(trend)} ${this.splits.view(figure, trend)}` : nothing}
            ${trend?.shows_records
                ? html`<button type="button" class="records" aria-describedby=${id} aria-expanded=${isOpen} @click=${open}>${t(isOpen ? "indicators.close" : "indicators.records")}</button>`
                : nothing}
        </article>`;
    }
}

/** @param {Figure} figure */
function attained({ target, actual, suppressed }) {
    if (suppressed) return html`<p class="hint">${t("indicators.suppressed_hint")}</p>`;
    if (!target || actual === null) return nothing;
    const share = actual / target;
    const isReached = share >= 1;
    return html`<progress max="1" .value=${Math.min(share, 1)} aria-hidden="true"></progress>
        <p class="attained ${isReached ? "reached" : "missed"}">
            <span aria-hidden="true">${isReached ? "✓" : "→"}</span>
            ${t(isReached ? "indicators.reached" : "indicators.missed", { share: percent(share) })}
        </p>`;
}

/** @param {Trend} trend */
function trendOf(trend) {
    const summary = t("indicators.trend_of", { label: trend.label, from: periodName(trend.points[0]?.period ?? ""), to: periodName(trend.points.at(-1)?.period ?? "") });
    return html`<div class="trend"><canvas data-key=${trend.key} role="img" aria-label=${summary}></canvas></div>
        <details class="values">
            <summary>${t("indicators.values")}</summary>
            <table>
                <caption class="hidden">${summary}</caption>
                <thead>
                    <tr>
                        <th scope="col">${t("indicators.period")}</th>
                        <th scope="col" class="number">${t("indicators.target_head")}</th>
                        <th scope="col" class="number">${t("indicators.actual_head")}</th>
                    </tr>
                </thead>
                <tbody>
                    ${trend.points.map(
                        (point) => html`<tr>
                            <th scope="row">${periodName(point.period)}</th>
                            <td class="number">${point.target === null ? t("missing") : withUnit(point.target, trend)}</td>
                            <td class="number">${formatFigure({ ...point, unit: trend.unit, decimals: trend.decimals })}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </details>`;
}
