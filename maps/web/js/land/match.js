/** The panel that matches plots to an inquiry, recorded or typed in: weighted and ranked, with reasons. */

import { Problem } from "../shared/api.js";
import { t } from "../shared/catalogue.js";
import { inquiryFor } from "../records/edit_actions.js";
import { openForm } from "../records/open_form.js";
import { html, nothing, render } from "../lib/lit.js";
import { drawMatches, clearMatches } from "./match_map.js";
import { MatchForm } from "./match_form.js";
import { results } from "./match_results.js";
import { PREFIX, areSizesSwapped, inquiryRecord, hasWishes, matchRequest, withHard } from "./match_state.js";
import { mayEditLayer } from "../shared/session.js";
import { changes } from "../records/changes.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./match_state.js").Answer} Answer */

const PAUSE_MS = 200;
const PAGE = 20;

/** @type {import("../page/app.js").Panel} */
export const match = {
    id: "match",
    icon: "M12 3 4 7v5c0 4.6 3.4 8.4 8 9 4.6-.6 8-4.4 8-9V7l-8-4Zm-1.2 12.6-3.4-3.4 1.4-1.4 2 2 4.4-4.4 1.4 1.4-5.8 5.8Z",
    isFor: () => true,
    mount(app, root) {
        const matcher = new Matcher(app, () => render(view(matcher), root));
        matcher.begin();
        return {
            update: (_, changed) => matcher.changed(changed),
            unmount() {
                matcher.end();
                render(nothing, root);
            },
        };
    },
};

/** The panel's state: its form, and the service's last answer. */
export class Matcher {
    /** @type {Answer | null} */
    answer = null;
    /** The error of the last request. @type {Error | null} */
    refused = null;
    isBusy = false;
    #limit = PAGE;
    #timer = 0;
    #asking = new AbortController();

    /**
     * @param {App} app
     * @param {() => void} draw
     */
    constructor(app, draw) {
        this.app = app;
        this.draw = draw;
        this.form = new MatchForm(app, draw);
    }

    begin() {
        this.draw();
        changes.addEventListener("change", this.#written);
        void this.form.load();
        void this.ask();
    }

    end() {
        changes.removeEventListener("change", this.#written);
        clearTimeout(this.#timer);
        this.#asking.abort();
        this.form.end();
        clearMatches(this.app);
        this.#rank(null);
    }

    /** Plots or inquiries may have changed. */
    #written = () => {
        void this.form.load();
        void this.ask();
    };

    /** @param {ReadonlySet<string>} names of the state's changed values */
    changed(names) {
        const isOther = [...names].some((name) => name.startsWith(PREFIX));
        if (isOther) this.#limit = PAGE;
        // Retry: the service is back.
        if (!names.size && this.refused instanceof Problem && this.refused.isTemporary) this.#askSoon();
        if (isOther || (names.has("selected") && !this.#covers(this.selected))) this.#askSoon();
        this.draw();
    }

    /** The plot that is selected. @returns {number | null} */
    get selected() {
        const [kind, id] = this.app.store.get("selected").split("/");
        return kind === "plots" && id ? Number(id) : null;
    }

    more() {
        this.#limit += PAGE;
        void this.ask();
    }

    /** Query the service, and show the answer. */
    async ask() {
        this.#asking.abort();
        this.#asking = new AbortController();
        const { signal } = this.#asking;
        const { api, state } = this.app;
        if (!hasWishes(state) || areSizesSwapped(state)) {
            this.#show(null, null);
            return;
        }
        this.isBusy = true;
        this.draw();
        try {
            const { method, path, body } = matchRequest(state, api.language, this.#limit, this.selected);
            const response = await api.request(method, path, { signal, ...(body ? { body } : {}) });
            this.#show(await response.json(), null);
        } catch (error) {
            if (!signal.aborted) this.#show(null, /** @type {Error} */ (error));
        }
    }

    /**
     * @param {Answer | null} answer
     * @param {Error | null} refused
     */
    #show(answer, refused) {
        this.answer = answer;
        this.refused = refused;
        this.isBusy = false;
        drawMatches(this.app, answer);
        this.#rank(answer);
        this.draw();
    }

    /** Show the ranking in the list, or the list as usual. @param {Answer | null} answer */
    #rank(answer) {
        const { table } = this.app;
        const matches = (answer?.matches ?? []).flatMap(({ plot: { id }, rank, score }) => (rank === null ? [] : [{ id, rank, score }]));
        const isOther = Boolean(table.ranking) !== Boolean(matches.length);
        table.ranking = answer && matches.length ? { matches, all: answer.matched, more: () => this.more() } : null;
        if (isOther) table.restart();
        else table.render();
    }

    #askSoon() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.ask(), PAUSE_MS);
    }

    /** Whether the answer includes the plot. @param {number | null} plot */
    #covers(plot) {
        const listed = [...(this.answer?.matches ?? []), ...(this.answer?.excluded_plots ?? [])];
        return plot === null || !this.answer || this.answer.plot?.plot.id === plot || listed.some((one) => one.plot.id === plot);
    }
}

/** @param {Event} event */
function showResults({ currentTarget }) {
    const panel = /** @type {HTMLElement} */ (currentTarget).closest(".panel");
    const place = /** @type {HTMLElement | null} */ (panel?.querySelector("#match-results"));
    place?.scrollIntoView();
    place?.focus({ preventScroll: true });
}

/** The button that watches which plots suit the chosen inquiry. @param {Matcher} matcher */
function watching({ app }) {
    const inquiry = Number(app.store.get(`${PREFIX}inquiry`));
    return inquiry ? html`<p class="panel-body recording">${app.watching.button({ inquiry })}</p>` : nothing;
}

/** The button that records the wishes typed in as an inquiry. @param {Matcher} matcher */
function recording({ app }) {
    const mayRecord = mayEditLayer(app.session, "inquiries");
    if (!mayRecord || !hasWishes(app.state) || app.store.get(`${PREFIX}inquiry`)) return nothing;
    const { columns, at } = inquiryRecord(app.state);
    return html`<p class="panel-body recording">
        <button type="button" @click=${() => void openForm(app, inquiryFor(columns, at), null)}>${t("match.record")}</button>
    </p>`;
}

/**
 * The hard criterion without which most plots would be added.
 * @param {Matcher} matcher
 * @param {import("./match_state.js").Answer} answer
 */
function relaxing({ app }, { criteria }) {
    const [most] = criteria.filter((one) => one.hard && one.excluded_alone).sort((one, other) => other.excluded_alone - one.excluded_alone);
    if (!most) return nothing;
    const soften = () => app.store.set(withHard(app.state, criteria, most.key, false));
    return html`<button type="button" class="quiet" @click=${soften}>${t("match.without", { criterion: most.label, count: most.excluded_alone })}</button>`;
}

/** @param {Matcher} matcher */
function view(matcher) {
    const { answer } = matcher;
    return html`<header class="panel-head">
            <h2>${t("panel.match")}</h2>
            <p class="hits" role="status">
                ${answer ? html`<strong>${answer.matched}</strong> ${t("match.of", { all: answer.offered, fitting: answer.fitting })}` : t("match.nothing_asked")}
            </p>
            ${answer ? relaxing(matcher, answer) : nothing}
            ${answer ? html`<button type="button" class="quiet to-results" @click=${showResults}>${t("match.to_results")} <span aria-hidden="true">↓</span></button>` : nothing}
            <button type="button" class="quiet" ?disabled=${!hasWishes(matcher.app.state)} @click=${() => matcher.form.clear()}>
                ${t("match.clear")}
            </button>
        </header>
        <div class="match" aria-busy=${String(matcher.isBusy)}>${matcher.form.view()} ${watching(matcher)} ${recording(matcher)} ${results(matcher)}</div>`;
}
