/** What editors do about a requested mobile site: name candidates for it, and assess them. */

import { today } from "../shared/days.js";

/** @typedef {import("../records/edit_actions.js").EditAction} EditAction */

/**
 * The action that records a candidate of a request, or proposes a property in its ring.
 * @param {number} request
 * @param {Record<string, any>} [property]
 * @returns {EditAction}
 */
export const candidateFor = (request, property) => ({
    id: "candidate",
    layer: "mobile_candidates",
    place: "required",
    about: null,
    groups: { candidate: ["property", "kind", "ownership", "height_m"], assessment: ["result", "reason", "assessed_on"], more: ["note"] },
    values: () => ({ result: "open", ...(property ? { property: property["id"], height_m: property["height_m"] } : {}) }),
    fixed: () => ({ request }),
    ...(property ? { at: [property["lon"], property["lat"]] } : {}),
});

/** The action that says what has become of a candidate. @type {EditAction} */
export const ASSESS = {
    id: "assess",
    layer: "mobile_candidates",
    isEdit: true,
    about: null,
    groups: { assessment: ["result", "reason", "assessed_on"], candidate: ["property", "kind", "ownership", "height_m"], more: ["note"] },
    suggested: ({ assessed_on }) => (assessed_on ? {} : { assessed_on: today() }),
};
