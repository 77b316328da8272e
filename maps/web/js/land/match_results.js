/** The results of matching: ranked plots with reasons, the weights, and why other plots are excluded. */

import { t } from "../shared/catalogue.js";
import { day, distance, number, quantity } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { showMatches } from "./match_map.js";
import { areSizesSwapped, withHard, isHard, stateKey, withWeight, weightOf } from "./match_state.js";
import { size } from "./match_words.js";
import { refusal } from "../shared/refusals.js";
import { shownScore } from "../records/table.js";
import { useName } from "../shared/use_names.js";

/** @typedef {import("./match.js").Matcher} Matcher */
/** @typedef {import("./match_state.js").Answer} Answer */
/** @typedef {import("./match_state.js").Criterion} Criterion */
/** @typedef {import("./match_state.js").Judged} Judged */
/** @typedef {import("./match_state.js").Match} Match */
/** @typedef {import("./match_state.js").Verdict} Verdict */

const MOST_WEIGHT = 10;
/** The sign of each outcome; screen readers read its name instead. */
const SIGNS = { fits: "✓", partly: "≈", does_not_fit: "✕", unknown: "?" };

/** @param {Matcher} matcher */
export function results(matcher) {
    const { answer, refused } = matcher;
    if (refused) return html`<p class="empty error" role="alert">${refusal(refused)}</p>`;
    if (areSizesSwapped(matcher.app.state)) return nothing;
    if (!answer) return html`<p class="empty">${t(matcher.isBusy ? "loading" : "match.hint")}</p>`;
    return html`${answer.inquiry.id === null ? nothing : recorded(matcher, answer)} ${weights(matcher, answer)}
        ${selected(matcher, answer)}
        <section class="panel-body" id="match-results" tabindex="-1" aria-label=${t("match.results")}>
            ${answer.matches.length ? ranked(matcher, answer) : none(matcher, answer)}
        </section>
        ${answer.excluded ? whyNot(matcher, answer) : nothing}`;
}

/**
 * @param {Matcher} matcher
 * @param {Answer} answer
 */
function recorded({ form }, { inquiry }) {
    const wishes = [
        size(inquiry),
        inquiry.zoning,
        useName(inquiry.use),
        inquiry.divisible ? t("match.divisible") : "",
        inquiry.fibre_required ? t("match.fibre_required") : "",
        ["motorway", "rail", "port"].includes(inquiry.access) ? t(`match.access.${inquiry.access}`) : "",
        ...inquiry.districts,
        inquiry.place ? t("match.around", { distance: distance(inquiry.near_m ?? 2000) }) : "",
        inquiry.tenure && inquiry.tenure !== "any" ? t(`match.tenure.${inquiry.tenure}`) : "",
        inquiry.budget_eur_m2 ? t("match.up_to", { price: quantity(inquiry.budget_eur_m2, "€/m²") }) : "",
        inquiry.needed_by ? t("match.until", { day: day(inquiry.needed_by) }) : "",
    ];
    return html`<section class="panel-body recorded" aria-label=${t("match.wanted")}>
        <h3>${t("match.wanted")}</h3>
        <p>${wishes.filter(Boolean).join(" · ") || t("match.any")}</p>
        <button type="button" @click=${() => form.vary(inquiry)}>${t("match.vary")}</button>
    </section>`;
}

/**
 * @param {Matcher} matcher
 * @param {Answer} answer
 */
function weights({ app }, { criteria }) {
    const { state } = app;
    const active = criteria.filter((one) => one.asked);
    const isChanged = Boolean(state[stateKey("weights")] || state[stateKey("hard")]);
    const reset = () => app.store.set({ [stateKey("weights")]: "", [stateKey("hard")]: "" });
    return html`<details class="weights" id="match-weights">
        <summary>${t("match.weights")}${isChanged ? html`<span class="badge">${t("match.changed")}</span>` : nothing}</summary>
        <p class="hint">${t("match.weights_hint")}</p>
        <ul>
            ${active.map((one) => {
                const weigh = (/** @type {Event} */ event) =>
                    app.store.set(withWeight(state, one, Number(/** @type {HTMLInputElement} */ (event.target).value)));
                const harden = (/** @type {Event} */ event) =>
                    app.store.set(withHard(state, criteria, one.key, /** @type {HTMLInputElement} */ (event.target).checked));
                return html`<li title=${one.hint}>
                    <label for="weight-${one.key}">${one.label}</label>
                    <output for="weight-${one.key}">${number(weightOf(state, one), 1)}</output>
                    <input id="weight-${one.key}" type="range" min="0" max=${MOST_WEIGHT} step="1" .value=${live(String(weightOf(state, one)))} @change=${weigh} />
                    <label class="must">
                        <input type="checkbox" aria-label=${t("match.must_label", { criterion: one.label })} .checked=${live(isHard(state, one))} @change=${harden} />${t("match.must")}
                    </label>
                </li>`;
            })}
        </ul>
        <button type="button" ?disabled=${!isChanged} @click=${reset}>${t("match.usual_weights")}</button>
    </details>`;
}

/**
 * The plot in the drawer with the reasons against it, if it is excluded or not on offer.
 * @param {Matcher} matcher
 * @param {Answer} answer
 */
function selected(matcher, answer) {
    const id = matcher.selected;
    const known = matcher.app.plots.byId.get(id ?? -1);
    if (!known || answer.matches.some((one) => one.plot.id === id)) return nothing;
    const found = [answer.plot, ...answer.excluded_plots].find((one) => one?.plot.id === id);
    const isOffered = known.properties["on_offer"];
    if (!found && isOffered !== false) return nothing;
    return html`<section class="panel-body selected" aria-label=${t("match.selected")}>
        <h3>${t("match.selected")}</h3>
        ${found ? card(matcher, found) : html`<p>${known.properties["name"]}: ${t("match.not_offered")}</p>`}
    </section>`;
}

/**
 * @param {Matcher} matcher
 * @param {Answer} answer
 */
function ranked(matcher, answer) {
    const left = answer.matched - answer.matches.length;
    return html`<p class="ranked-tools">
            <button type="button" @click=${() => showMatches(matcher.app, answer)}>${t("match.show_all")}</button>
        </p>
        <ol class="ranked">
            ${answer.matches.map((one) => html`<li aria-current=${String(one.plot.id === matcher.selected)}>${card(matcher, one)}</li>`)}
        </ol>
        ${left > 0 ? html`<button type="button" @click=${() => matcher.more()}>${t("match.more", { count: left })}</button>` : nothing}`;
}

/**
 * @param {Matcher} matcher
 * @param {Answer} answer
 */
function none(matcher, answer) {
    return html`<div class="empty">
            <p><strong>${t("match.none")}</strong></p>
            <p>${t("match.none_hint")}</p>
        </div>
        ${answer.excluded_plots.length
            ? html`<h3>${t("match.nearest")}</h3>
                  <ul class="ranked">
                      ${answer.excluded_plots.slice(0, 5).map((one) => html`<li>${card(matcher, one)}</li>`)}
                  </ul>`
            : nothing}`;
}

/**
 * @param {Matcher} matcher
 * @param {Answer} answer
 */
function whyNot(matcher, answer) {
    const { store } = matcher.app;
    const isOpen = Boolean(store.get(stateKey("why")));
    const toggle = (/** @type {Event} */ event) => {
        const { open } = /** @type {HTMLDetailsElement} */ (event.currentTarget);
        if (open !== isOpen) store.set({ [stateKey("why")]: open ? "1" : "" });
    };
    const excluding = answer.criteria.filter((one) => one.excluded);
    return html`<details class="why" ?open=${isOpen} @toggle=${toggle}>
        <summary>${t("match.why_not", { count: answer.excluded })}</summary>
        <p class="hint">${t("match.why_hint")}</p>
        <dl class="facts">
            ${excluding.map((one) => html`<div><dt>${one.label}</dt><dd>${t("match.excludes", { count: one.excluded })}</dd></div>`)}
        </dl>
        ${isOpen
            ? html`<ul class="misses">
                  ${answer.excluded_plots.map((one) => html`<li>${miss(matcher, one)}</li>`)}
              </ul>`
            : nothing}
        ${isOpen && answer.excluded > answer.excluded_plots.length
            ? html`<p class="hint">${t("match.misses_shown", { shown: answer.excluded_plots.length, all: answer.excluded })}</p>`
            : nothing}
    </details>`;
}

/**
 * @param {Matcher} matcher
 * @param {Match} match
 */
function miss({ app }, { plot, criteria, fails }) {
    return html`<button type="button" class="link" @click=${() => app.select(`plots/${plot.id}`)}>${plot.name}</button>
        <ul class="verdicts">
            ${criteria.filter((one) => fails.includes(one.key)).map(verdict)}
        </ul>`;
}

/**
 * A plot with its score and the verdict on each criterion.
 * @param {Matcher} matcher
 * @param {Match} match
 */
function card({ app }, { rank, plot, criteria, ...judged }) {
    const facts = [quantity(plot.remaining_m2, "m²"), plot.zoning, plot.district, quantity(plot.asking_price_eur_m2, "€/m²")];
    return html`<article class="hit">
        <header>
            ${rank === null ? nothing : html`<span class="rank" aria-hidden="true">${rank}</span>`}
            <button type="button" class="link" @click=${() => app.select(`plots/${plot.id}`)}>${plot.name}</button>
            <span class="tag status-${plot.status}">${plot.status_label}</span>
        </header>
        ${score({ criteria, ...judged })}
        <p class="hint">${facts.filter((one) => one && one !== t("missing")).join(" · ")}</p>
        <ul class="verdicts">
            ${criteria.map(verdict)}
        </ul>
    </article>`;
}

/**
 * The score as a bar and a number, and the share of criteria that are known.
 * @param {Judged} judged
 */
export function score({ score: points, known_percent: known }) {
    if (points === null) return html`<p class="score">${t("match.unscored")}</p>`;
    return html`<p class="score">
        <meter min="0" max="100" value=${points} aria-label=${t("match.score")}></meter>
        <span>${t("match.points", { points: shownScore(points) })}</span>
        ${known < 100 ? html`<span class="hint">${t("match.known", { percent: known })}</span>` : nothing}
    </p>`;
}

/** @param {Verdict} one */
function verdict({ fit, label, reason }) {
    return html`<li class="fit-${fit}">
        <span class="sign-of" aria-hidden="true">${SIGNS[fit]}</span>
        <span><span class="hidden">${t(`match.fit.${fit}`)}: </span><b>${label}</b> ${reason}</span>
    </li>`;
}
