/** Uploads of files with their progress. */

import { Problem } from "./api.js";

/** @typedef {(done: number, total: number) => void} OnProgress */

/**
 * Upload a file. Throws a Problem, whose status is 0 if the connection broke or the file could not be read.
 * @param {import("./api.js").Api} api
 * @param {string} path
 * @param {File} file
 * @param {OnProgress} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<any>}
 */
export function upload(api, path, file, onProgress, signal) {
    // `fetch` does not report how much of a body has been sent.
    const request = new XMLHttpRequest();
    return new Promise((resolve, reject) => {
        const fail = (/** @type {Problem} */ problem) => {
            api.note(problem);
            reject(problem);
        };
        request.open("POST", path);
        for (const [name, value] of api.headers("POST")) request.setRequestHeader(name, value);
        request.setRequestHeader("Content-Type", "application/octet-stream");
        request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded, total));
        request.addEventListener("error", () => fail(new Problem(0, {})));
        request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        request.addEventListener("load", () => {
            const document = parsed(request.responseText);
            if (request.status === 200 || request.status === 201) resolve(document);
            else fail(new Problem(request.status, document ?? { title: request.statusText }));
        });
        signal.addEventListener("abort", () => request.abort());
        request.send(file);
    });
}

/** @param {string} text */
function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}
