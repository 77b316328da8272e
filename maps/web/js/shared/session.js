/** Who is looking: nobody in particular, or whoever has signed in. */

/** @typedef {{name: string | null, role: "public" | "reader" | "editor" | "admin", csrf: string | null, layers: string[] | null, expires_at: string | null}} Session */

/** @type {Session} */
export const NOBODY = { name: null, role: "public", csrf: null, layers: null, expires_at: null };

/**
 * Whom the service takes the page's reader for.
 * @param {import("./api.js").Api} api
 * @returns {Promise<Session>}
 */
export async function current(api) {
    const found = /** @type {Session} */ (await api.get("/api/session"));
    api.csrf = found.csrf;
    return found;
}

/**
 * Begin a session by a token. Throws a Problem where it is not good.
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
 * Whether the reader sees all of these layers from inside: a token may be for some layers only.
 * @param {Session} session
 * @param {string[]} layers
 */
export const seesInside = (session, ...layers) => isInternal(session) && (!session.layers || layers.every((layer) => session.layers?.includes(layer)));

/** @param {Session} session */
export const mayEdit = ({ role }) => role === "editor" || role === "admin";

/**
 * Whether a layer's records are the reader's to change: a token may be for some layers only, and phones only read.
 * @param {Session} session
 * @param {string} layer
 */
export const mayEditLayer = (session, layer) =>
    mayEdit(session) && (!session.layers || session.layers.includes(layer)) && !isPhone();

/** Whether the screen is too narrow for forms beside a map. */
export const isPhone = () => matchMedia("(width < 720px)").matches;
