/** Saving a record: a new one, or a change of one. */

/** @typedef {import("../shared/api.js").Api} Api */
/** @typedef {{id: number | null, tag: string | null}} Saved a new record's id, and the entity tag of the version */

/**
 * @param {Api} api
 * @param {string} path of the collection's items
 * @param {Record<string, any>} properties
 * @param {any} geometry
 * @param {string} key the same for every attempt, so that none creates a second record
 * @returns {Promise<Saved>}
 */
export async function create(api, path, properties, geometry, key) {
    const response = await api.send("POST", path, { type: "Feature", geometry, properties }, { "Idempotency-Key": key });
    return { id: Number(response.headers.get("Location")?.split("/").at(-1)), tag: response.headers.get("ETag") };
}

/**
 * @param {Api} api
 * @param {string} path of the record
 * @param {Record<string, any>} properties
 * @param {any} geometry null: it stays
 * @param {string} tag of the version that the change is meant for
 * @returns {Promise<Saved>}
 */
export async function change(api, path, properties, geometry, tag) {
    const headers = { "Content-Type": "application/merge-patch+json", "If-Match": tag };
    const response = await api.send("PATCH", path, { properties, ...(geometry && { geometry }) }, headers);
    return { id: null, tag: response.headers.get("ETag") };
}
