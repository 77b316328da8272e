/** Retrying while the service is unavailable or busy. */

/** The pause between attempts. */
export const RETRY_MS = 3000;

/**
 * Wait until the service reports that it is ready.
 * @param {boolean} [isPatient] whether to pause before the first attempt, too
 */
export async function untilReady(isPatient = false) {
    for (let waits = isPatient; ; waits = true) {
        if (waits) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        const found = await fetch("/api/health/ready").catch(() => null);
        if (found?.ok) return;
    }
}
