/** Comparison of up to four plots side by side. The state holds their ids, so that permalinks restore them. */

import { t } from "../shared/catalogue.js";
import { day } from "../shared/format.js";
import { html, nothing, render } from "../lib/lit.js";
import { markupText } from "./plot_facts.js";
import { box } from "./plots.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./plots.js").Plot} Plot */

export const MOST = 4;
const COMPARED = [
    "status",
    "remaining_m2",
    "area_m2",
    "zoning",
    "divisible",
    "min_lot_m2",
    "site_coverage_ratio",
    "floor_area_ratio",
    "horizon",
    "servicing",
    "restriction",
    "brownfield",
    "asking_price_eur_m2",
    "ground_value_eur_m2",
    "ownership",
    "fibre_m",
    "motorway_m",
    "rail_m",
    "port_m",
    "district",
    "plan_name",
    "checked_on",
];

/**
 * The chosen plots, without those that no longer exist.
 * @param {App} app
 * @returns {Plot[]}
 */
export function compared(app) {
    return app.store
        .get("compare")
        .split(",")
        .flatMap((id) => app.plots.byId.get(Number(id)) ?? [])
        .slice(0, MOST);
}

/** The button in a plot's drawer. @type {import("../page/detail.js").Section} */
export const compareButton = {
    id: "compare",
    isTools: true,
    isFor: () => true,
    view(app, feature) {
        const ids = compared(app).map(({ id }) => id);
        const isIn = ids.includes(feature.id);
        const next = isIn ? ids.filter((id) => id !== feature.id) : [...ids, feature.id];
        const isFull = !isIn && ids.length >= MOST;
        return html`<button type="button" aria-pressed=${isIn ? "true" : "false"} ?disabled=${isFull} @click=${() => app.store.set({ compare: next.join(",") })}>
                ${t(isIn ? "compare.remove" : "compare.add")}
            </button>
            ${isFull ? html`<span class="hint">${t("compare.full", { count: MOST })}</span>` : nothing}`;
    },
};

/** The button on the map that opens the comparison, and its dialog. */
export class Compare {
    /**
     * @param {HTMLElement} tray holds the button
     * @param {HTMLElement} dialogs holds the dialog
     * @param {App} app
     */
    constructor(tray, dialogs, app) {
        this.tray = tray;
        this.app = app;
        this.dialog = document.createElement("dialog");
        this.dialog.className = "compare";
        this.dialog.setAttribute("aria-labelledby", "compare-title");
        this.dialog.addEventListener("close", () => app.store.set({ comparing: "" }));
        dialogs.append(this.dialog);
    }

    /** Update the button and the dialog from the state. */
    update() {
        const plots = compared(this.app);
        const open = () => this.app.store.set({ comparing: 1 });
        render(
            plots.length
                ? html`<button type="button" class="primary" ?disabled=${plots.length < 2} @click=${open}>
                      ${t("compare.open", { count: plots.length })}
                  </button>`
                : nothing,
            this.tray,
        );
        const isOpen = Boolean(this.app.store.get("comparing")) && plots.length > 0;
        render(isOpen ? this.#view(plots) : nothing, this.dialog);
        if (isOpen && !this.dialog.open) this.dialog.showModal();
        if (!isOpen && this.dialog.open) this.dialog.close();
    }

    /** @param {Plot[]} plots */
    #view(plots) {
        const { app } = this;
        const names = COMPARED.filter((name) => app.properties.has(name));
        return html`<header>
                <h2 id="compare-title">${t("compare.title")}</h2>
                <button type="button" @click=${() => this.#show(plots)}>${t("detail.show_on_map")}</button>
                <button type="button" class="icon" aria-label=${t("close")} @click=${() => this.dialog.close()}>×</button>
            </header>
            <div class="compare-table" tabindex="0" role="region" aria-label=${t("compare.title")}>
                <table>
                    <thead>
                        <tr>
                            <td></td>
                            ${plots.map((plot) => this.#head(plot, plots))}
                        </tr>
                    </thead>
                    <tbody>
                        ${names.map((name) => this.#row(name, plots))}
                        ${row(t("detail.markup"), plots.map(({ properties }) => markupText(properties) || t("missing")))}
                    </tbody>
                </table>
            </div>`;
    }

    /**
     * @param {Plot} plot
     * @param {Plot[]} plots
     */
    #head(plot, plots) {
        const name = plot.properties["name"];
        const rest = plots.filter((one) => one !== plot).map(({ id }) => id);
        return html`<th scope="col">
            <div>
                <button type="button" class="link" @click=${() => this.#open(plot)}>${name}</button>
                <button
                    type="button"
                    class="icon"
                    aria-label=${t("compare.remove_named", { name })}
                    title=${t("compare.remove")}
                    @click=${() => this.app.store.set({ compare: rest.join(","), comparing: rest.length ? 1 : "" })}
                >
                    ×
                </button>
            </div>
        </th>`;
    }

    /**
     * @param {string} name
     * @param {Plot[]} plots
     */
    #row(name, plots) {
        const property = this.app.properties.get(name);
        const values = plots.map(({ properties }) =>
            property?.format === "date" ? day(properties[name]) : this.app.value(name, properties[name]),
        );
        return row(property?.title ?? name, values);
    }

    /** @param {Plot} plot */
    #open(plot) {
        this.dialog.close();
        this.app.select(`plots/${plot.id}`);
    }

    /** @param {Plot[]} plots */
    #show(plots) {
        this.dialog.close();
        this.app.map.setSelection(plots);
        this.app.map.goTo(box({ coordinates: plots.map(({ geometry }) => geometry.coordinates) }));
    }
}

/**
 * @param {string} title
 * @param {string[]} values
 */
function row(title, values) {
    const isAlike = values.length > 1 && values.every((value) => value === values[0]);
    return html`<tr class=${isAlike ? "alike" : ""}>
        <th scope="row">${title}</th>
        ${values.map((value) => html`<td>${value}</td>`)}
    </tr>`;
}
