/** Keys by which the service recognises a request that is sent again. */

/** A random key. `crypto.randomUUID` exists over HTTPS only. */
export const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
