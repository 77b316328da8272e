/** Trend charts: a bar for each reported period's actual, and a mark for its target. */

import { t } from "../shared/catalogue.js";
import { chartColours, onColours } from "../shared/design.js";
import { figure, number } from "../shared/format.js";
import { prefersReducedMotion } from "../shared/motion.js";
import { periodLines, periodName } from "../shared/periods.js";

/** @typedef {import("./indicators.js").Trend} Trend */

const WIDE = 240;

/** The charts of a panel; a canvas names its trend by `data-key`. */
export class Charts {
    /** @type {Map<HTMLCanvasElement, {trend: Trend, chart: any}>} */
    #drawn = new Map();
    #ended = new AbortController();

    /** @param {HTMLElement} root */
    constructor(root) {
        this.root = root;
        onColours(() => this.#redraw(), this.#ended.signal);
    }

    /**
     * Draw a chart on each canvas, and remove those whose canvas is gone.
     * @param {Map<string, Trend>} trends
     */
    async draw(trends) {
        if (!this.root.querySelector("canvas[data-key]")) return;
        const { Chart } = await import("../lib/chart.js");
        for (const [canvas, { chart }] of this.#drawn) {
            if (canvas.isConnected) continue;
            chart.destroy();
            this.#drawn.delete(canvas);
        }
        for (const canvas of /** @type {NodeListOf<HTMLCanvasElement>} */ (this.root.querySelectorAll("canvas[data-key]"))) {
            const trend = trends.get(canvas.dataset["key"] ?? "");
            const before = this.#drawn.get(canvas);
            if (!trend || before?.trend === trend) continue;
            before?.chart.destroy();
            this.#drawn.set(canvas, { trend, chart: new Chart(canvas, configuration(trend, canvas.parentElement?.clientWidth || WIDE)) });
        }
    }

    #redraw() {
        for (const { trend, chart } of this.#drawn.values()) {
            const { data, options } = configuration(trend, chart.canvas.parentElement?.clientWidth || WIDE);
            Object.assign(chart, { data, options });
            chart.update("none");
        }
    }

    clear() {
        this.#ended.abort();
        for (const { chart } of this.#drawn.values()) chart.destroy();
        this.#drawn.clear();
    }
}

/**
 * @param {Trend} trend
 * @param {number} width
 * @returns {any}
 */
function configuration({ points, unit, decimals }, width) {
    const { ink, quiet, grid, actual, last } = chartColours();
    const written = (/** @type {number} */ value) => figure(value, decimals);
    // Between two figures there may be a step of the axis with one decimal more.
    const tick = (/** @type {number} */ value) => number(value, Math.max(decimals, 1));
    return {
        type: "bar",
        data: {
            labels: points.map(({ period }) => periodLines(period)),
            datasets: [
                {
                    type: "line",
                    label: t("indicators.target_head"),
                    data: points.map(({ target }) => target),
                    showLine: false,
                    pointStyle: "line",
                    borderColor: ink,
                    borderWidth: 2.5,
                    pointRadius: 13,
                    pointHoverRadius: 13,
                },
                {
                    label: t("indicators.actual_head"),
                    data: points.map(({ actual_rounded }) => actual_rounded),
                    backgroundColor: points.map((_, at) => (at === points.length - 1 ? last : actual)),
                    maxBarThickness: 26,
                    borderRadius: 2,
                },
            ],
        },
        options: {
            animation: prefersReducedMotion() ? false : { duration: 300 },
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false },
            layout: { padding: { top: 4 } },
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: {
                        title: (/** @type {{dataIndex: number}[]} */ [first]) => periodName(points[first?.dataIndex ?? 0]?.period ?? ""),
                        label: (/** @type {{dataset: {label: string}, raw: number}} */ { dataset, raw }) => `${dataset.label}: ${written(raw)} ${unit}`,
                    },
                },
            },
            scales: {
                x: { grid: { display: false }, ticks: { color: quiet, font: { size: 10 }, maxRotation: 0, autoSkip: false } },
                y: {
                    // On narrow canvases the space goes to the labels below.
                    display: width >= WIDE,
                    beginAtZero: true,
                    border: { display: false },
                    grid: { color: grid },
                    ticks: { color: quiet, font: { size: 10 }, maxTicksLimit: 4, callback: tick },
                },
            },
        },
    };
}
