/** The rollout panel, made for the weekly meeting: the state of any month on the map and in figures, and obstructions. */

import { t } from "../shared/catalogue.js";
import { dueEntry, entry, RolloutMap } from "./broadband_map.js";
import { shownTabs, tabs } from "./broadband_tabs.js";
import { day, number } from "../shared/format.js";
import { sign } from "../map/legend.js";
import { html, nothing, render } from "../lib/lit.js";
import { monthNumber, lastDay, monthName } from "../shared/months.js";
import { refusal } from "../shared/refusals.js";
import { comingMonths, digits, DUE, figures, RolloutChart, SERIES } from "./rollout_chart.js";
import { isInternal } from "../shared/session.js";

/** @typedef {import("../page/app.js").App} App */

const STEP_MS = 600;
const SETTLED_MS = 250;

/** @type {import("../page/app.js").Panel} */
export const broadband = {
    id: "broadband",
    icon: "M12 3 2 8l10 5 10-5-10-5Zm-7 9.4L2 14l10 5 10-5-3-1.6-7 3.5-7-3.5Z",
    isFor: (session) => isInternal(session),
    mount: (app, root) => new Broadband(app, root),
};

export class Broadband {
    /** @type {import("./rollout_chart.js").Month[]} */
    months = [];
    today = "";
    /** The index of today's month; those after it are what is due in them. */
    now = 0;
    /** The index of the month shown; while the slider moves, it differs from the state's month. */
    index = 0;
    isPlaying = false;
    /** The service's answers by path. @type {Map<string, any>} */
    #answers = new Map();
    /** @type {Set<string>} */
    #requested = new Set();
    /** @type {string | null} */
    #failed = null;
    #timer = 0;
    #settling = 0;

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        this.map = new RolloutMap(app);
        this.chart = new RolloutChart((index) => this.choose(index));
        document.body.classList.add("wide-panel", "no-list");
        app.places.legend.querySelector("details")?.removeAttribute("open");
        app.map.map.resize();
        this.render();
        void this.begin();
    }

    /** Whether trenches or connections are shown. @returns {"trenches" | "connections"} */
    get of() {
        return this.app.store.get("broadband.of") === "connections" ? "connections" : "trenches";
    }

    /** How many months after today's the month shown is. */
    get ahead() {
        return Math.max(this.index - this.now, 0);
    }

    get month() {
        return this.months[this.index]?.["month"] ?? "";
    }

    /** The day whose state is shown. */
    get on() {
        return lastDay(this.month, this.today);
    }

    async begin() {
        this.#failed = null;
        try {
            const [found, ahead] = await Promise.all([this.app.api.get("/api/rollout/timeline"), this.app.api.get("/api/rollout/ahead")]);
            this.now = Math.max(found.months.length - 1, 0);
            this.months = [...found.months, ...comingMonths(found.months.at(-1), ahead.months)];
            this.today = found.on;
            this.#follow();
            await this.map.show(monthNumber(this.month || this.today), monthNumber(this.today));
            this.map.setConnections(this.of === "connections");
            this.render();
        } catch (error) {
            this.#fail(error);
        }
    }

    /**
     * @param {import("../shared/state.js").State} _
     * @param {ReadonlySet<string>} changed
     */
    update(_, changed) {
        if (changed.has("broadband.month")) this.#follow();
        if (changed.has("shown") || changed.has("hidden")) this.map.hideOwn();
        if (changed.has("broadband.of")) this.map.setConnections(this.of === "connections");
        this.render();
    }

    unmount() {
        this.#pause();
        clearTimeout(this.#settling);
        this.chart.destroy();
        this.map.remove();
        document.body.classList.remove("wide-panel", "no-list");
        render(nothing, this.root);
        this.app.map.map.resize();
    }

    /**
     * The service's answer; the first call fetches it, and the panel renders again when it arrives.
     * @param {string} path
     * @returns {any} null while it is being fetched
     */
    fetched(path) {
        const found = this.#answers.get(path);
        if (found) return found;
        if (!this.#requested.has(path)) void this.#fetch(path);
        return null;
    }

    /** @param {string} path */
    async #fetch(path) {
        this.#requested.add(path);
        try {
            this.#answers.set(path, await this.app.api.get(path));
        } catch (error) {
            this.#requested.delete(path);
            this.#fail(error);
        }
        this.render();
    }

    /** @param {unknown} error */
    #fail(error) {
        this.#failed = refusal(error);
        this.render();
    }

    /** Update the month from the state. */
    #follow() {
        const wanted = this.months.findIndex(({ month }) => month === this.app.store.get("broadband.month"));
        this.#move(wanted < 0 ? this.now : wanted);
    }

    /** @param {number} index */
    #move(index) {
        this.index = index;
        if (this.month) this.map.setMonth(monthNumber(this.month), monthNumber(this.months[this.now]?.["month"] ?? this.month));
        this.chart.setMonth(index);
    }

    /**
     * Show a month, and store it in the state.
     * @param {number} index
     */
    choose(index) {
        this.#pause();
        this.#move(Math.min(Math.max(index, 0), this.months.length - 1));
        this.#remember();
        this.render();
    }

    /** Update map and figures while the slider moves; the tables follow once it rests. @param {number} index */
    #slide(index) {
        this.#pause();
        this.#move(index);
        this.render();
        clearTimeout(this.#settling);
        this.#settling = setTimeout(() => this.#remember(), SETTLED_MS);
    }

    #remember() {
        clearTimeout(this.#settling);
        this.app.store.set({ "broadband.month": this.index === this.now ? "" : this.month });
    }

    #play() {
        this.isPlaying = true;
        if (this.index >= this.months.length - 1) this.#move(0);
        this.#timer = setInterval(() => {
            if (this.index >= this.months.length - 1) this.choose(this.index);
            else this.#move(this.index + 1);
            this.render();
        }, STEP_MS);
        this.render();
    }

    #pause() {
        clearInterval(this.#timer);
        this.isPlaying = false;
    }

    /** Whether the tables may be fetched for the month shown: not while the months play or the slider moves. */
    get isResting() {
        const shown = this.app.store.get("broadband.month") || this.months[this.now]?.["month"];
        return !this.isPlaying && shown === this.month;
    }

    render() {
        render(this.#view(), this.root);
        // As a property: the page's policy forbids styles in the markup.
        /** @type {HTMLElement | null} */ (this.root.querySelector(".slider-ends .link"))?.style.setProperty("--passed", String(this.now / (this.months.length - 1)));
        const canvas = this.root.querySelector("canvas.chart");
        if (canvas instanceof HTMLCanvasElement && this.months.length) {
            void this.chart.draw(canvas, this.months, this.of, (key) => entry(this.app, key)?.style).then(() => this.chart.setMonth(this.index));
        }
    }

    #view() {
        return html`<header class="panel-head"><h2>${t("panel.broadband")}</h2></header>
            <div class="broadband">${this.#failed ? this.#failure() : this.months.length ? this.#content() : this.#nothing()}</div>`;
    }

    #nothing() {
        if (!this.today) return html`<p class="empty" role="status">${t("loading")}</p>`;
        return html`<div class="empty"><p><strong>${t("broadband.nothing")}</strong></p><p>${t("broadband.nothing_hint")}</p></div>`;
    }

    #failure() {
        return html`<div class="empty" role="alert">
            <p><strong>${t("broadband.failed")}</strong></p>
            <p>${this.#failed}</p>
            <button type="button" @click=${() => this.begin()}>${t("broadband.again")}</button>
        </div>`;
    }

    #content() {
        const tab = shownTabs().find(({ id }) => id === this.app.store.get("broadband.tab")) ?? shownTabs()[0];
        return html`${this.#slider()} ${this.#state()}
            <div class="chart-place">
                <canvas class="chart" role="img" aria-label=${t(`broadband.chart.${this.of}`)}></canvas>
            </div>
            ${figures(this.months, this.of)}
            ${tabs(this.root, tab?.id ?? "", (id) => this.#openTab(id))}
            <div role="tabpanel" id="broadband-tab" aria-labelledby="tab-${tab?.id}">
                <p class="hint">${this.ahead ? t("broadband.as_of_today") : t("broadband.as_of", { day: day(this.on) })}</p>
                ${tab?.view(this)}
            </div>`;
    }

    #slider() {
        const words = monthName(this.month);
        const value = (/** @type {Event} */ event) => Number(/** @type {HTMLInputElement} */ (event.target).value);
        const last = this.months.length - 1;
        return html`<div class="slider">
            <label for="broadband-month">${t(this.ahead ? "broadband.slider_ahead" : "broadband.slider")}</label>
            <output for="broadband-month">${words}</output>
            <div class="slider-row">
                <button type="button" class="icon" aria-label=${t(this.isPlaying ? "broadband.pause" : "broadband.play")} aria-pressed=${this.isPlaying} @click=${() => (this.isPlaying ? this.choose(this.index) : this.#play())}>
                    ${this.isPlaying ? "❚❚" : "▶"}
                </button>
                <input id="broadband-month" type="range" min="0" max=${last} step="1" .value=${String(this.index)} aria-valuetext=${words} @input=${(/** @type {Event} */ event) => this.#slide(value(event))} @change=${(/** @type {Event} */ event) => this.choose(value(event))} />
            </div>
            <div class="slider-ends"><span>${monthName(this.months[0]?.["month"], "short")}</span>${this.now < last ? html`<button type="button" class="link" @click=${() => this.choose(this.now)}>${t("broadband.today")}</button>` : nothing}<span>${monthName(this.months[last]?.["month"], "short")}</span></div>
        </div>`;
    }

    /** The amount in each state at the end of the month, with the signs of the map. */
    #state() {
        const set = (/** @type {string} */ of) => () => this.app.store.set({ "broadband.of": of === "trenches" ? "" : of });
        const month = this.months[this.index] ?? {};
        const due = month[DUE[this.of]] ?? 0;
        return html`<div class="switch" role="group" aria-label=${t("broadband.of")}>
                ${["trenches", "connections"].map(
                    (of) => html`<button type="button" aria-pressed=${of === this.of} @click=${set(of)}>${t(`broadband.of.${of}`)}</button>`,
                )}
            </div>
            <ul class="states">
                ${this.ahead
                    ? html`<li class="due">
                          ${sign(dueEntry(this.of))}<span>${t("broadband.due_by")}</span>
                          <strong>${number(due, digits(this.of), digits(this.of))}${this.of === "trenches" ? "\u00a0km" : ""}</strong>
                      </li>`
                    : nothing}
                ${[...SERIES[this.of]].reverse().map(([member, key]) => {
                    const found = entry(this.app, key);
                    return html`<li>
                        ${found ? sign(found) : nothing}<span>${t(`broadband.state.${member}`)}</span>
                        <strong>${number(month[member], digits(this.of), digits(this.of))}${this.of === "trenches" ? "\u00a0km" : ""}</strong>
                    </li>`;
                })}
            </ul>
            ${this.of === "connections" ? html`<p class="hint">${t("broadband.zoom_in")}</p>` : html`<p class="hint late-key">${t("broadband.late_key")}</p>`}`;
    }

    /** @param {string} id */
    #openTab(id) {
        this.app.store.set({ "broadband.tab": id === shownTabs()[0]?.id ? "" : id, "broadband.sort": "" });
    }
}
