/** Learns what others change: by a stream of events, or, where that cannot be had, by asking every few seconds. */

/** @typedef {{layer: string, id: number, operation: "insert" | "update" | "delete", recorded_at: string, by: string | null}} NewChange */
/** @typedef {{cursor: string, is_reset: boolean, changes: NewChange[]}} News */

const STREAM = "/api/changes/stream";
const LATEST = "/api/changes/latest";
/** After this long without the first event, or without any, something on the way holds the stream back. */
const FIRST_MS = 8_000;
const SILENCE_MS = 40_000;
const ASK_MS = 10_000;
/** After this long of asking, the stream is tried again. */
const AGAIN_MS = 300_000;
/** A page that nobody sees needs no stream: a browser has few connections to a service, and a caller few streams. */
const HIDDEN_MS = 60_000;

export class Listening {
    /** @type {EventSource | null} */
    #source = null;
    /** Of the silence, the next question, or the page's being hidden. */
    #timer = 0;
    #hidden = 0;
    #asksSince = 0;
    #isAsking = false;
    #isPaused = false;
    /** Up to where the page knows what has changed. @type {string | null} */
    cursor = null;

    /**
     * @param {import("../shared/api.js").Api} api
     * @param {(news: News) => void} heard called with what is new
     * @param {() => Promise<boolean>} isWelcome called when the stream is refused: whether the service still knows the reader
     */
    constructor(api, heard, isWelcome) {
        this.api = api;
        this.heard = heard;
        this.isWelcome = isWelcome;
    }

    /** Remember from where on changes are news. Called before anything is fetched, so that none is missed. */
    async prepare() {
        this.cursor = (await this.api.get(LATEST)).cursor;
    }

    begin() {
        document.addEventListener("visibilitychange", () => {
            clearTimeout(this.#hidden);
            if (document.hidden) this.#hidden = setTimeout(() => this.#stop(), HIDDEN_MS);
            else if (!this.#source && !this.#asksSince) this.#listen();
        });
        addEventListener("pagehide", () => this.#stop());
        addEventListener("pageshow", (event) => event.persisted && this.#listen());
        this.#listen();
    }

    /** Neither listen nor ask until `resume`. */
    pause() {
        this.#isPaused = true;
        this.#stop();
    }

    resume() {
        if (!this.#isPaused) return;
        this.#isPaused = false;
        this.#listen();
    }

    #stop() {
        this.#source?.close();
        this.#source = null;
        this.#asksSince = 0;
        clearTimeout(this.#timer);
    }

    #listen() {
        if (this.#isPaused) return;
        this.#stop();
        const source = new EventSource(`${STREAM}?since=${encodeURIComponent(this.cursor ?? "")}`);
        this.#source = source;
        this.#wait(FIRST_MS);
        source.addEventListener("changes", ({ data }) => {
            this.#wait(SILENCE_MS);
            this.#take(JSON.parse(data));
        });
        source.addEventListener("alive", () => this.#wait(SILENCE_MS));
        source.addEventListener("error", () => {
            // Otherwise the browser itself comes back, with the last event's id.
            if (source.readyState === EventSource.CLOSED && source === this.#source) void this.#refused();
        });
    }

    async #refused() {
        this.#stop();
        if (await this.isWelcome()) this.#startAsking();
    }

    /** @param {number} most how long the stream may be silent */
    #wait(most) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#startAsking(), most);
    }

    #startAsking() {
        this.#stop();
        this.#asksSince = Date.now();
        void this.#ask();
    }

    async #ask() {
        if (this.#isAsking || !this.#asksSince) return;
        if (Date.now() - this.#asksSince > AGAIN_MS) return this.#listen();
        this.#isAsking = true;
        try {
            this.#take(await this.api.get(`${LATEST}?since=${encodeURIComponent(this.cursor ?? "")}`));
        } catch (error) {
            console.info(error);
        }
        this.#isAsking = false;
        if (this.#asksSince) this.#timer = setTimeout(() => void this.#ask(), ASK_MS);
    }

    /** @param {News} news */
    #take(news) {
        this.cursor = news.cursor;
        if (news.is_reset || news.changes.length) this.heard(news);
    }
}
