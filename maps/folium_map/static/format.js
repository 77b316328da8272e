/* Numbers and dates as geo/formatting.py writes them, and small helpers for the page. */
const Flurwerk = {};

(function (F) {
  "use strict";

  F.config = JSON.parse(document.getElementById("config").textContent);
  F.words = F.config.words;

  F.number = function (value, decimals) {
    const fixed = decimals === null || decimals === undefined ? String(Math.abs(value)) : Math.abs(value).toFixed(decimals);
    const [whole, fraction] = fixed.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, F.config.thousands);
    return (value < 0 ? "−" : "") + grouped + (fraction ? F.config.point + fraction : "");
  };

  F.day = function (iso) {
    const [year, month, day] = iso.slice(0, 10).split("-");
    if (F.config.language !== "en") return `${day}.${month}.${year}`;
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    return `${Number(day)} ${months[Number(month) - 1]} ${year}`;
  };

  /** Create an element with a class and text or children; text is never parsed as markup. */
  F.element = function (tag, className, content) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (typeof content === "string") element.textContent = content;
    else if (content) element.append(...content);
    return element;
  };

  F.fact = function (description, value) {
    if (typeof value === "boolean") return value ? F.words.yes : F.words.no;
    if (description.codes[value]) return description.codes[value].replaceAll("§ ", "§\u00a0");
    if (description.date) return F.day(value);
    // A price in whole euros is shown without cents.
    const decimals = Number.isInteger(value) ? 0 : description.decimals;
    const text = typeof value === "number" ? F.number(value, decimals) : String(value);
    return description.unit ? `${text}\u00a0${description.unit}` : text;
  };
})(Flurwerk);
