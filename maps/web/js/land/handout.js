/** The panel for hand-outs: exposés, the shortlist, the filtered list, and printing. */

import { t } from "../shared/catalogue.js";
import { fileButton } from "./download.js";
import { number } from "../shared/format.js";
import { confirmAction } from "../shared/confirm_dialog.js";
import { html, live, nothing, render, repeat } from "../lib/lit.js";
import { isInternal } from "../shared/session.js";
import { chosenBackground } from "../map/backgrounds.js";
import { shownList } from "./list_files.js";
import { listed, MOST, set, starButton, toggle } from "./shortlist.js";
import { ROW_TOOLS } from "../records/table.js";

/** @typedef {import("../page/app.js").App} App */

const LANGUAGE = "handout.lang";
/** Whether a shortlist is made with the plots that the public does not see. */
const WITH_HIDDEN = "handout.hidden";
const LANGUAGES = /** @type {const} */ (["de", "en"]);
const FORMATS = /** @type {const} */ (["xlsx", "csv", "gpkg"]);

ROW_TOOLS.push(starButton);

/** @type {import("../page/app.js").Panel} */
export const handout = {
    id: "handout",
    icon: "M6 2h8l5 5v15H6V2Zm2 2v16h9V8h-4V4H8Zm2 7h5v2h-5v-2Zm0 4h5v2h-5v-2Z",
    isFor: () => true,
    mount(app, root) {
        const update = () => render(view(app), root);
        update();
        void app.shortlists.load();
        return { update, unmount: () => render(nothing, root) };
    },
};

/** The buttons in a plot's drawer. @type {import("../page/detail.js").Section} */
export const exposes = {
    id: "handout",
    isTools: true,
    isFor: () => true,
    view(app, { id, properties }) {
        const isOn = listed(app).includes(id);
        const isHidden = !properties["on_offer"];
        const path = (/** @type {string} */ lang) => `/api/plots/${id}/expose?lang=${lang}${isHidden ? "&not_on_offer=include" : ""}${chosenBackground(app)}`;
        const isMeant = async () => !isHidden || confirmHidden(app, String(properties["name"]));
        return html`${LANGUAGES.map((lang) => fileButton(app, t(`handout.expose.${lang}`), path(lang), { isMeant }))}
            <button type="button" aria-pressed=${isOn} @click=${() => toggle(app, id)}>${t(isOn ? "shortlist.remove" : "shortlist.add")}</button>`;
    },
};

/** Ask whether plots that the public does not see may be handed out. @param {App} app @param {string} names */
const confirmHidden = (app, names) =>
    confirmAction(app, { title: t("handout.hidden_title"), text: t("handout.hidden_text", { names }), yes: t("handout.hidden_yes"), no: t("cancel") });

/** @param {App} app */
function view(app) {
    const language = app.store.get(LANGUAGE) || app.settings.language;
    const choose = (/** @type {string} */ lang) => () => app.store.set({ [LANGUAGE]: lang });
    return html`<header class="panel-head"><h2>${t("panel.handout")}</h2></header>
        <div class="panel-body handout">
            <fieldset class="languages">
                <legend>${t("handout.language")}</legend>
                ${LANGUAGES.map(
                    (lang) => html`<label class="check">
                        <input type="radio" name="handout-language" .checked=${language === lang} @change=${choose(lang)} />
                        <span>${t(`handout.language.${lang}`)}</span>
                    </label>`,
                )}
            </fieldset>
            ${shortlist(app, language)} ${shownList(app, language)} ${filtered(app, language)}
            <section>
                <h3>${t("handout.print")}</h3>
                <p class="hint">${t("handout.print_hint")}</p>
                <p class="files"><button type="button" @click=${() => print()}>${t("handout.print_now")}</button></p>
            </section>
            <p class="hint">${t("handout.public")}</p>
        </div>`;
}

/**
 * @param {App} app
 * @param {string} language
 */
function shortlist(app, language) {
    const ids = listed(app);
    const hidden = ids.flatMap((id) => app.plots.byId.get(id) ?? []).filter(({ properties }) => !properties["on_offer"]);
    const isWithout = hidden.length > 0 && hidden.length < ids.length && !app.store.get(WITH_HIDDEN);
    const choice = isWithout ? "&not_on_offer=leave_out" : hidden.length ? "&not_on_offer=include" : "";
    const path = (/** @type {string} */ f) => `/api/shortlist?plots=${ids.join(",")}&f=${f}&lang=${language}${choice}${chosenBackground(app)}`;
    const names = hidden.map(({ properties }) => properties["name"]).join(", ");
    const isMeant = async () => !hidden.length || isWithout || confirmHidden(app, names);
    return html`<section>
        <h3>${t("shortlist.title")} ${ids.length ? html`<span class="badge">${ids.length}</span>` : nothing}</h3>
        ${app.shortlists.chooser()}
        ${ids.length
            ? html`<ol class="shortlist">
                  ${repeat(ids, (id) => id, (id, at) => entry(app, ids, id, at))}
              </ol>`
            : html`<p class="hint">${t("shortlist.empty", { most: MOST })}</p>`}
        ${hidden.length ? hiddenPlots(app, names, hidden.length < ids.length) : nothing}
        <p class="files">
            ${fileButton(app, t("handout.pdf"), path("pdf"), { isOff: !ids.length, isMeant })}
            ${fileButton(app, t("handout.xlsx"), path("xlsx"), { isOff: !ids.length, isMeant })}
            ${ids.length ? html`<button type="button" class="quiet" @click=${() => set(app, [])}>${t("shortlist.clear")}</button>` : nothing}
        </p>
    </section>`;
}

/**
 * The kept plots that the public does not see, and whether they are handed out nevertheless.
 * @param {App} app
 * @param {string} names
 * @param {boolean} isChoice whether others would be left
 */
function hiddenPlots(app, names, isChoice) {
    const change = (/** @type {Event} */ event) => app.store.set({ [WITH_HIDDEN]: /** @type {HTMLInputElement} */ (event.target).checked ? "1" : "" });
    return html`<div class="hidden-plots" role="status">
        <p class="error">${t("handout.hidden", { names })}</p>
        ${isChoice
            ? html`<label class="check"><input type="checkbox" .checked=${live(Boolean(app.store.get(WITH_HIDDEN)))} @change=${change} /> <span>${t("handout.hidden_include")}</span></label>`
            : nothing}
    </div>`;
}

/**
 * @param {App} app
 * @param {number[]} ids
 * @param {number} id
 * @param {number} at
 */
function entry(app, ids, id, at) {
    const plot = app.plots.byId.get(id);
    const name = plot?.properties["name"] ?? t("detail.plot", { id });
    const move = (/** @type {number} */ to) => () => {
        const next = ids.filter((one) => one !== id);
        next.splice(to, 0, id);
        set(app, next);
    };
    const button = (/** @type {string} */ sign, /** @type {string} */ label, /** @type {() => void} */ run, isOff = false) =>
        html`<button type="button" class="icon" aria-label=${label} title=${label} ?disabled=${isOff} @click=${run}>${sign}</button>`;
    return html`<li><div>
        ${plot
            ? html`<button type="button" class="link" @click=${() => app.select(`plots/${id}`)}>${name}</button>`
            : html`<span class="error">${app.isLoaded ? t("shortlist.gone", { name }) : name}</span>`}
        ${button("↑", t("shortlist.up", { name }), move(at - 1), at === 0)}
        ${button("↓", t("shortlist.down", { name }), move(at + 1), at === ids.length - 1)}
        ${button("×", t("shortlist.take_off", { name }), () => toggle(app, id))}
    </div></li>`;
}

/**
 * @param {App} app
 * @param {string} language
 */
function filtered(app, language) {
    const { hits } = app.plots;
    const offered = hits.filter(({ properties }) => properties["on_offer"]).length;
    const summary = t("handout.filtered_of", { count: number(offered), all: number(hits.length) });
    return html`<section>
        <h3>${t("handout.filtered")}</h3>
        <p class="hint">${summary} ${isInternal(app.session) && offered < hits.length ? t("handout.filtered_rest") : nothing}</p>
        <p class="files">${FORMATS.map((f) => fileButton(app, t(`handout.${f}`), listPath(app, f, language), { isOff: !offered }))}</p>
    </section>`;
}

/**
 * The path of the filtered list with public columns only, whoever the caller is.
 * @param {App} app
 * @param {string} f
 * @param {string} language
 */
function listPath(app, f, language) {
    const { filter } = app.plots;
    const chosen = filter ? `&filter-lang=cql2-json&filter=${encodeURIComponent(JSON.stringify(filter))}` : "";
    const sort = encodeURIComponent(app.store.get("sort") || "name");
    return `/api/collections/plots/items?f=${f}&audience=public&lang=${language}${chosen}&sortby=${sort}`;
}
