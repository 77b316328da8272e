/** The tables of the rollout panel: progress, what is to come, obstructions, consents, letters of intent. */

import { isPresent } from "../shared/kept.js";
import { t } from "../shared/catalogue.js";
import { day, number, percent } from "../shared/format.js";
import { html, nothing } from "../lib/lit.js";
import { sortable } from "../shared/sortable.js";

/** @typedef {import("./broadband.js").Broadband} Broadband */
/** @typedef {Record<string, any>} Row */

/** @param {string} key @param {(row: Row) => unknown} [shown] */
const textColumn = (key, shown) => ({ key, label: t(`broadband.column.${key}`), value: (/** @type {Row} */ row) => row[key], ...(shown ? { shown } : {}) });
/** @param {string} key @param {number} [decimals] */
const numberColumn = (key, decimals = 0) => ({ ...textColumn(key, (row) => number(row[key], decimals, decimals)), isNumber: true });
/** @param {string} key */
const dateColumn = (key) => textColumn(key, (row) => day(row[key]));
/** A number column that marks values other than zero. @param {string} key @param {number} [decimals] */
const warningColumn = (key, decimals = 0) => ({
    ...numberColumn(key, decimals),
    shown: (/** @type {Row} */ row) => (row[key] ? html`<span class="late">⚠ ${number(row[key], decimals, decimals)}</span>` : number(0, decimals, decimals)),
});
/** @param {string} key */
const shareColumn = (key) => ({
    ...numberColumn(key, 1),
    shown: (/** @type {Row} */ row) =>
        html`${row[key] === null ? nothing : html`<meter min="0" max="100" value=${Math.min(row[key], 100)} aria-hidden="true"></meter>`}
            ${percent(row[key] === null ? null : row[key] / 100, 1)}`,
});

/** A cell's content with a remark below it. @param {unknown} shown @param {unknown} remark */
const remarked = (shown, remark) => (remark ? html`${shown}<br /><span class="hint">${remark}</span>` : shown);
/** @param {Row} row @param {string} key */
const unit = (row, key) => (row[key] ? t(`broadband.counts.${row[key]}`) : "");
/**
 * A share column that says below it of what it is the share, or why there is none.
 * @param {string} key
 * @param {(row: Row) => string} of
 */
const namedShareColumn = (key, of) => {
    const share = shareColumn(key);
    return { ...share, shown: (/** @type {Row} */ row) => remarked(share.shown(row), row["no_share"] ? t(`broadband.no_share.${row["no_share"]}`) : of(row)) };
};

/**
 * A table of this panel, sorted by the state; a click on a row zooms to it.
 * @param {Broadband} panel
 * @param {string} id
 * @param {any[]} columns
 * @param {Row[]} rows
 * @param {string} sort
 * @param {Row | null} [total]
 */
function table(panel, id, columns, rows, sort, total = null) {
    const { app } = panel;
    return sortable({
        caption: t(`broadband.tab.${id}`),
        columns,
        rows,
        total,
        sort: app.store.get("broadband.sort") || sort,
        onSort: (next) => app.store.set({ "broadband.sort": next }),
        leads: ({ bounds }) => Boolean(bounds),
        onRow: ({ bounds }) => app.map.goTo(bounds, 17),
    });
}

/** @param {string} label @param {string} id @param {string} value @param {string[][]} options @param {(value: string) => void} set */
function select(label, id, value, options, set) {
    return html`<div class="field">
        <label for=${id}>${label}</label>
        <select id=${id} @change=${(/** @type {Event} */ event) => set(/** @type {HTMLSelectElement} */ (event.target).value)}>
            ${options.map(([key = "", text]) => html`<option value=${key} ?selected=${key === value}>${text}</option>`)}
        </select>
    </div>`;
}

const loading = () => html`<p class="empty" role="status">${t("loading")}</p>`;
/** @param {string} text */
const empty = (text) => html`<p class="empty">${text}</p>`;

/** @param {Broadband} panel @param {string} by */
const partsChoice = ({ app: { store } }, by) =>
    select(t("broadband.by"), "broadband-by", by, [["cluster", t("broadband.by.cluster")], ["programme", t("broadband.by.programme")]], (value) => store.set({ "broadband.by": value === "cluster" ? "" : value }));

/** @param {Broadband} panel */
function progress(panel) {
    const { store } = panel.app;
    const by = store.get("broadband.by") || "cluster";
    const funding = store.get("broadband.funding");
    const found = panel.isResting ? panel.fetched(`/api/rollout/progress?on=${panel.on}&by=${by}${funding && `&funding=${funding}`}`) : null;
    const name = textColumn("label", (row) => row["label"] ?? (row === found?.total ? t("broadband.total") : t(`broadband.without.${by}`)));
    const overbuilt = panel.of === "trenches" ? numberColumn("overbuilt_km", 1) : numberColumn("overbuilt_connections");
    const columns = [
        ...(panel.of === "trenches"
            ? [name, numberColumn("planned_km", 1), numberColumn("laid_km", 1), shareColumn("laid_percent"), warningColumn("overdue_km", 1), warningColumn("overdue_month_km", 1)]
            : connectionColumns(name)),
        ...(found?.total[overbuilt.key] ? [overbuilt] : []),
    ];
    return html`<div class="choices">
            ${partsChoice(panel, by)}
            ${select(t("broadband.funding"), "broadband-funding", funding, [["", t("broadband.funding.all")], ["funded", t("broadband.funding.funded")], ["self_financed", t("broadband.funding.self_financed")]], (value) => store.set({ "broadband.funding": value }))}
        </div>
        ${found ? (found.rows.length ? table(panel, "progress", columns, found.rows, "label", found.total) : empty(t("broadband.no_progress"))) : loading()}
        ${found?.total.overbuilt_km || found?.total.overbuilt_connections ? html`<p class="hint">${t("broadband.overbuilt", { km: number(found.total.overbuilt_km, 1), connections: number(found.total.overbuilt_connections) })}</p>` : nothing}
        ${found?.total.undated_km ? html`<p class="hint">${t("broadband.undated", { km: number(found.total.undated_km, 1) })}</p>` : nothing}
        <p class="hint">${t("broadband.progress_hint")}</p>`;
}

/** What each row's numbers count stands below its name; what else its plan counts, below the plan. @param {any} name */
function connectionColumns(name) {
    const planned = numberColumn("planned_connections");
    const overdue = warningColumn("overdue_connections");
    const unrecorded = (/** @type {Row} */ row) => [
        row["overdue_unrecorded"] ? t("broadband.unrecorded", { many: number(row["overdue_unrecorded"]) }) : "",
        row["overdue_unrecorded_apart"] ? t("broadband.unrecorded_apart", { many: number(row["overdue_unrecorded_apart"]), unit: unit(row, "planned_counts") }) : "",
    ];
    return [
        { ...name, shown: (/** @type {Row} */ row) => remarked(name.shown(row), unit(row, "counts")) },
        { ...planned, shown: (/** @type {Row} */ row) => remarked(planned.shown?.(row), row["planned_counts"] !== row["counts"] && unit(row, "planned_counts")) },
        numberColumn("passed"),
        numberColumn("connected"),
        namedShareColumn("connected_percent", (row) => t("broadband.of_whole", { made: number(row["connected_of_plan"]), whole: number(row["planned_connections"]), unit: unit(row, "planned_counts") })),
        { ...overdue, shown: (/** @type {Row} */ row) => remarked(overdue.shown(row), unrecorded(row).filter(Boolean).join(", ")) },
        warningColumn("overdue_month_connections"),
    ];
}

/** @param {Row} row */
const subject = (row) => row["cluster"] ?? row["address"] ?? (row["trench"] ? t("broadband.trench", { id: row["trench"] }) : t("broadband.connection", { id: row["connection"] }));

/** @param {Broadband} panel */
function obstructions(panel) {
    const found = panel.isResting ? panel.fetched(`/api/rollout/obstructions?on=${panel.on}`) : null;
    panel.map.setObstructions(found ? found.rows.filter((/** @type {Row} */ row) => row["is_open"] && row["bounds"]).map(mark) : []);
    if (!found) return loading();
    if (!found.rows.length) return empty(t("broadband.no_obstructions"));
    const { total } = found;
    const together = [numberColumn("obstructions"), numberColumn("open"), numberColumn("days"), numberColumn("km", 1)];
    const plain = (/** @type {string} */ caption, /** @type {any} */ first, /** @type {Row[]} */ rows) =>
        sortable({ caption, columns: [first, ...together], rows, sort: "-days" });
    return html`<p class="summary">${t("broadband.held_up", { count: number(total.obstructions), open: number(total.open), days: number(total.days), km: number(total.km, 1) })}</p>
        <h3>${t("broadband.by_kind")}</h3>
        ${plain(t("broadband.by_kind"), textColumn("kind", (row) => row["label"]), found.by_kind)}
        <h3>${t("broadband.by_responsible")}</h3>
        ${plain(t("broadband.by_responsible"), textColumn("responsible", (row) => row["responsible"] ?? t("broadband.nobody")), found.by_responsible)}
        <h3>${t("broadband.each")}</h3>
        ${table(panel, "obstructions", [
            { ...textColumn("subject", subject), value: subject },
            { ...textColumn("kind", (row) => html`${row["label"]}<br /><span class="hint">${row["responsible"] ?? t("broadband.nobody")}</span>`), value: (/** @type {Row} */ row) => row["label"] },
            dateColumn("from_on"),
            { ...textColumn("until_on", (row) => (row["is_open"] ? html`<span class="late">⚠ ${t("broadband.open")}</span>` : remarked(day(row["until_on"]), row["over_on"] && t("broadband.over", { day: day(row["over_on"]) })))) },
            numberColumn("days"),
            numberColumn("km", 1),
        ], found.rows, "-days")}
        <p class="hint">${t("broadband.obstructions_hint")}</p>`;
}

/** @param {Row} row */
function mark({ id, label, bounds: [west, south, east, north] }) {
    return { type: "Feature", id, properties: { label }, geometry: { type: "Point", coordinates: [(west + east) / 2, (south + north) / 2] } };
}

/** @param {Broadband} panel */
function consents(panel) {
    const found = panel.isResting ? panel.fetched(`/api/rollout/consents?on=${panel.on}`) : null;
    if (!found) return loading();
    const clock = (/** @type {Row} */ row) => {
        const days = number(Math.abs(row["days_left"] ?? 0));
        const text = t(`broadband.clock.${row["state"]}`, { days, count: days });
        return html`<span class="tag clock-${row["state"]}">${text}</span>${row["works_began"] ? html` <span class="late">⚠ ${t("broadband.works_began")}</span>` : nothing}`;
    };
    const last = (/** @type {Row} */ row) => html`${day(row["ends_on"])}${row["extended_until"] ? html` <span class="hint">${t("broadband.extended")}</span>` : nothing}`;
    return html`<ul class="counts">
            ${["deemed", "running", "incomplete", "permitted", "refused"].map((state) => html`<li><strong>${number(found.counts[state])}</strong> ${t(`broadband.consent.${state}`)}</li>`)}
        </ul>
        ${found.rows.length
            ? table(panel, "consents", [
                  textColumn("trench"),
                  textColumn("cluster"),
                  dateColumn("complete_on"),
                  textColumn("ends_on", last),
                  { ...textColumn("state", clock), value: (/** @type {Row} */ row) => row["days_left"] },
              ], found.rows, "state")
            : empty(t("broadband.no_consents"))}
        <p class="hint">${t("broadband.consents_hint")}</p>`;
}

/** @param {Broadband} panel */
function letters(panel) {
    const found = panel.isResting ? panel.fetched(`/api/rollout/letters?on=${panel.on}`) : null;
    if (!found) return loading();
    if (!found.rows.length) return empty(t("broadband.no_letters"));
    const operator = (/** @type {Row} */ row) => remarked(row["operator"], t(`broadband.promises.${row["promises"]}`, { programme: row["programme"] ?? "" }));
    const state = (/** @type {Row} */ row) => {
        const words = { missing: number(row["missing"]), day: day(row["deadline_on"]) };
        const told = t(`broadband.letter.${row["state"]}`, words);
        if (row["state"] === "terminated") return remarked(told, [day(row["terminated_on"]), row["missing"] && t("broadband.letter.missing", words)].filter(Boolean).join(", "));
        return remarked(row["state"] === "missed" ? html`<span class="late">⚠ ${told}</span>` : told, row["deadline_on"] && t("broadband.letter.until", words));
    };
    return html`${found.totals.map((/** @type {Row} */ one) => html`<p class="summary">${t("broadband.letters_together", { count: number(one["letters"]), made: number(one["delivered"]), whole: number(one["promised"]), unit: unit(one, "counts"), share: percent(one["delivered_percent"] / 100, 1) })}</p>`)}
        ${table(panel, "letters", [
            textColumn("operator", operator),
            dateColumn("signed_on"),
            numberColumn("promised"),
            numberColumn("delivered"),
            namedShareColumn("delivered_percent", (row) => unit(row, "counts")),
            { ...textColumn("outcome", state), value: (/** @type {Row} */ row) => row["state"] },
        ], found.rows, "signed_on")}
        <p class="hint">${t("broadband.letters_hint")}</p>`;
}

const MONTHS_AHEAD = 6;

/** What is due up to the month shown, if that is to come, or in the next months. @param {Broadband} panel */
function ahead(panel) {
    const { store } = panel.app;
    const by = store.get("broadband.by") || "cluster";
    const found = panel.isResting ? panel.fetched(`/api/rollout/ahead?by=${by}&months=${panel.ahead || MONTHS_AHEAD}`) : null;
    if (!found) return loading();
    const name = textColumn("label", (row) => row["label"] ?? t(`broadband.without.${by}`));
    const of = panel.of === "trenches" ? [numberColumn("due_km", 1), numberColumn("building_km", 1), warningColumn("overdue_km", 1)] : [{ ...numberColumn("connections"), label: t("broadband.column.due_connections") }, warningColumn("overdue_connections")];
    return html`<h3>${t("broadband.ahead_until", { day: day(found.until) })}</h3>
        ${partsChoice(panel, by)}
        ${found.rows.length ? table(panel, "ahead", [name, ...of, dateColumn("first_due_on"), dateColumn("last_due_on")], found.rows, "first_due_on") : nothingAhead(panel)}
        <p class="hint">${t("broadband.ahead_hint")}</p>`;
}

/** Say where later dates are, or where dates come from. @param {Broadband} panel */
function nothingAhead(panel) {
    const isLater = panel.months.length - 1 - panel.now > (panel.ahead || MONTHS_AHEAD);
    return empty(`${t("broadband.nothing_ahead")} ${t(isLater ? "broadband.more_ahead" : "broadband.no_dates_ahead")}`);
}

/** @type {{id: string, view: (panel: Broadband) => unknown}[]} */
const ALL_TABS = [
    { id: "progress", view: progress },
    { id: "ahead", view: ahead },
    { id: "obstructions", view: obstructions },
    { id: "consents", view: consents },
    { id: "letters", view: letters },
];

/** The tabs that the agency's layers allow for. */
export const shownTabs = () => ALL_TABS.filter(({ id }) => isPresent(`broadband.${id}`));

/**
 * The row of tabs.
 * @param {HTMLElement} root
 * @param {string} chosen
 * @param {(id: string) => void} open
 */
export function tabs(root, chosen, open) {
    const known = shownTabs();
    const press = (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const index = known.findIndex(({ id }) => `tab-${id}` === document.activeElement?.id);
        const next = step && known[(index + step + known.length) % known.length];
        if (!next) return;
        open(next.id);
        /** @type {HTMLElement | null} */ (root.querySelector(`#tab-${next.id}`))?.focus();
    };
    return html`<div role="tablist" class="tabs" aria-label=${t("broadband.tabs")} @keydown=${press}>
        ${known.map(
            ({ id }) =>
                html`<button type="button" role="tab" id="tab-${id}" aria-controls="broadband-tab" aria-selected=${id === chosen} tabindex=${id === chosen ? 0 : -1} @click=${() => open(id)}>
                    ${t(`broadband.tab.${id}`)}
                </button>`,
        )}
    </div>`;
}
