/** Requests to the API. Whoever has signed in sends a cookie along, and with whatever writes the token against forgery. */

/** @typedef {{parameter?: string, pointer?: string, detail: string}} Fault */

/** What the service refused, in its own words (RFC 9457). */
export class Problem extends Error {
    /**
     * @param {number} status
     * @param {{type?: string, title?: string, detail?: string, errors?: Fault[], [member: string]: unknown}} document
     */
    constructor(status, document) {
        super(document.detail || document.title || `HTTP ${status}`);
        this.status = status;
        this.document = document;
        /** @type {Fault[]} */
        this.errors = document.errors ?? [];
    }

    /** Whether asking again later may help. */
    get isPassing() {
        return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
    }
}

/** @typedef {{signal?: AbortSignal, body?: unknown, headers?: Record<string, string>}} Options */

export class Api {
    /** The token against forged requests, once signed in. @type {string | null} */
    csrf = null;
    /** Told when the service knows the session no more. @type {() => void} */
    ended = () => {};

    /**
     * @param {"de" | "en"} language of labels and messages
     * @param {(isThere: boolean) => void} told of each answer: whether the service and its database were there
     */
    constructor(language, told) {
        this.language = language;
        this.told = told;
    }

    /**
     * The JSON that an address answers. Throws a Problem.
     * @param {string} path
     * @param {Options} [options]
     * @returns {Promise<any>}
     */
    async get(path, options) {
        return (await this.request("GET", path, options)).json();
    }

    /**
     * A request that writes. Throws a Problem.
     * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
     * @param {string} path
     * @param {unknown} [body]
     * @param {Record<string, string>} [headers] such as If-Match
     * @returns {Promise<Response>}
     */
    async send(method, path, body, headers = {}) {
        return this.request(method, path, { body, headers });
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {Options} [options]
     * @returns {Promise<Response>} with a good status
     */
    async request(method, path, { signal, body, headers = {} } = {}) {
        const sent = new Headers({ Accept: "application/json", "Accept-Language": this.language, ...headers });
        if (body !== undefined && !sent.has("Content-Type")) sent.set("Content-Type", "application/json");
        if (method !== "GET" && this.csrf) sent.set("X-CSRF-Token", this.csrf);
        /** @type {Response} */
        let response;
        try {
            response = await fetch(path, {
                method,
                headers: sent,
                credentials: "same-origin",
                signal: signal ?? null,
                body: body === undefined ? null : JSON.stringify(body),
            });
        } catch (error) {
            if (signal?.aborted) throw error;
            this.told(false);
            throw new Problem(0, { title: String(error) });
        }
        const problem = response.ok || response.status === 304 ? null : await problemOf(response);
        this.told(!problem?.isPassing);
        if (problem?.status === 401 && this.csrf) {
            this.csrf = null;
            this.ended();
        }
        if (problem) throw problem;
        return response;
    }

    /**
     * Every feature of a collection, page by page.
     * @param {string} path
     * @param {AbortSignal} [signal]
     * @returns {AsyncGenerator<any[]>}
     */
    async *pages(path, signal) {
        /** @type {string | undefined} */
        let next = path;
        while (next) {
            const page = await this.get(next, signal ? { signal } : {});
            yield page.features;
            const link = page.links.find((/** @type {{rel: string}} */ one) => one.rel === "next");
            next = link && relative(link.href);
        }
    }
}

/** @param {Response} response */
async function problemOf(response) {
    const text = await response.text();
    try {
        return new Problem(response.status, JSON.parse(text));
    } catch {
        return new Problem(response.status, { title: response.statusText });
    }
}

/**
 * The address without its host: behind a proxy the service may know itself by another name.
 * @param {string} href
 */
export function relative(href) {
    const url = new URL(href, location.href);
    return url.pathname + url.search;
}
