/* Draws a style on a canvas: fill, hatch, outline, symbol. Used by both the map and the legend. */
(function (F) {
  "use strict";

  const TILE = 8;
  const patterns = new Map();

  const HATCHES = {
    diagonal: (c) => line(c, [[-2, 2, 2, -2], [-1, TILE + 1, TILE + 1, -1], [TILE - 2, TILE + 2, TILE + 2, TILE - 2]]),
    opposite: (c) => line(c, [[-2, TILE - 2, 2, TILE + 2], [-1, -1, TILE + 1, TILE + 1], [TILE - 2, -2, TILE + 2, 2]]),
    cross: (c) => { HATCHES.diagonal(c); HATCHES.opposite(c); },
    dots: (c) => { c.beginPath(); c.arc(TILE / 2, TILE / 2, 1.2, 0, 7); c.fill(); }
  };

  function line(context, segments) {
    context.beginPath();
    for (const [x1, y1, x2, y2] of segments) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  }

  function pattern(context, hatch, color) {
    const key = hatch + color;
    if (!patterns.has(key)) {
      const sharpness = 2;
      const tile = document.createElement("canvas");
      tile.width = tile.height = TILE * sharpness;
      const own = tile.getContext("2d");
      own.scale(sharpness, sharpness);
      own.strokeStyle = own.fillStyle = color;
      own.lineWidth = 1.5;
      HATCHES[hatch](own);
      const made = context.createPattern(tile, "repeat");
      made.setTransform(new DOMMatrix().scale(1 / sharpness));
      patterns.set(key, made);
    }
    return patterns.get(key);
  }

  F.fillAndStroke = function (context, style, scale) {
    context.setLineDash([]);
    if (style.fill) {
      context.globalAlpha = style.fill_opacity;
      context.fillStyle = style.fill;
      context.fill("evenodd");
    }
    context.globalAlpha = style.opacity;
    if (style.hatch) {
      context.fillStyle = pattern(context, style.hatch, style.color);
      context.fill("evenodd");
    }
    context.setLineDash(style.dash ? style.dash.split(" ").map(Number) : []);
    context.lineWidth = style.weight * (scale || 1);
    context.strokeStyle = style.color;
    context.lineCap = style.dash ? "butt" : "round";
    context.lineJoin = "round";
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  };

  const OUTLINES = {
    circle: (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
    square: (c, x, y, r) => c.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76),
    diamond: (c, x, y, r) => {
      c.moveTo(x, y - r * 1.15);
      c.lineTo(x + r * 1.15, y);
      c.lineTo(x, y + r * 1.15);
      c.lineTo(x - r * 1.15, y);
      c.closePath();
    },
    cross: (c, x, y, r) => {
      c.moveTo(x - r * 0.8, y - r * 0.8);
      c.lineTo(x + r * 0.8, y + r * 0.8);
      c.moveTo(x + r * 0.8, y - r * 0.8);
      c.lineTo(x - r * 0.8, y + r * 0.8);
    }
  };
  OUTLINES.ring = OUTLINES.half = OUTLINES.circle;

  /** Draw a point, or an area too small to see. Filled symbols have a white edge to separate neighbours. */
  F.drawSymbol = function (context, style, x, y, radius) {
    const solid = style.symbol === "circle" || style.symbol === "square" || style.symbol === "diamond";
    context.beginPath();
    OUTLINES[style.symbol](context, x, y, radius);
    context.setLineDash([]);
    context.globalAlpha = 1;
    if (style.symbol !== "cross") {
      context.fillStyle = solid && style.fill && !style.hatch ? style.fill : F.config.paper;
      context.fill();
    }
    const edged = solid && !style.hatch;
    context.lineWidth = edged ? 0.8 : 1.6;
    context.strokeStyle = edged ? F.config.paper : style.color;
    context.stroke();
    if (style.symbol === "half") {
      context.beginPath();
      context.arc(x, y, radius, Math.PI / 2, Math.PI * 1.5);
      context.fillStyle = style.color;
      context.fill();
    }
  };

  /** Draw a legend entry's swatch: the area or line, and beside it the symbol, if any. */
  F.drawSwatch = function (canvas, style) {
    const width = 40, height = 16, sharpness = Math.max(2, window.devicePixelRatio || 1);
    canvas.width = width * sharpness;
    canvas.height = height * sharpness;
    const context = canvas.getContext("2d");
    context.scale(sharpness, sharpness);
    if (style.shape === "line") {
      context.beginPath();
      context.moveTo(2, height / 2);
      context.lineTo(width - 2, height / 2);
      F.fillAndStroke(context, style, 1.2);
    } else if (style.shape === "point") {
      F.drawSymbol(context, style, width / 2, height / 2, Math.min(7, style.radius * 1.6));
    } else {
      context.beginPath();
      context.rect(2, 2, style.symbol ? 22 : width - 4, height - 4);
      F.fillAndStroke(context, style);
      if (style.symbol) F.drawSymbol(context, style, 33, height / 2, Math.min(5.5, style.radius));
    }
  };

  /** Leaflet's canvas renderer, extended with hatches and symbols. */
  F.Painter = L.Canvas.extend({
    _fillStroke: function (context, layer) {
      F.fillAndStroke(context, layer.options.style, F.weightScale(this._map.getZoom()));
    },
    _updatePoly: function (layer, closed) {
      if (this._drawing && layer.isSmall && layer.isSmall()) {
        const centre = layer._rawPxBounds.getCenter();
        F.drawSymbol(this._ctx, layer.options.style, centre.x, centre.y, layer.symbolRadius());
        return;
      }
      L.Canvas.prototype._updatePoly.call(this, layer, closed);
    },
    _updateCircle: function (layer) {
      if (layer instanceof L.Circle) {
        L.Canvas.prototype._updateCircle.call(this, layer);
      } else if (this._drawing && !layer._empty()) {
        F.drawSymbol(this._ctx, layer.options.style, layer._point.x, layer._point.y, layer._radius);
      }
    }
  });
})(Flurwerk);
