/** Requests about delivered files: the upload with its progress, and answers that come line by line. */

import { upload as send } from "../shared/upload.js";

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
export const upload = (api, file, onProgress, signal) => send(api, `/api/deliveries?name=${encodeURIComponent(file.name)}`, file, onProgress, signal);

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
