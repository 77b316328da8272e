/** A plot's surroundings: restrictions, fibre, access, neighbours and deals. */

import { t } from "../shared/catalogue.js";
import { FeatureCache } from "../shared/feature_cache.js";
import { day, distance, quantity } from "../shared/format.js";
import { keeps } from "../shared/kept.js";
import { html, nothing } from "../lib/lit.js";

/** @typedef {import("../page/app.js").App} App */
/** @typedef {import("../page/detail.js").Section} Section */

const SOURCE = "surroundings";
const LINK = "#5b21b6";
const LAYERS = [
    { id: "surroundings:halo", type: "line", paint: { "line-color": "#fff", "line-width": 5, "line-opacity": 0.85 } },
    { id: "surroundings:line", type: "line", paint: { "line-color": LINK, "line-width": 2, "line-dasharray": [2, 1.5] } },
    {
        id: "surroundings:point",
        type: "circle",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 5, "circle-color": LINK, "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
    },
];

/** The layers without which there is no such part. @type {Record<string, string[]>} */
const MEASURED_TO = { fibre: ["trenches", "connections"], access_points: ["access_points"] };

const found = new FeatureCache(({ id }, { api }) => `/api/plots/${id}/surroundings?lang=${api.language}`);

/**
 * A section that is omitted if the answer withholds its part from the reader.
 * @param {string} id
 * @param {string} part
 * @param {(part: any, app: App, feature: any) => unknown} shown
 * @returns {Section}
 */
export const section = (id, part, shown) => ({
    id,
    isFor: (app, feature) => keeps(...(MEASURED_TO[part] ?? [])) && !found.of(app, feature).answer?.withheld.includes(part),
    view: (app, feature) => found.view(app, feature, (answer) => shown(answer[part], app, feature)),
});

/** @type {Section[]} */
export const surroundings = [
    section("restrictions", "restrictions", (restrictions) =>
        restrictions.length
            ? html`<ul class="plain">
                  ${restrictions.map(
                      (/** @type {any} */ one) => html`<li>
                          <span class="tag severity-${one.severity}">${one.severity_label}</span> ${one.kind_label}
                          ${one.note ? html`<p class="hint">${one.note}</p>` : nothing}
                      </li>`,
                  )}
              </ul>`
            : html`<p class="hint">${t("restrictions.none")}</p>`,
    ),
    section("fibre", "fibre", (fibre, app) => {
        if (!fibre) return html`<p class="hint">${t("fibre.none")}</p>`;
        const what = t(`fibre.${fibre.layer}`, { name: fibre.address ?? fibre.cluster ?? "" }).trim();
        return html`<p>
            <strong>${fibre.distance_m === 0 ? t("fibre.at_plot") : distance(fibre.distance_m)}</strong> ${what}
            <button type="button" class="link" @click=${() => showFibre(app, fibre)}>${t("show")}</button>
        </p>`;
    }),
    section("access", "access_points", (points, app) =>
        points.length
            ? html`<ul class="plain measured">
                  ${points.map(
                      (/** @type {any} */ one) => html`<li>
                          <button type="button" class="link" @click=${() => app.map.goTo(boundsAround(one.point))}>${one.name}</button>
                          <span class="hint">${one.kind_label}</span><span class="number">${distance(one.distance_m)}</span>
                      </li>`,
                  )}
              </ul>`
            : html`<p class="hint">${t("access.none")}</p>`,
    ),
    section("neighbours", "neighbours", (neighbours, app) =>
        neighbours.length
            ? html`<ul class="plain measured">
                  ${neighbours.map(
                      (/** @type {any} */ one) => html`<li>
                          <button type="button" class="link" @click=${() => app.select(`${one.layer}/${one.id}`)}>${one.name}</button>
                          <span class="hint">${one.status_label ?? t(`neighbours.${one.layer}`)}</span>
                          <span class="number">${one.distance_m === 0 ? t("neighbours.adjoining") : distance(one.distance_m)}</span>
                      </li>`,
                  )}
              </ul>`
            : html`<p class="hint">${t("neighbours.none")}</p>`,
    ),
    section("deals", "transactions", (deals) =>
        deals.length ? html`<ul class="plain">${deals.map(deal)}</ul>` : html`<p class="hint">${t("deals.none")}</p>`,
    ),
];

/** @param {any} one */
const deal = (one) => html`<li class=${one.takes_land ? "" : "past"}>
    ${one.kind_label}, ${quantity(one.area_m2, "m²")} <span class="hint">${day(one.agreed_on)} · ${one.status_label}</span>
</li>`;

/**
 * Draw the shortest line to the fibre, and zoom to it.
 * @param {App} app
 * @param {{point: [number, number], border: [number, number]}} fibre
 */
function showFibre(app, { point, border }) {
    const feature = (/** @type {any} */ geometry) => ({ type: "Feature", properties: {}, geometry });
    app.map.overlay(
        SOURCE,
        [feature({ type: "LineString", coordinates: [border, point] }), feature({ type: "Point", coordinates: point })],
        LAYERS,
    );
    app.legend?.show(["trenches-laid"], true);
    const [west, east] = [Math.min(point[0], border[0]), Math.max(point[0], border[0])];
    const [south, north] = [Math.min(point[1], border[1]), Math.max(point[1], border[1])];
    app.map.goTo([west, south, east, north], 18);
    const { selected } = app.state;
    const end = app.store.subscribe((state) => {
        if (state["selected"] === selected) return;
        app.map.overlay(SOURCE, []);
        end();
    });
}

/**
 * @param {[number, number]} point
 * @returns {[number, number, number, number]}
 */
const boundsAround = ([x, y]) => [x - 0.004, y - 0.0025, x + 0.004, y + 0.0025];
