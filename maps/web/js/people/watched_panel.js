/** The panel of what the reader watches: what happened since they last looked, and the daily digest. */

import { t } from "../shared/catalogue.js";
import { html, nothing, render } from "../lib/lit.js";
import { instant } from "../shared/format.js";
import { changes } from "../records/changes.js";
import { Digest } from "./digest.js";
import { askName } from "./kept.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("./watching.js").Watch} Watch */

/** @type {import("../page/app.js").Panel} */
export const watchedPanel = {
    id: "watched",
    icon: "M12 5C7 5 2.7 8.1 1 12.5 2.7 16.9 7 20 12 20s9.3-3.1 11-7.5C21.3 8.1 17 5 12 5Zm0 12.5a5 5 0 1 1 0-10 5 5 0 0 1 0 10Zm0-8a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
    isFor: (session) => session.name !== null,
    mount: (app, root) => new WatchedPanel(app, root),
};

class WatchedPanel {
    #changed = () => void this.app.watching.load();

    /**
     * @param {App} app
     * @param {HTMLElement} root
     */
    constructor(app, root) {
        this.app = app;
        this.root = root;
        this.digest = new Digest(app, () => this.update());
        changes.addEventListener("change", this.#changed);
        this.update();
        void app.watching.load();
        void this.digest.load();
    }

    update() {
        render(
            html`<header class="panel-head">
                    <h2>${t("panel.watched")}</h2>
                    <p class="hits" role="status">${this.app.watching.watches ? t("watch.news", { count: this.app.watching.news }) : nothing}</p>
                    <button type="button" class="quiet" ?disabled=${!this.app.watching.news} @click=${() => void this.app.watching.look()}>${t("watch.seen")}</button>
                </header>
                <div class="panel-body watched">${this.#list()} ${this.digest.view()}</div>`,
            this.root,
        );
    }

    unmount() {
        changes.removeEventListener("change", this.#changed);
        render(nothing, this.root);
    }

    #list() {
        const { watches, beganAnew } = this.app.watching;
        if (!watches) return html`<p class="hint" role="status">${t("loading")}</p>`;
        return html`${beganAnew ? html`<p class="error" role="status">${t("watch.began_anew")}</p>` : nothing}
            ${watches.length ? watches.map((watch) => this.#watch(watch)) : html`<p class="empty">${t("watch.none")}</p>`}
            <p class="files"><button type="button" @click=${() => void this.#watchView()}>${t("watch.view")}</button></p>`;
    }

    /** @param {Watch} watch */
    #watch(watch) {
        const { id, title, events, broken } = watch;
        return html`<section class="watch" aria-labelledby="watch-${id}">
            <h3 id="watch-${id}"><button type="button" class="link" @click=${() => this.#open(watch)}>${title}</button> ${events.length ? html`<span class="badge">${events.length}</span>` : nothing}</h3>
            ${broken ? html`<p class="error">${broken}</p>` : nothing}
            ${events.length
                ? html`<ul>
                      ${events.map(
                          (event) => html`<li>
                              <span class="hint">${instant(event.at)}</span>
                              ${event.name && event.is_shown && watch.kind !== "plot"
                                  ? html`<button type="button" class="link" @click=${() => this.app.select(`plots/${event.plot}`)}>${event.name}</button>: `
                                  : watch.kind === "plot" || !event.name ? nothing : html`<strong>${event.name}</strong>: `}
                              ${event.sentence}
                          </li>`,
                      )}
                  </ul>`
                : broken ? nothing : html`<p class="hint">${t("watch.nothing")}</p>`}
            <p><button type="button" class="quiet" aria-label=${t("watch.unwatch_what", { title })} @click=${() => void this.app.watching.remove(id)}>${t("watch.unwatch")}</button></p>
        </section>`;
    }

    /** @param {Watch} watch */
    #open({ kind, plot, industrial_area: area, inquiry, area: drawn }) {
        const { app } = this;
        if (plot) app.select(`plots/${plot}`);
        else if (area) app.select(`industrial_areas/${area}`);
        else if (inquiry) app.store.set({ panel: "match", "match.inquiry": inquiry });
        else if (kind === "search") app.store.set({ panel: "find" });
        else if (drawn) app.map.goTo(bounds(drawn));
    }

    async #watchView() {
        const { map } = this.app.map;
        const [[west, south], [east, north]] = /** @type {[[number, number], [number, number]]} */ (map.getBounds().toArray());
        const name = await askName(this.app, t("watch.view"), t("watch.view_name"), t("watch.watch"));
        if (!name) return;
        const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        await this.app.watching.add({ area: { type: "Polygon", coordinates: [ring] }, name });
    }
}

/**
 * @param {{type: string, coordinates: any}} area
 * @returns {[number, number, number, number]}
 */
function bounds({ type, coordinates }) {
    const points = type === "Polygon" ? coordinates.flat() : coordinates.flat(2);
    const [xs, ys] = [0, 1].map((axis) => points.map((/** @type {number[]} */ point) => Number(point[axis])));
    return [Math.min(...(xs ?? [])), Math.min(...(ys ?? [])), Math.max(...(xs ?? [])), Math.max(...(ys ?? []))];
}
