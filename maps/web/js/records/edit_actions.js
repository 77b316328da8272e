/** The actions of editors, each with its form: the layer, the fields, and their initial values. */

import { emptyWishes, stateKey } from "../land/match_state.js";
import { t } from "../shared/catalogue.js";
import { monthsAfter, today } from "../shared/days.js";
import { shapeOf } from "../map/drawn_geometry.js";

/** @typedef {import("../land/plots.js").Plot} Plot */
/**
 * @typedef {object} EditAction
 * @property {string} id its name is the text `deed.ID`, the message after saving `deed.ID.done`
 * @property {string} layer
 * @property {Record<string, string[]>} groups fields by group; a group's name is the text `form.group.NAME`
 * @property {string[]} [anyOf] fields at least one of which must be filled, unless there is a place
 * @property {string[]} [required] in addition to what the database requires
 * @property {(plot: Plot | null, state: import("../shared/state.js").State) => Record<string, any>} [values] the initial values
 * @property {[number, number]} [at] the initial place
 * @property {(plot: Plot | null) => Record<string, any>} [fixed] values that the action itself determines
 * @property {boolean} [parts] whether it may concern a part of the plot
 * @property {(app: import("../page/app.js").App, id: number) => import("../shared/notices.js").NoticeAction} [next] what may follow once the record is saved
 * @property {"optional" | "required"} [place] whether it has a place on the map
 * @property {import("../map/drawn_geometry.js").Shape} [shape] what is drawn there; a point unless given
 * @property {string} [title] the layer's title, where the action is one for any layer
 * @property {string[]} [either] fields of which only one may have a value
 * @property {boolean} [outline] whether its outline can be edited
 * @property {boolean} [isEdit] whether it changes an existing record
 * @property {boolean} [isStep] whether that is a step in the record's life and no correction, so that it cannot delete it
 * @property {(properties: Record<string, any>) => Record<string, any>} [suggested] values likely to be entered instead of the record's
 * @property {number | null} [about] the plot that the record belongs to; null: to a record that is no plot
 * @property {boolean} [isPromised] whether a deal is about land that is reserved for its inquiry
 * @property {(plot: Plot) => boolean} [suits] whether it makes sense with a plot
 */

/** The inquiry currently being matched, or null. @param {import("../shared/state.js").State} state */
const inquiryOf = (state) => (state["panel"] === "match" && Number(state["match.inquiry"])) || null;

/** The agency sells the city's land, and supports the sale of private land. @param {Plot | null} plot */
const sides = (plot) =>
    plot?.properties["ownership"] === "private" ? { sector: "private", role: "supporter" } : { sector: "public", role: "seller" };

/** Areas have two decimals. @param {number} area */
const exact = (area) => Math.round(area * 100) / 100;

/** How much of a plot nobody has bought or reserved: to the last hundredth, or what is sold as a whole would stay on offer. @param {Plot | null} plot */
const free = (plot) => exact(Math.max((plot?.properties["remaining_m2"] ?? 0) - (plot?.properties["reserved_m2"] ?? 0), 0));

/**
 * @param {Plot | null} plot
 * @param {import("../shared/state.js").State} state
 */
const deal = (plot, state) => ({
    ...sides(plot),
    inquiry: inquiryOf(state),
    area_m2: free(plot) || plot?.properties["remaining_m2"] || null,
    ground_value_eur_m2: plot?.properties["ground_value_eur_m2"] ?? null,
    agreed_on: today(),
});

export const SALE = "sale";

/**
 * A deal with a plot.
 * @param {string} kind
 * @param {string[]} dates in addition to those of every deal
 * @returns {EditAction}
 */
export const dealOf = (kind, dates) => ({
    id: kind,
    layer: "transactions",
    parts: true,
    groups: {
        deal: ["area_m2", "price_eur", "ground_value_eur_m2", "sector", "role"],
        who: ["party", "inquiry"],
        dates: ["agreed_on", "notarised_on", "handed_over_on", ...dates],
        more: ["despite_reservation", "note"],
    },
    values: deal,
    fixed: (plot) => ({ kind, plot: plot?.id }),
});

/** The actions on a plot, other than editing it. @type {EditAction[]} */
export const WITH_PLOT = [
    {
        id: "reserve",
        layer: "reservations",
        parts: true,
        required: ["reserved_on", "expires_on"],
        groups: { reservation: ["inquiry", "area_m2", "reserved_on", "expires_on"], more: ["note"] },
        values: (plot, state) => ({
            inquiry: inquiryOf(state),
            area_m2: free(plot) || null,
            reserved_on: today(),
            expires_on: monthsAfter(today(), 3),
        }),
        fixed: (plot) => ({ plot: plot?.id }),
        suits: (plot) => free(plot) >= 1,
    },
    {
        id: "queue",
        layer: "reservations",
        required: ["inquiry", "queued_on"],
        groups: { queue: ["inquiry", "area_m2", "queued_on", "expires_on"], more: ["note"] },
        values: (_, state) => ({ inquiry: inquiryOf(state), queued_on: today() }),
        fixed: (plot) => ({ plot: plot?.id }),
        suits: (plot) => (plot.properties["reserved_m2"] ?? 0) > 0,
    },
    dealOf(SALE, []),
    dealOf("ground_lease", ["ends_on"]),
    dealOf("lease", ["ends_on"]),
];

/** @type {EditAction} */
export const EDIT_PLOT = {
    id: "edit",
    layer: "plots",
    isEdit: true,
    outline: true,
    groups: {
        plot: ["name", "address", "description", "industrial_area", "ownership"],
        plan: ["zoning", "plan_name", "site_coverage_ratio", "floor_area_ratio"],
        size: ["official_area_m2", "divisible", "min_lot_m2", "parcels"],
        offer: ["horizon", "available_from", "servicing", "brownfield", "offered_on", "withdrawn_on"],
        price: ["asking_price_eur_m2", "ground_value_eur_m2", "ground_value_on", "ground_value_zone"],
        more: ["contact", "contact_person", "checked_on", "note"],
    },
};

/** Mutually exclusive fields, by layer. @type {Record<string, string[]>} */
const EITHER = { obstructions: ["trench", "connection", "cluster"] };

const UNCHANGED = new Set(["id", "source", "source_id", "geometry", "plot"]);

/**
 * The action that edits a record of any other layer, with all writable properties of its schema.
 * @param {string} layer
 * @param {Map<string, import("../shared/schema.js").Property>} properties
 * @returns {EditAction}
 */
export const editOf = (layer, properties) => ({
    id: "edit",
    layer,
    isEdit: true,
    either: EITHER[layer] ?? [],
    groups: { record: [...properties].filter(([name, one]) => !one.readOnly && !UNCHANGED.has(name)).map(([name]) => name) },
});

/** @type {EditAction} */
const INQUIRY = {
    id: "inquiry",
    layer: "inquiries",
    place: "optional",
    groups: {
        wish: ["number", "kind", "tenure", "use", "min_m2", "max_m2", "zoning", "divisible"],
        where: ["districts", "access", "fibre_required", "near_m"],
        terms: ["budget_eur_m2", "needed_by"],
        who: ["party", "contact_person", "received_on"],
        more: ["note"],
    },
    next: (app, id) => ({ label: t("match.of_inquiry"), run: () => app.store.set({ panel: "match", ...emptyWishes(), [stateKey("inquiry")]: String(id) }) }),
    anyOf: ["use", "min_m2", "max_m2", "zoning", "districts", "access", "budget_eur_m2"],
    values: () => ({ kind: "plot", received_on: today() }),
};

/** @type {EditAction} */
export const PARTY = {
    id: "party",
    layer: "parties",
    required: ["name"],
    groups: { party: ["kind", "name", "contact_name", "email", "phone"], more: ["note"] },
    values: () => ({ kind: "company" }),
};

/** @type {EditAction} */
export const CONTACT = {
    id: "contact",
    layer: "contacts",
    required: ["name"],
    groups: { contact: ["name", "job_title", "phone", "email", "is_public"] },
};

/**
 * The action that records an inquiry, starting with the given wishes.
 * @param {Record<string, any>} wishes
 * @param {[number, number] | null} at
 * @returns {EditAction}
 */
export const inquiryFor = (wishes, at) => ({
    ...INQUIRY,
    values: () => ({ kind: "plot", received_on: today(), ...wishes }),
    ...(at ? { at } : {}),
});

/** The actions that record something without a plot. @type {EditAction[]} */
export const RECORDED = [
    INQUIRY,
    {
        id: "mobile_request",
        layer: "mobile_requests",
        place: "required",
        groups: {
            request: ["operator", "radius_m", "technology", "min_height_m"],
            dates: ["received_on", "deadline_on"],
            more: ["contact_person", "note"],
        },
        values: () => ({ received_on: today(), radius_m: 150 }),
    },
    {
        id: "obstruction",
        layer: "obstructions",
        either: EITHER["obstructions"] ?? [],
        groups: { what: EITHER["obstructions"] ?? [], obstruction: ["kind", "responsible", "from_on", "until_on"], more: ["note"] },
        values: () => ({ from_on: today() }),
    },
    PARTY,
    CONTACT,
    {
        id: "manual_indicator",
        layer: "manual_indicators",
        groups: {
            indicator: ["key", "label", "label_en", "unit", "decimals"],
            line: ["position", "area", "product", "goals", "annual"],
            more: ["note"],
        },
        values: () => ({ decimals: 0 }),
    },
];

/**
 * The action that records a record of any layer, with all writable properties of its schema.
 * @param {string} layer
 * @param {string} title
 * @param {Map<string, import("../shared/schema.js").Property>} properties
 * @returns {EditAction}
 */
export function createOf(layer, title, properties) {
    const geometry = properties.get("geometry");
    const shape = shapeOf(geometry?.format);
    return {
        id: "create",
        layer,
        title,
        either: EITHER[layer] ?? [],
        ...(shape ? { place: geometry?.isRequired ? "required" : "optional", shape } : {}),
        groups: { record: [...properties].filter(([name, one]) => !one.readOnly && !(UNCHANGED.has(name) && name !== "plot")).map(([name]) => name) },
        next: (app, id) => ({ label: t("act.look"), run: () => app.select(`${layer}/${id}`) }),
    };
}

/** @param {EditAction} action */
export const nameOf = ({ id, title = "" }) => t(`deed.${id}`, { title });
