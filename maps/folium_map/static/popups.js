/* The content of tooltips and popups. Everything is set as text, so that records cannot inject markup. */
(function (F) {
  "use strict";

  const TITLES = {
    plot_restrictions: (p, codes) => codes("kind"),
    transactions: (p, codes) => `${codes("kind")}, ${codes("area_m2")}`,
    trenches: (p) => [F.words.trench, p.cluster].filter(Boolean).join(" · "),
    mobile_requests: (p) => [F.words.ring, p.operator].filter(Boolean).join(" · "),
    cells: (p) => `${F.number(p.connections)} ${F.words.connections}`
  };

  const LEADING = { plots: "remaining_m2", trenches: "length_m", mobile_requests: "radius_m" };

  F.description = function (layer, name) {
    return F.config.facts[layer].find((fact) => fact.name === name);
  };

  F.titleOf = function (layer, properties) {
    const codes = (name) => F.fact(F.description(layer, name), properties[name]);
    const make = TITLES[layer];
    return properties.title || (make ? make(properties, codes) : "") || F.config.entries[properties.class].label;
  };

  /** Return a tooltip: the title, and one line with the legend entry and the leading figure. */
  F.tooltip = function (layer, properties) {
    const leading = LEADING[layer] && F.description(layer, LEADING[layer]);
    const line = [F.config.entries[properties.class].label];
    if (leading && properties[leading.name] !== undefined) line.push(F.fact(leading, properties[leading.name]));
    return F.element("div", "tip", [
      F.element("strong", "", F.titleOf(layer, properties)),
      F.element("span", "", line.join(" · "))
    ]);
  };

  F.popup = function (layer, properties) {
    const swatch = F.element("canvas", "swatch");
    F.drawSwatch(swatch, F.config.entries[properties.class]);
    const rows = (F.config.facts[layer] || [])
      .filter((fact) => properties[fact.name] !== undefined)
      .map((fact) => [fact.label, F.fact(fact, properties[fact.name])]);
    if (properties.cell) rows.push(["INSPIRE", properties.cell]);
    const parts = [
      F.element("h3", "", F.titleOf(layer, properties)),
      F.element("p", "kind", [swatch, F.config.entries[properties.class].label]),
      facts(rows)
    ];
    if (properties.restrictions) parts.splice(2, 0, restrictions(properties.restrictions));
    return F.element("article", "popup", parts);
  };

  function facts(rows) {
    const cells = rows.flatMap(([label, value]) => [F.element("dt", "", label), F.element("dd", "", value)]);
    return F.element("dl", "", cells);
  }

  function restrictions(list) {
    const kind = F.description("plot_restrictions", "kind").codes;
    const severity = F.description("plot_restrictions", "severity").codes;
    const items = list.map(([what, how]) => F.element("li", how, `${kind[what]} (${severity[how]})`));
    return F.element("ul", "restrictions", items);
  }

  /** Return a popup with a district's part of every indicator. */
  F.districtPopup = function (name) {
    const rows = F.config.lines.map((line) => {
      const share = line.shares.find((candidate) => candidate.part === name);
      const unit = line.sign ? ` ${line.sign}` : "";
      return F.element("tr", share && share.amount ? "" : "zero", [
        F.element("th", "", line.label),
        F.element("td", "", share ? share.text + (share.amount ? unit : "") : "–")
      ]);
    });
    return F.element("article", "popup", [
      F.element("h3", "", name),
      F.element("p", "kind", `${F.words.district} · ${document.querySelector(".period").textContent}`),
      F.element("table", "", [F.element("tbody", "", rows)])
    ]);
  };
})(Flurwerk);
