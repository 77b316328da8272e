/** Who is looking: nobody in particular, or whoever has signed in. */

/** @typedef {{name: string | null, role: "public" | "reader" | "editor" | "admin", csrf: string | null}} Session */

/** @type {Session} */
export const NOBODY = { name: null, role: "public", csrf: null };

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

/** @param {Session} session */
export const isInternal = ({ role }) => role !== "public";

/** @param {Session} session */
export const mayEdit = ({ role }) => role === "editor" || role === "admin";
