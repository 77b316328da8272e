// Conversion between reference systems, which names itself globally. Import this module when coordinates are first converted.
import "../../vendor/proj4/proj4.js";

export const proj4 = /** @type {any} */ (globalThis).proj4;
