/** The service is away, or busy: when to ask again. */

/** How long one waits before asking again. */
export const RETRY_MS = 3000;

/**
 * Return when the service says that it is ready.
 * @param {boolean} [isPatient] wait before asking the first time, too
 */
export async function untilReady(isPatient = false) {
    for (let waits = isPatient; ; waits = true) {
        if (waits) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        const found = await fetch("/api/health/ready").catch(() => null);
        if (found?.ok) return;
    }
}
