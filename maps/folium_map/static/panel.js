/* The legend, whose checkboxes control the layers, and the box with the indicators. */
(function (F) {
  "use strict";

  F.startLegend = function (map, groups) {
    const boxes = [...document.querySelectorAll("[data-entry]")];
    for (const box of boxes) {
      const key = box.dataset.entry;
      box.addEventListener("change", () => {
        toggle(map, groups, key, box.checked);
        updateAll();
      });
    }
    for (const canvas of document.querySelectorAll("[data-swatch]")) {
      F.drawSwatch(canvas, F.config.entries[canvas.dataset.swatch]);
    }
    for (const all of document.querySelectorAll("[data-all]")) {
      all.addEventListener("change", () => {
        const wanted = all.checked;
        for (const box of boxesOf(all)) if (box.checked !== wanted) box.click();
      });
    }
    showCounts();
    updateAll();
  };

  function toggle(map, groups, key, wanted) {
    if (!wanted) {
      map.removeLayer(groups[key]);
      return;
    }
    map.addLayer(groups[key]);
    F.restoreOrder(map, groups, key);
  }

  function boxesOf(all) {
    return [...all.closest("fieldset").querySelectorAll("[data-entry]")];
  }

  function updateAll() {
    for (const all of document.querySelectorAll("[data-all]")) {
      const checked = boxesOf(all).filter((box) => box.checked).length;
      all.checked = checked > 0;
      all.indeterminate = checked > 0 && checked < boxesOf(all).length;
    }
  }

  function showCounts() {
    const counts = {};
    for (const { properties } of F.features) counts[properties.class] = (counts[properties.class] || 0) + 1;
    for (const cell of document.querySelectorAll("[data-count]")) {
      cell.textContent = F.number(counts[cell.dataset.count] || 0);
    }
  }

  /** Show an entry by ticking its checkbox. */
  F.showEntry = function (key) {
    const box = document.querySelector(`[data-entry="${key}"]`);
    if (box && !box.checked) box.click();
  };

  F.startFigures = function (map) {
    const section = document.getElementById("figures");
    const head = section.querySelector("h2 button");
    head.addEventListener("click", () => fold(head.getAttribute("aria-expanded") === "true"));
    if (map.getSize().x < 900) fold(true);
    for (const row of section.querySelectorAll("[data-kpi]")) {
      const line = F.config.lines.find((candidate) => candidate.key === row.dataset.kpi);
      row.addEventListener("click", () => choose(row, line));
    }
    L.DomEvent.disableClickPropagation(section);
    L.DomEvent.disableScrollPropagation(section);

    function fold(folded) {
      head.setAttribute("aria-expanded", String(!folded));
      section.classList.toggle("folded", folded);
    }

    function choose(row, line) {
      const button = row.querySelector("button");
      const wanted = button.getAttribute("aria-pressed") !== "true";
      for (const other of section.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", String(wanted));
      F.shadeDistricts(wanted ? line : null);
      showScale(wanted ? line : null);
    }
  };

  function showScale(line) {
    const scale = document.getElementById("shade-scale");
    scale.hidden = !line;
    if (!line) return;
    const most = line.shares.reduce((best, share) => (share.amount > best.amount ? share : best), { amount: 0, text: "0" });
    const steps = F.config.shades.map((color) => {
      const step = F.element("i");
      step.style.background = color;
      return step;
    });
    const elsewhere = line.shares
      .filter((share) => !F.features.some((f) => f.layer === "districts" && f.properties.title === share.part))
      .map((share) => `${share.part}: ${share.text}`);
    // Where nothing is counted there is nothing to compare, and no part is shaded.
    const ramp = most.amount ? ["0", F.element("span", "ramp", steps), most.text] : [];
    scale.replaceChildren(...ramp, ...elsewhere.map((t) => F.element("em", "", t)));
    scale.hidden = !scale.childNodes.length;
  }
})(Flurwerk);
