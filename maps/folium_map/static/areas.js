/* Areas that are drawn as a symbol at scales too small to show their shape. */
(function (F) {
  "use strict";

  F.Area = L.Polygon.extend({
    symbolRadius: function () {
      return this.options.style.radius * (this._map ? F.symbolScale(this._map.getZoom()) : 1);
    },

    isSmall: function () {
      if (!this.options.style.symbol || !this._rawPxBounds) return false;
      const size = this._rawPxBounds.getSize();
      return Math.max(size.x, size.y) < 2.4 * this.symbolRadius();
    },

    _updateBounds: function () {
      L.Polygon.prototype._updateBounds.call(this);
      if (!this.isSmall()) return;
      const reach = L.point(1, 1).multiplyBy(this.symbolRadius() + 2);
      const centre = this._rawPxBounds.getCenter();
      this._pxBounds.extend(centre.subtract(reach)).extend(centre.add(reach));
    },

    _containsPoint: function (point) {
      if (!this.isSmall()) return L.Polygon.prototype._containsPoint.call(this, point);
      return point.distanceTo(this._rawPxBounds.getCenter()) <= this.symbolRadius() + 2;
    }
  });

  /** A point whose symbol grows slightly with the zoom level. */
  F.Dot = L.CircleMarker.extend({
    _project: function () {
      this._radius = this.options.style.radius * F.symbolScale(this._map.getZoom());
      L.CircleMarker.prototype._project.call(this);
    }
  });

  /** A search ring: only its outline reacts to the pointer, so that features inside it can still be clicked. */
  F.Ring = L.Circle.extend({
    _containsPoint: function (point) {
      const distance = point.distanceTo(this._point);
      const reach = 6;
      return distance <= this._radius + reach && (distance >= this._radius - reach || this._radius < 3 * reach);
    }
  });

  F.symbolScale = (zoom) => Math.min(2.2, Math.max(0.8, 1 + (zoom - 11) * 0.2));
  F.weightScale = (zoom) => Math.min(2, Math.max(0.8, 1 + (zoom - 11) * 0.15));

  /** Create the Leaflet layer for a GeoJSON feature in a style. */
  F.makeLayer = function (feature, style) {
    const { type, coordinates } = feature.geometry;
    const options = { style: style, weight: style.weight, fill: style.shape === "area", bubblingMouseEvents: false };
    const latLngs = (depth) => L.GeoJSON.coordsToLatLngs(coordinates, depth);
    if (type === "Point") return makePoint(feature, style, L.GeoJSON.coordsToLatLng(coordinates), options);
    if (type === "LineString") return L.polyline(latLngs(0), options);
    if (type === "MultiLineString") return L.polyline(latLngs(1), options);
    return new F.Area(latLngs(type === "Polygon" ? 1 : 2), options);
  };

  function makePoint(feature, style, latLng, options) {
    const metres = feature.properties.radius_m;
    if (metres) return new F.Ring(latLng, { ...options, fill: true, radius: metres });
    return new F.Dot(latLng, { ...options, fill: true, radius: style.radius });
  }
})(Flurwerk);
