/* Finds records by the names of the layers that are searched. */
(function (F) {
  "use strict";

  const SEARCHED = F.config.searched;
  const MOST_SHOWN = 8;

  const plain = (text) => text.toLocaleLowerCase("de").normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/ß/g, "ss");

  F.startSearch = function (map) {
    const input = document.getElementById("search");
    const list = document.getElementById("matches");
    const count = document.getElementById("match-count");
    const index = F.features.filter((f) => SEARCHED.includes(f.layer) && f.properties.title).map((f) => ({
      ...f, text: plain([f.properties.title, f.properties.address].filter(Boolean).join(" "))
    }));
    index.sort((a, b) => SEARCHED.indexOf(a.layer) - SEARCHED.indexOf(b.layer));
    let found = [];
    let active = -1;

    input.addEventListener("input", search);
    input.addEventListener("focus", search);
    input.addEventListener("keydown", onKey);
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".search")) close();
    });

    function search() {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      found = words.length ? index.filter((f) => words.every((word) => f.text.includes(word))) : [];
      found = [...found.filter((f) => f.text.startsWith(words[0])), ...found.filter((f) => !f.text.startsWith(words[0]))];
      active = found.length ? 0 : -1;
      show(words.length > 0);
    }

    function show(wanted) {
      const options = found.slice(0, MOST_SHOWN).map((feature, position) => {
        const option = F.element("li", "", [
          F.element("strong", "", feature.properties.title),
          F.element("span", "", F.config.entries[feature.properties.class].label)
        ]);
        option.id = `match-${position}`;
        option.setAttribute("role", "option");
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => go(feature));
        return option;
      });
      list.replaceChildren(...(options.length || !wanted ? options : [F.element("li", "none", F.words.no_match)]));
      list.hidden = !wanted;
      input.setAttribute("aria-expanded", String(wanted));
      count.textContent = wanted ? `${F.number(found.length)} ${F.words.matches}` : "";
      mark();
    }

    function mark() {
      [...list.children].forEach((option, position) => option.setAttribute("aria-selected", String(position === active)));
      if (active >= 0 && !list.hidden) input.setAttribute("aria-activedescendant", `match-${active}`);
      else input.removeAttribute("aria-activedescendant");
    }

    function onKey(event) {
      const last = Math.min(found.length, MOST_SHOWN) - 1;
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && active >= 0) go(found[active]);
      else if (event.key === "ArrowDown") active = Math.min(last, active + 1);
      else if (event.key === "ArrowUp") active = Math.max(0, active - 1);
      else return;
      event.preventDefault();
      mark();
    }

    function close() {
      found = [];
      show(false);
    }

    function go(feature) {
      input.value = feature.properties.title;
      close();
      F.showEntry(feature.properties.class);
      F.zoomTo(map, feature);
    }
  };

  /** Zoom to a feature and open its popup; an area's popup is placed above it. */
  F.zoomTo = function (map, { layer, drawn }) {
    const bounds = drawn instanceof L.Polyline ? drawn.getBounds() : drawn.getLatLng().toBounds(150);
    if (layer === "districts") {
      map.fitBounds(bounds, { paddingBottomRight: [F.coveredWidth(), 20], animate: false });
      drawn.openPopup(bounds.getCenter());
      return;
    }
    const top = Math.min(380, map.getSize().y * 0.55);
    map.fitBounds(bounds, {
      maxZoom: 16.5, paddingTopLeft: [60, top], paddingBottomRight: [F.coveredWidth() + 20, 30], animate: false
    });
    if (drawn instanceof F.Area) drawn.openPopup(L.latLng(bounds.getNorth(), bounds.getCenter().lng));
    else drawn.openPopup(drawn instanceof L.Polyline ? drawn.getCenter() : bounds.getCenter());
  };
})(Flurwerk);
