/** What editors do with a reservation: each is one change of its record, or the deal that fulfils it. */

import { dealOf, SALE } from "./edit_actions.js";
import { monthsAfter, today } from "../shared/days.js";

/** @typedef {import("./edit_actions.js").EditAction} EditAction */
/** @typedef {import("../land/reservation_words.js").Reservation} Reservation */

/** The steps of a reservation's life, each with its fields and what is likely to be entered. @type {Record<string, EditAction>} */
const STEPS = {
    extend: {
        id: "extend",
        layer: "reservations",
        isEdit: true,
        isStep: true,
        required: ["expires_on"],
        groups: { reservation: ["expires_on"], more: ["note"] },
        suggested: ({ expires_on: until }) => ({ expires_on: monthsAfter(until > today() ? until : today(), 1) }),
    },
    change: {
        id: "change",
        layer: "reservations",
        isEdit: true,
        groups: { reservation: ["inquiry", "area_m2", "reserved_on", "expires_on"], more: ["note"] },
    },
    release: {
        id: "release",
        layer: "reservations",
        isEdit: true,
        isStep: true,
        required: ["released_on"],
        groups: { reservation: ["released_on"], reason: ["note"] },
        suggested: () => ({ released_on: today() }),
    },
    promote: {
        id: "promote",
        layer: "reservations",
        isEdit: true,
        isStep: true,
        required: ["reserved_on", "expires_on"],
        groups: { reservation: ["area_m2", "reserved_on", "expires_on"], more: ["note"] },
        suggested: () => ({ reserved_on: today(), expires_on: monthsAfter(today(), 3) }),
    },
    requeue: {
        id: "requeue",
        layer: "reservations",
        isEdit: true,
        groups: { queue: ["inquiry", "area_m2", "queued_on", "expires_on"], more: ["note"] },
    },
    unqueue: {
        id: "unqueue",
        layer: "reservations",
        isEdit: true,
        isStep: true,
        required: ["released_on"],
        groups: { queue: ["released_on"], reason: ["note"] },
        suggested: () => ({ released_on: today() }),
    },
};

/**
 * The steps that are possible in a reservation's state. Whoever waits gets land in turn, and only once it is free.
 * @param {Reservation} one
 * @returns {EditAction[]}
 */
export function stepsOf({ state, is_next: isNext, plot }) {
    const names = {
        holds: ["extend", "change", "release"],
        expired: ["extend", "change", "release"],
        waiting: [...(isNext ? ["promote"] : []), "requeue", "unqueue"],
        released: [],
        fulfilled: [],
    }[state];
    return names.flatMap((name) => (STEPS[name] ? [{ ...STEPS[name], about: plot }] : []));
}

/**
 * The sale to the inquiry that land is reserved for, which fulfils the reservation.
 * @param {Reservation} one
 * @returns {EditAction}
 */
export function saleOf({ inquiry, party, held_m2: area }) {
    const sale = dealOf(SALE, []);
    const { more: _, ...groups } = sale.groups;
    return {
        ...sale,
        groups: { ...groups, more: ["note"] },
        parts: false,
        isPromised: true,
        values: (plot, state) => ({ ...sale.values?.(plot, state), inquiry, party, area_m2: area }),
    };
}
