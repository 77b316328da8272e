/** How much may move. */

/** Whether the reader wants as little movement as possible. */
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
