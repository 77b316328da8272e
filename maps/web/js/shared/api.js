/** Requests to the API. A session sends its cookie, and its CSRF token with every request that writes. */

/** @typedef {{parameter?: string, pointer?: string, detail: string}} Fault */

/** An error response of the service (RFC 9457); status 0 means that there was no response. */
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

    /** Whether a retry may succeed. */
    get isTemporary() {
        return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
    }
}

/** @typedef {{signal?: AbortSignal, body?: unknown, file?: Blob, headers?: Record<string, string>}} Options */

export class Api {
    /** The CSRF token of the session. @type {string | null} */
    csrf = null;
    /** Called when the service no longer accepts the session. @type {() => void} */
    onSessionEnd = () => {};

    /**
     * @param {"de" | "en"} language of labels and messages
     * @param {(isThere: boolean) => void} onAnswer called after each request with whether the service was available
     */
    constructor(language, onAnswer) {
        this.language = language;
        this.onAnswer = onAnswer;
    }

    /**
     * Fetch JSON. Throws a Problem.
     * @param {string} path
     * @param {Options} [options]
     * @returns {Promise<any>}
     */
    async get(path, options) {
        return (await this.request("GET", path, options)).json();
    }

    /**
     * Send a request that writes. Throws a Problem.
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
     * Send a file's bytes, and return the JSON of the answer. Throws a Problem.
     * @param {string} path
     * @param {Blob} file
     * @returns {Promise<any>}
     */
    async upload(path, file) {
        const headers = { "Content-Type": "application/octet-stream" };
        return (await this.request("POST", path, { file, headers })).json();
    }

    /**
     * @param {string} method
     * @param {string} path
     * @param {Options} [options]
     * @returns {Promise<Response>} a successful response
     */
    async request(method, path, { signal, body, file, headers = {} } = {}) {
        const sent = this.headers(method, headers);
        if (body !== undefined && !sent.has("Content-Type")) sent.set("Content-Type", "application/json");
        /** @type {Response} */
        let response;
        try {
            response = await fetch(path, {
                method,
                headers: sent,
                credentials: "same-origin",
                signal: signal ?? null,
                body: file ?? (body === undefined ? null : JSON.stringify(body)),
            });
        } catch (error) {
            if (signal?.aborted) throw error;
            this.onAnswer(false);
            throw new Problem(0, { title: String(error) });
        }
        const problem = response.ok || response.status === 304 ? null : await problemOf(response);
        this.note(problem);
        if (problem) throw problem;
        return response;
    }

    /**
     * The headers of a request, with those given.
     * @param {string} method
     * @param {Record<string, string>} [given]
     */
    headers(method, given = {}) {
        const sent = new Headers({ Accept: "application/json", "Accept-Language": this.language, ...given });
        if (method !== "GET" && this.csrf) sent.set("X-CSRF-Token", this.csrf);
        return sent;
    }

    /**
     * Note whether the service was available, and whether it still accepts the session.
     * @param {Problem | null} problem that a request met
     */
    note(problem) {
        this.onAnswer(!problem?.isTemporary);
        if (problem?.status === 401 && this.csrf) {
            this.csrf = null;
            this.onSessionEnd();
        }
    }

    /**
     * Yield the features of a collection page by page.
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
            next = link && withoutHost(link.href);
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
 * The URL without its host, since behind a proxy the service may use another name for itself.
 * @param {string} href
 */
export function withoutHost(href) {
    const url = new URL(href, location.href);
    return url.pathname + url.search;
}
