/** The content of the page: its steps one below the other, or what to do before. */

import { language, t } from "../shared/catalogue.js";
import { html, nothing } from "../lib/lit.js";
import { number } from "../shared/format.js";
import { columns } from "./columns_view.js";
import { content } from "./content_view.js";
import { file } from "./file_view.js";
import { outcome } from "./outcome_view.js";
import { Problem } from "../shared/api.js";
import { onPage } from "./page_words.js";

/** @typedef {import("./page.js").LoadPage} LoadPage */

/** @param {LoadPage} page */
export function view(page) {
    const { file: known, draft } = page.delivery;
    return html`<header class="page-head">
            <h1>${t("load.page")}</h1>
            <p class="hint">${t("load.intro")}</p>
        </header>
        <div class="steps">
            ${step("file", file(page))}
            ${known ? step("content", content(page)) : nothing}
            ${known && draft.inspection && page.layers.has(draft.layer) ? html`${step("columns", columns(page))} ${step("outcome", outcome(page))}` : nothing}
            <section class="card">
                <h2 id="log-title">${t("load.log")}</h2>
                ${page.log.view()}
            </section>
        </div>`;
}

/**
 * @param {"file" | "content" | "columns" | "outcome"} id
 * @param {unknown} shown
 */
const step = (id, shown) =>
    html`<section class="card step" aria-labelledby="${id}-title">
        <h2 id="${id}-title" tabindex="-1">${t(`load.step_${id}`)}</h2>
        ${shown}
    </section>`;

/**
 * Why a task has failed, at its place on the page.
 * @param {LoadPage} page
 * @param {import("./delivery.js").Failure["at"]} place
 */
export function failure({ delivery }, place) {
    const found = delivery.failure;
    if (found?.at !== place) return nothing;
    return html`<div class="failure" role="alert" tabindex="-1">
        <p><strong>${onPage(found.title)}</strong></p>
        ${found.text ? html`<p>${onPage(found.text)}</p>` : nothing}
    </div>`;
}

/**
 * How far a task is, with the button that ends it.
 * @param {LoadPage} page
 * @param {import("./delivery.js").Kind[]} kinds
 */
export function progress({ delivery }, kinds) {
    const { task } = delivery;
    if (!task || !kinds.includes(task.kind)) return nothing;
    const { kind, done, total, text } = task;
    const isKnown = total !== null && total > 0;
    const isRead = isKnown && done >= total;
    const reached = isKnown ? t(`load.reached_${kind === "upload" ? "bytes" : "rows"}`, reachedOf(kind, done, total)) : t("load.begun");
    return html`<div class="progress" aria-busy="true">
        <p role="status">${t(`load.doing_${kind}`)}</p>
        ${isKnown && !isRead
            ? html`<progress aria-label=${t(`load.doing_${kind}`)} max=${total} .value=${done}></progress>`
            : html`<progress aria-label=${t(`load.doing_${kind}`)}></progress>`}
        <p class="reached">${text || (isRead && kind !== "upload" ? t(`load.read_${kind === "inspect" ? "inspect" : "load"}`, { total: number(total) }) : reached)}</p>
        <button type="button" @click=${() => task.abort.abort()}>${t("load.abort")}</button>
    </div>`;
}

/**
 * @param {import("./delivery.js").Kind} kind
 * @param {number} done
 * @param {number} total
 */
function reachedOf(kind, done, total) {
    const scale = kind === "upload" ? 1_000_000 : 1;
    const digits = kind === "upload" ? 1 : 0;
    return { done: number(done / scale, digits, digits), total: number(total / scale, digits, digits) };
}

export const loading = () => html`<p class="message" aria-busy="true">${t("loading")}</p>`;

/** What to do without an editor's token. @param {LoadPage} page */
export function denied(page) {
    // Where everybody may read internal facts, nobody has a token for it.
    const isReader = page.session.role === "reader" && page.session.name !== null;
    return html`<div class="message">
        <h1>${t("load.denied")}</h1>
        <p>${t(isReader ? "load.denied_reader" : "load.denied_hint")}</p>
        <p class="buttons">
            ${isReader ? nothing : html`<button type="button" class="primary" @click=${() => page.account.open()}>${t("session.sign_in")}</button>`}
            <a class="button" href="/?lang=${language}">${t("report.back_to_map")}</a>
        </p>
    </div>`;
}

/**
 * @param {LoadPage} _
 * @param {unknown} error
 */
export function failed(_, error) {
    if (error instanceof Problem && error.isTemporary) return html`<p class="message" aria-busy="true">${t("report.waiting")}</p>`;
    return html`<div class="message">
        <h1>${t("report.failed")}</h1>
        <p>${error instanceof Error ? error.message : String(error)}</p>
        <p class="buttons">
            <button type="button" class="primary" @click=${() => location.reload()}>${t("report.again")}</button>
            <a class="button" href="/?lang=${language}">${t("report.back_to_map")}</a>
        </p>
    </div>`;
}
