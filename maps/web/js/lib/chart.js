// The chart library, which names itself globally. Import this module when the first chart is drawn, not before.
import "../../vendor/chart.js/chart.umd.min.js";

export const Chart = /** @type {any} */ (globalThis).Chart;
