/** The last steps: whose records these are, the trial with what it found, the load with its result. */

import { language, t } from "../shared/catalogue.js";
import { number } from "../shared/format.js";
import { html, live, nothing } from "../lib/lit.js";
import { optionName } from "./draft.js";
import { counts } from "./load_log.js";
import { download } from "./mapping_file.js";
import { columnChanges, rowProblems } from "./report_view.js";
import { failure, progress } from "./view.js";
import { suggestedSource } from "./words.js";

/** @typedef {import("./page.js").LoadPage} LoadPage */
/** @typedef {import("./types.js").Outcome} Outcome */

/** @param {LoadPage} page */
export function outcome(page) {
    const { delivery } = page;
    const { tried, loaded, draft, task } = delivery;
    const isBusy = Boolean(task);
    return html`${loaded ? nothing : html`${source(page)} ${validity(page)} ${repair(page)}`}
        ${failure(page, "outcome")}
        ${loaded ? result(page, loaded) : tried ? trial(page, tried.outcome) : nothing}
        ${draft.isStale ? html`<p class="note" role="status">${t("load.stale")}</p>` : nothing}
        ${progress(page, ["try", "load"])}
        ${loaded
            ? nothing
            : html`<div class="buttons">
                  <button type="button" class=${delivery.isTried && tried?.outcome.ok ? "" : "primary"} ?disabled=${isBusy || draft.isStale} @click=${() => void delivery.load("try")}>
                      ${t(tried ? "load.try_again" : "load.try")}
                  </button>
                  ${delivery.isTried && tried?.outcome.ok
                      ? html`<button type="button" class="primary" ?disabled=${isBusy} @click=${() => void delivery.load("load")}>${t("load.load")}</button>`
                      : nothing}
                  <button type="button" class="quiet" @click=${() => download(draft, delivery.file?.name ?? "")}>${t("load.download")}</button>
              </div>`}`;
}

/** Whose records these are: never a default. @param {LoadPage} page */
function source(page) {
    const { delivery, log } = page;
    const { draft, file } = delivery;
    const suggested = suggestedSource(file?.name ?? "");
    const known = [...new Set((log.loads ?? []).filter(({ layer }) => layer === draft.layer).map((one) => one.source))];
    const isMissing = delivery.isAsked && !draft.source.trim();
    const set = (/** @type {string} */ value) => {
        draft.source = value;
        delivery.changed();
    };
    return html`<div class="field source">
        <label for="source">${t("load.source")}</label>
        <div class="with-button">
            <input
                id="source"
                list="sources-known"
                autocomplete="off"
                required
                aria-invalid=${isMissing ? "true" : "false"}
                aria-describedby="source-hint"
                .value=${live(draft.source)}
                @input=${(/** @type {Event} */ event) => set(/** @type {HTMLInputElement} */ (event.target).value)}
            />
            <datalist id="sources-known">${known.map((name) => html`<option value=${name}></option>`)}</datalist>
            ${draft.source || !suggested ? nothing : html`<button type="button" @click=${() => set(suggested)}>${t("load.use_source", { source: suggested })}</button>`}
        </div>
        <p class=${isMissing ? "error" : "hint"} id="source-hint">${t("load.source_hint")}</p>
    </div>`;
}

/** From which day on the layer is as in the file, where it can be that. @param {LoadPage} page */
function validity({ delivery, typed }) {
    const { draft } = delivery;
    if (!draft.inspection?.takes_day) return nothing;
    const field = /** @type {import("../shared/typed_inputs.js").TypedField} */ ({
        id: "valid-from",
        kind: "day",
        value: draft.validFrom,
        placeholder: t("typed.day_hint"),
        describedBy: "valid-from-hint",
        set: (day) => {
            draft.begin(day);
            delivery.changed();
        },
    });
    return html`<div class="field valid-from">
        <label for="valid-from">${t("load.valid_from")}</label>
        <span class="range">${typed.input(field)}</span>${typed.problem(field)}
        <p class="hint" id="valid-from-hint">${t("load.valid_from_hint")}</p>
    </div>`;
}

/** @param {LoadPage} page */
const repair = (page) => (page.delivery.draft.inspection?.targets.some(({ name }) => name === "geometry") || page.delivery.draft.inspection?.place
    ? check(page, "repair", t("load.repair"))
    : nothing);

/**
 * An option of the load that the user switches on.
 * @param {LoadPage} page
 * @param {string} name
 * @param {string} label
 */
function check({ delivery }, name, label) {
    const { draft } = delivery;
    const change = (/** @type {Event} */ event) => {
        draft.switch(name, /** @type {HTMLInputElement} */ (event.target).checked);
        delivery.page.update();
    };
    return html`<label class="check"><input type="checkbox" name=${name} .checked=${live(draft.options.has(name))} @change=${change} /> <span>${label}</span></label>`;
}

/**
 * What a load would do, or why it would not.
 * @param {LoadPage} page
 * @param {Outcome} found
 */
function trial(page, found) {
    const questions = questionsOf(found);
    const bad = found.problems.count - questions.length;
    const kind = found.ok ? "fits" : bad > 0 ? "failure" : "doubt";
    return html`<div class="outcome ${page.delivery.isTried ? "" : "outdated"}">
        ${page.delivery.isTried ? nothing : html`<p class="note" role="status">${t("load.outdated")}</p>`}
        <div class=${kind}>
            <p id="result" tabindex="-1"><strong>${t(found.ok ? "load.tried_ok" : bad > 0 ? "load.tried_bad" : "load.tried_asks", { count: number(bad), rows: number(found.rows) })}</strong></p>
            ${found.ok ? html`<p>${t("load.would", counts(found))}</p>` : html`<p>${t("load.tried_nothing")}</p>`}
        </div>
        ${questions.map(({ option, reason }) => html`<div class="ask">
            <p>${reason}</p>
            ${check(page, optionName(option), t("load.confirm"))}
        </div>`)}
        ${details(page, found)}
    </div>`;
}

/**
 * What has to be confirmed before the file is loaded.
 * @param {Outcome} found
 * @returns {{option: string, reason: string}[]}
 */
function questionsOf({ questions }) {
    return questions ?? [];
}

/**
 * What a trial or load tells besides its counts.
 * @param {LoadPage} page
 * @param {Outcome} found
 */
function details(page, found) {
    const { targets = [] } = page.delivery.draft.inspection ?? {};
    const labels = new Map(targets.map(({ name, label }) => [name, label]));
    const bad = { ...found.problems, rows: found.problems.rows.filter(({ option }) => !option) };
    return html`${rowProblems("problems", bad, labels)} ${vanished(page, found)} ${columnChanges(found.columns ?? [], labels)}
        ${found.notes.map((note) => html`<p class="note">${note}</p>`)} ${rowProblems("adjusted", found.adjusted, labels)}`;
}

/**
 * The records of the source that the file no longer has: they stay unless the user wants them removed.
 * @param {LoadPage} page
 * @param {Outcome} found
 */
function vanished(page, { vanished: gone, removed, dry_run: isTrial }) {
    if (!gone.count) return nothing;
    const examples = `${gone.examples.join(", ")}${gone.count > gone.examples.length ? " …" : ""}`;
    return html`<div class="ask">
        <p>${t(!removed ? "load.gone_stay" : isTrial ? "load.gone_would_go" : "load.gone_removed", { count: number(gone.count), examples })}</p>
        ${isTrial ? check(page, "prune", t("load.prune", { count: number(gone.count) })) : nothing}
    </div>`;
}

/**
 * What a load has done.
 * @param {LoadPage} page
 * @param {Outcome} found
 */
function result(page, found) {
    const { delivery, log } = page;
    const { number: id } = found;
    const undone = log.loads?.find((load) => load.id === id)?.undone_at;
    return html`<div class="outcome">
        <div class=${undone ? "doubt" : "fits"}>
            <p id="result" tabindex="-1"><strong>${id === null ? t("load.loaded_nothing") : t("load.loaded", { number: number(id), layer: page.title(found.layer) })}</strong></p>
            <p>${undone ? t("load.loaded_undone") : t("load.did", counts(found))}</p>
        </div>
        ${details(page, found)}
        <div class="buttons">
            <button type="button" class="primary" @click=${() => delivery.another()}>${t("load.next")}</button>
            ${id === null || undone ? nothing : html`<button type="button" @click=${() => void log.undo(id)}>${t("load.undo")}</button>`}
            <button type="button" @click=${() => download(delivery.draft, delivery.file?.name ?? "")}>${t("load.download")}</button>
            <a class="button" href="/?lang=${language}">${t("report.back_to_map")}</a>
        </div>
    </div>`;
}
