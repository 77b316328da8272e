/** The rollout month by month, as a chart and as an equivalent table. */

import { t } from "../shared/catalogue.js";
import { chartColours, offMap, onColours } from "../shared/design.js";
import { number } from "../shared/format.js";
import { html } from "../lib/lit.js";
import { monthName, monthNumber, monthText } from "../shared/months.js";

/** @typedef {Record<string, any>} Month */

/** The series of trenches and connections: the month's member, and the legend entry. */
export const SERIES = {
    trenches: /** @type {const} */ ([
        ["laid_km", "trenches-laid"],
        ["under_construction_km", "trenches-under_construction"],
        ["cleared_km", "trenches-cleared"],
        ["permitted_km", "trenches-permitted"],
        ["planned_km", "trenches-planned"],
    ]),
    connections: /** @type {const} */ ([
        ["activated", "connections-activated"],
        ["connected", "connections-connected"],
        ["passed", "connections-passed"],
    ]),
};
/** The members with what is due from today to the end of a month to come. */
export const DUE = { trenches: "due_km", connections: "due_connections" };
/** Of what is due: on the map, in the legend of the panel and in the chart. */
export const DUE_COLOUR = "#8a5a00";
/** Beyond this many months nothing is shown: a due date in 2099 is a mistake, or no promise. */
const MOST_COMING = 60;
/** Opacities from the most to the least advanced state, so that greyscale prints remain readable. */
const SHADES = ["e6", "b3", "80", "59", "26"];

/**
 * The months to come, up to the last in which something is due: the state of today, and all that is due by then.
 * @param {Month | undefined} now
 * @param {readonly Month[]} due what is due in single months, today's included
 * @returns {Month[]}
 */
export function comingMonths(now, due) {
    if (!now) return [];
    const first = monthNumber(now["month"]);
    const last = Math.min(monthNumber(due.at(-1)?.["month"] ?? now["month"]), first + MOST_COMING);
    const until = (/** @type {string} */ month) => due.filter((one) => one["month"] <= month);
    const sum = (/** @type {Month[]} */ months, /** @type {string} */ member) => months.reduce((total, one) => total + one[member], 0);
    return Array.from({ length: Math.max(last - first, 0) }, (_, at) => {
        const month = monthText(first + at + 1);
        return { ...now, month, due_km: sum(until(month), "due_km"), due_connections: sum(until(month), "connections") };
    });
}

/** @param {"trenches" | "connections"} of */
export const digits = (of) => (of === "trenches" ? 1 : 0);

export class RolloutChart {
    /** @type {any} */
    #chart = null;
    #index = 0;
    #drawn = "";
    /** Draws it anew. */
    #again = () => {};
    #ended = new AbortController();

    /** @param {(index: number) => void} onMonth called with the index of the clicked month */
    constructor(onMonth) {
        this.onMonth = onMonth;
        onColours(() => this.#again(), this.#ended.signal);
    }

    /**
     * Draw the series on a canvas, unless it shows them already.
     * @param {HTMLCanvasElement} canvas
     * @param {readonly Month[]} months
     * @param {"trenches" | "connections"} of
     * @param {(key: string) => any} look the style of an entry of the legend
     */
    async draw(canvas, months, of, look) {
        const key = `${of} ${months.length} ${months[0]?.["month"]} ${JSON.stringify(months.at(-1))}`;
        if (key === this.#drawn && this.#chart?.canvas === canvas) return;
        this.#drawn = key;
        this.#again = () => {
            this.#drawn = "";
            void this.draw(canvas, months, of, look);
        };
        const { Chart } = await import("../lib/chart.js");
        const { quiet, grid } = chartColours();
        this.#chart?.destroy();
        /** @type {any[]} */
        const datasets = SERIES[of].map(([member, entry], index) => {
            const { color = "#1659a5", fill, dash } = look(entry) ?? {};
            const ink = offMap(color === "#ffffff" ? (fill ?? "#1659a5") : color);
            return {
                label: t(`broadband.state.${member}`),
                data: months.map((month) => (DUE[of] in month ? null : month[member])),
                borderColor: ink,
                backgroundColor: ink + (SHADES[index] ?? "33"),
                borderWidth: 1.5,
                borderDash: (dash ?? "").split(" ").filter(Boolean).map(Number),
                fill: true,
                pointRadius: 0,
                pointHitRadius: 6,
                stepped: false,
            };
        });
        const [[built]] = SERIES[of];
        datasets.push({
            label: t("broadband.due_built"),
            // It goes on from the last month that has ended or begun.
            data: months.map((month, at) => (DUE[of] in month ? month[built] + month[DUE[of]] : DUE[of] in (months[at + 1] ?? {}) ? month[built] : null)),
            borderColor: offMap(DUE_COLOUR),
            backgroundColor: offMap(DUE_COLOUR),
            borderWidth: 2,
            borderDash: [4, 3],
            fill: false,
            stack: "due",
            pointRadius: 0,
            pointHitRadius: 6,
            stepped: false,
        });
        this.#chart = new Chart(canvas, {
            type: "line",
            data: { labels: months.map(({ month }) => monthName(month, "short")), datasets },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: { legend: { display: false }, tooltip: { callbacks: { label: tooltip(of) } } },
                scales: {
                    x: { ticks: { color: quiet, maxTicksLimit: 7, maxRotation: 0 }, grid: { display: false } },
                    y: { stacked: true, beginAtZero: true, grid: { color: grid }, ticks: { color: quiet, maxTicksLimit: 5, callback: (/** @type {string | number} */ value) => number(Number(value)) }, title: { display: true, color: quiet, text: t(`broadband.unit.${of}`) } },
                },
                onClick: (/** @type {any} */ _, /** @type {any[]} */ found) => found[0] && this.onMonth(found[0].index),
            },
            plugins: [{ id: "month", afterDatasetsDraw: (/** @type {any} */ chart) => this.#mark(chart) }],
        });
    }

    /** @param {number} index of the month that the map shows */
    setMonth(index) {
        if (index === this.#index) return;
        this.#index = index;
        this.#chart?.draw();
    }

    destroy() {
        this.#ended.abort();
        this.#chart?.destroy();
        this.#chart = null;
        this.#drawn = "";
    }

    /** @param {any} chart */
    #mark({ ctx, chartArea, scales }) {
        const x = scales.x.getPixelForValue(this.#index);
        ctx.save();
        ctx.strokeStyle = chartColours().ink;
        ctx.lineWidth = 1.5;
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        ctx.restore();
    }
}

/** @param {"trenches" | "connections"} of */
const tooltip = (of) => (/** @type {any} */ item) => ` ${item.dataset.label}: ${number(item.raw, digits(of))}${of === "trenches" ? " km" : ""}`;

/**
 * The chart's figures as a table.
 * @param {readonly Month[]} months
 * @param {"trenches" | "connections"} of
 */
export function figures(months, of) {
    const caption = t(`broadband.chart.${of}`);
    return html`<details class="figures">
        <summary>${t("broadband.as_table")}</summary>
        <div class="scroll tall" tabindex="0" role="region" aria-label=${caption}>
            <table>
                <caption class="hidden">${caption}</caption>
                <thead>
                    <tr>
                        <th scope="col">${t("broadband.month")}</th>
                        ${SERIES[of].map(([member]) => html`<th scope="col" class="number">${t(`broadband.state.${member}`)}</th>`)}
                        <th scope="col" class="number">${t("broadband.due_by")}</th>
                    </tr>
                </thead>
                <tbody>
                    ${[...months].reverse().map(
                        (month) => html`<tr>
                            <th scope="row">${monthName(month["month"], "short")}</th>
                            ${SERIES[of].map(([member]) => html`<td class="number">${DUE[of] in month ? "" : number(month[member], digits(of), digits(of))}</td>`)}
                            <td class="number">${DUE[of] in month ? number(month[DUE[of]], digits(of), digits(of)) : ""}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>
    </details>`;
}
