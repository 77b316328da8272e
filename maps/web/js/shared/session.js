/** The session: the account that is signed in, or the public. */

import { keeps } from "./kept.js";

/** @typedef {{name: string | null, role: "public" | "reader" | "editor" | "admin", csrf: string | null, layers: string[] | null, expires_at: string | null}} Session */

/** @type {Session} */
export const NOBODY = { name: null, role: "public", csrf: null, layers: null, expires_at: null };

/**
 * Fetch the current session.
 * @param {import("./api.js").Api} api
 * @returns {Promise<Session>}
 */
export async function fetchSession(api) {
    const found = /** @type {Session} */ (await api.get("/api/session"));
    api.csrf = found.csrf;
    return found;
}

/**
 * Start a session with a token. Throws a Problem if the token is not accepted.
 * @param {import("./api.js").Api} api
 * @param {string} token
 * @returns {Promise<Session>}
 */
export async function signIn(api, token) {
    const found = /** @type {Session} */ (await (await api.send("POST", "/api/session", { token })).json());
    api.csrf = found.csrf;
    return found;
}

/** @param {Session} session */
export const isInternal = ({ role }) => role !== "public";

/**
 * Whether the reader has internal access to all of these layers; a token may be limited to some layers.
 * @param {Session} session
 * @param {string[]} layers
 */
export const seesInside = (session, ...layers) => isInternal(session) && keeps(...layers) && (!session.layers || layers.every((layer) => session.layers?.includes(layer)));

/** @param {Session} session */
export const mayEdit = ({ role }) => role === "editor" || role === "admin";

/**
 * Whether the reader may edit a layer's records; tokens may be limited to some layers.
 * @param {Session} session
 * @param {string} layer
 */
export const mayEditLayer = (session, layer) =>
    mayEdit(session) && keeps(layer) && (!session.layers || session.layers.includes(layer));
