/** Requests about delivered files: the upload with its progress, and answers that come line by line. */

import { Problem } from "../shared/api.js";

/** @typedef {(done: number, total: number | null, text?: string) => void} OnProgress */

/** The service has read the file, and refuses it: a sentence and what to do. */
export class Refused extends Error {
    /** @param {import("./types.js").Refusal} refusal */
    constructor({ message, hint }) {
        super(message);
        this.hint = hint ?? "";
    }
}

/** The answer ended before its result: what became of the work is not known here. */
export class BrokenOff extends Error {}

/**
 * Upload a file. Throws a Problem, whose status is 0 if the connection broke or the file could not be read.
 * @param {import("../shared/api.js").Api} api
 * @param {File} file
 * @param {OnProgress} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<{id: string, file_name: string, size: number}>}
 */
export function upload(api, file, onProgress, signal) {
    // `fetch` does not report how much of a body has been sent.
    const request = new XMLHttpRequest();
    return new Promise((resolve, reject) => {
        const fail = (/** @type {Problem} */ problem) => {
            api.note(problem);
            reject(problem);
        };
        request.open("POST", `/api/deliveries?name=${encodeURIComponent(file.name)}`);
        for (const [name, value] of api.headers("POST")) request.setRequestHeader(name, value);
        request.setRequestHeader("Content-Type", "application/octet-stream");
        request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded, total));
        request.addEventListener("error", () => fail(new Problem(0, {})));
        request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        request.addEventListener("load", () => {
            const document = parsed(request.responseText);
            if (request.status === 201) resolve(document);
            else fail(new Problem(request.status, document ?? { title: request.statusText }));
        });
        signal.addEventListener("abort", () => request.abort());
        request.send(file);
    });
}

/**
 * Have an uploaded file inspected or loaded. Throws Refused, BrokenOff, or a Problem if the work has not begun.
 * @param {import("../shared/api.js").Api} api
 * @param {string} path
 * @param {unknown} body
 * @param {OnProgress} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export async function work(api, path, body, onProgress, signal) {
    const response = await api.request("POST", `${path}?lang=${api.language}`, { body, signal });
    for await (const line of lines(response)) {
        if (line.progress) onProgress(line.progress.done, line.progress.total);
        else if (line.waiting) onProgress(0, null, line.waiting);
        else if (line.refused) throw new Refused(line.refused);
        else return line.result;
    }
    throw new BrokenOff();
}

/**
 * Yield the objects of an answer, one a line. Throws BrokenOff if the connection breaks, or is ended here.
 * @param {Response} response
 * @returns {AsyncGenerator<any>}
 */
async function* lines({ body }) {
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
        const read = await reader?.read().catch(() => {
            throw new BrokenOff();
        });
        if (!read || read.done) return;
        const [...whole] = (held + read.value).split("\n");
        held = whole.pop() ?? "";
        for (const line of whole) if (line) yield JSON.parse(line);
    }
}

/** @param {string} text */
function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}
