/** The collections' properties with their labels and codes, read from the API's schemas. */

/** @typedef {{title: string, description?: string, type?: string, format?: string, unit: string, codes: Map<string, string> | null, readOnly: boolean, isRequired: boolean, document: any}} Property */

/** @type {Map<string, Promise<Map<string, Property>>>} */
const schemas = new Map();

/**
 * Fetch the properties of a collection by name; the result is cached.
 * @param {import("./api.js").Api} api
 * @param {string} collection
 * @returns {Promise<Map<string, Property>>}
 */
export function schema(api, collection) {
    let found = schemas.get(collection);
    if (!found) {
        found = api.get(`/api/collections/${collection}/schema?lang=${api.language}`).then(read);
        // Do not cache failures.
        found.catch(() => schemas.delete(collection));
        schemas.set(collection, found);
    }
    return found;
}

/** Clear the cache, since another account sees other properties. */
export const forget = () => schemas.clear();

/** @param {{properties: Record<string, any>, required?: string[]}} document */
function read({ properties, required = [] }) {
    return new Map(
        Object.entries(properties).map(([name, one]) => [
            name,
            {
                title: one.title ?? name,
                description: one.description,
                type: one.type,
                format: one.format,
                unit: one["x-ogc-unitSymbol"] ?? "",
                codes: one.oneOf
                    ? new Map(one.oneOf.map((/** @type {any} */ code) => [String(code.const), code.title]))
                    : null,
                readOnly: Boolean(one.readOnly),
                isRequired: required.includes(name),
                document: one,
            },
        ]),
    );
}
