/* Assembles the page, and sets data-ready once it has been drawn. */
(function (F) {
  "use strict";

  F.start = function (map, groups) {
    F.drawLayers(groups);
    F.labelPlaces(map);
    F.startFigures(map);
    F.startLegend(map, groups);
    for (const key of F.config.order) if (map.hasLayer(groups[key])) groups[key].bringToFront();
    F.startSearch(map);
    startPanel(map);
    const city = cityBounds(groups);
    addHome(map, () => fit(map, city));
    fit(map, city);
    F.labelDeals(map);
    if (F.arrangeCallouts) F.arrangeCallouts();
    map.whenReady(() => {
      requestAnimationFrame(() => requestAnimationFrame(() => { document.documentElement.dataset.ready = "true"; }));
    });
    F.map = map;
  };

  function cityBounds(groups) {
    const bounds = groups.districts.getBounds();
    if (bounds.isValid()) return bounds;
    return L.featureGroup(F.features.map((feature) => feature.drawn)).getBounds();
  }

  /** Fit the whole city beside the box with the indicators. */
  function fit(map, bounds) {
    if (!bounds.isValid()) return;
    map.fitBounds(bounds, { paddingTopLeft: [14, 14], paddingBottomRight: [F.coveredWidth() + 8, 30], animate: false });
  }

  function addHome(map, go) {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const button = L.DomUtil.create("button", "home");
      button.type = "button";
      button.title = F.words.whole_city;
      button.setAttribute("aria-label", F.words.whole_city);
      button.textContent = "⌂";
      L.DomEvent.disableClickPropagation(button).on(button, "click", go);
      return button;
    };
    control.addTo(map);
  }

  function startPanel(map) {
    const button = document.querySelector(".panel-toggle");
    const toggle = () => {
      const hidden = document.body.classList.toggle("no-legend");
      button.setAttribute("aria-expanded", String(!hidden));
      map.invalidateSize();
    };
    button.addEventListener("click", toggle);
    // On narrow screens the legend would cover the map, so it starts closed.
    if (window.matchMedia("(max-width: 760px)").matches) toggle();
  }
})(Flurwerk);
