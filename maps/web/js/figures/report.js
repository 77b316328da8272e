/** The report's page: fetches session and report, and shows the report or the reason why there is none. */

import { Account } from "../shared/account.js";
import { Api, Problem } from "../shared/api.js";
import { load, t } from "../shared/catalogue.js";
import { Charts } from "./indicator_chart.js";
import { render } from "../lib/lit.js";
import { Notices } from "../shared/notices.js";
import { periodName } from "../shared/periods.js";
import { chosen } from "./report_extract.js";
import { Editing } from "./report_editing.js";
import { overview } from "./report_overview.js";
import { Maps } from "./report_maps.js";
import { trendsOf } from "./report_parts.js";
import { denied, failed, loading, unknown, view } from "./report_view.js";
import { frame } from "../shared/page_frame.js";
import { fetchSession, isInternal, NOBODY } from "../shared/session.js";
import { RETRY_MS, untilReady } from "../shared/retry.js";

/** @typedef {import("./report_types.js").Report} Report */
/** @typedef {{language: "de" | "en", period: string | null, wrong: string | null, release: string | null, isDraft: boolean, part: string | null, by: string | null, levels: import("./report_extract.js").Level[], units: Record<string, import("../shared/catalogue.js").Unit>}} Settings */
/** @typedef {{period: string, first: string, last: string, state: "draft" | "release", number: number | null, published_at: string | null, published_by: string | null, hash: string | null, duties: import("./report_duties.js").Duty[], documents?: import("./report_duties.js").DraftDocument[]}} KnownPeriod */

/**
 * Start the page.
 * @param {HTMLElement} root
 */
export async function start(root) {
    const { assets = "", config = "{}" } = document.body.dataset;
    const settings = JSON.parse(config);
    await load(assets, settings);
    const page = new ReportPage(root, settings);
    // Made global for the browser's console and the tests.
    Object.assign(globalThis, { page });
    await page.begin();
}

export class ReportPage {
    /** @type {import("../shared/session.js").Session} */
    session = NOBODY;
    /** @type {Report | null} */
    report = null;
    /** The periods to choose from. @type {KnownPeriod[]} */
    periods = [];
    /** The next period due. @type {{period: string, due_on: string} | null} */
    next = null;
    /** The period's releases, the latest first. @type {import("./report_releases.js").Release[]} */
    releases = [];
    /** What the period can be reported by. @type {import("./report_extract.js").Parts} */
    parts = { parts: [], levels: [] };
    /** The error that prevented loading the report. @type {unknown} */
    problem = null;
    /** Ids of the details that the reader has opened; their contents are rendered only then. @type {Set<string>} */
    opened = new Set();
    /** Whether the first requests have been answered. */
    #isReady = false;
    #isAway = false;

    /**
     * @param {HTMLElement} root
     * @param {Settings} settings
     */
    constructor(root, settings) {
        this.settings = settings;
        this.places = frame(root, settings.period ? "report" : "reports");
        this.notices = new Notices(this.places.notices);
        this.api = new Api(settings.language, (isThere) => this.#answered(isThere));
        this.account = new Account(this);
        this.editing = new Editing(this);
        this.charts = new Charts(this.places.main);
        this.maps = new Maps(this);
    }

    /** Whether the reader may see reports at all; the service decides whether all of this one. */
    get mayRead() {
        return isInternal(this.session);
    }

    /** Fetch the session and the report, and retry while the service is unavailable. */
    async begin() {
        this.update();
        try {
            this.account.show(await fetchSession(this.api));
            if (this.mayRead && this.settings.wrong === null) await this.#fetch();
        } catch (error) {
            if (error instanceof Problem && error.isTemporary) setTimeout(() => void this.begin(), RETRY_MS);
            this.problem = error;
        }
        this.#isReady = true;
        this.update();
        document.documentElement.dataset["ready"] = "true";
        this.#goToAnchor();
    }

    async #fetch() {
        const { period } = this.settings;
        const [{ periods, next }, report, { releases }, parts] = await Promise.all([
            this.api.get(`/api/reports?lang=${this.api.language}`),
            period ? this.api.get(this.path) : null,
            period ? this.api.get(`/api/reports/${period}/releases`) : { releases: [] },
            period ? this.api.get(this.pathOf("/parts", { lang: this.api.language })) : this.parts,
        ]);
        this.periods = periods;
        this.next = next;
        this.report = report;
        this.releases = releases;
        this.parts = parts;
        this.problem = null;
        if (report) await this.editing.prepare();
    }

    /** Fetch the report again after a change. */
    async reload() {
        this.report = await this.api.get(this.path);
        this.update();
    }

    /** The API path of the report shown. */
    get path() {
        return this.pathOf("", {});
    }

    /**
     * The API path of a part of the report shown.
     * @param {string} part
     * @param {Record<string, string>} parameters
     */
    pathOf(part, parameters) {
        const { period, release, isDraft } = this.settings;
        const query = new URLSearchParams({ ...parameters, ...chosen(this), ...(release ? { release } : isDraft ? { draft: "true" } : {}) });
        return `/api/reports/${period}${part}${query.size ? `?${query}` : ""}`;
    }

    update() {
        this.places.main.classList.toggle("overview", !this.settings.period);
        render(this.#view(), this.places.main);
        if (!this.report) return;
        this.maps.watch();
        void this.charts.draw(trendsOf(this.report)).catch((error) => this.notices.fail(error));
    }

    #view() {
        const { period, wrong } = this.settings;
        if (wrong !== null) return unknown(this, t("report.unknown", { period: wrong }));
        if (this.problem) return failed(this, this.problem);
        if (!this.#isReady) return loading();
        if (!this.mayRead) return denied(this);
        if (!period) return overview(this);
        return this.report ? view(this, this.report) : loading();
    }

    /** The page's title. */
    get title() {
        const period = periodName(this.settings.period ?? "");
        return this.report?.part ? t("report.title_of_part", { period, name: this.report.part.name }) : t("report.title", { period });
    }

    /** @param {boolean} isThere */
    #answered(isThere) {
        this.notices.away(!isThere);
        if (!isThere && !this.#isAway) void this.#waitForService();
    }

    /** Hide the notice once the service is ready again; it may only have been overloaded for a moment. */
    async #waitForService() {
        this.#isAway = true;
        await untilReady();
        this.#isAway = false;
        this.notices.away(false);
    }

    /** Scroll to the element named by the fragment, which exists only after rendering. */
    #goToAnchor() {
        const id = decodeURIComponent(location.hash.slice(1));
        if (!id) return;
        if (id.startsWith("figure-")) this.open(id);
        document.getElementById(id)?.scrollIntoView();
    }

    /**
     * Open a figure's details.
     * @param {string} id
     */
    open(id) {
        this.opened.add(id);
        this.update();
        const found = document.getElementById(id);
        found?.scrollIntoView({ block: "start" });
        /** @type {HTMLElement | null | undefined} */ (found?.querySelector("summary"))?.focus({ preventScroll: true });
    }
}
