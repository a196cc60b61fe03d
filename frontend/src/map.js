// Maps without tiles: nothing is loaded from outside. <div class="map" data-map> with
//   data-boundaries  GeoJSON polygons with properties {adcode, name} (counties or cities)
//   data-points      GeoJSON points with properties {name, state, url}; "is_capped" when there are more
//   data-values      id of the table beside the map: tr[data-code], its last cell is the value that colours the place
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import {behave, make} from './behaviour.js';
import {showTrouble} from './server.js';

const SHADES = ['#e3f1ef', '#b5dad5', '#7fbcb4', '#3f958b', '#0b6a62'];
const DOT = {bad: '#b3261e', warn: '#c77f1a', ok: '#1d6637', note: '#1b568a'};

async function load(url) {
  const response = await fetch(url, {credentials: 'same-origin'});
  if (response.ok) return response.json();
  showTrouble(response.status, await response.text());
  return null;
}

/** Upper bounds of up to five classes with about equally many places in each. */
export function classes(values) {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if (sorted.length <= SHADES.length) return sorted;
  return SHADES.map((_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / SHADES.length) - 1]);
}

const shade = (bounds, value) => SHADES[bounds.length === 1 ? SHADES.length - 1 : Math.max(0, bounds.findIndex((bound) => value <= bound))];

/** 67–334 for whole numbers, "66.5 以上至 91" for others, "0 及以下" for the lowest class. */
function range(above, bound) {
  if (above === null) return bound === 0 ? '0' : `${bound} 及以下`;
  if (!Number.isInteger(above) || !Number.isInteger(bound)) return `${above} 以上至 ${bound}`;
  return above + 1 === bound ? `${bound}` : `${above + 1}–${bound}`;
}

function popup(title, text, url) {
  const body = make('div', {}, make('strong', {}, title));
  if (text) body.append(make('div', {}, text));
  if (url) body.append(make('a', {href: url}, '打开'));
  return body;
}

/** 441881000000 → "441881"; towns and villages have no outlines, so their codes stay as they are. */
const short = (code) => String(code).replace(/^(\d{6})0{6}$/, '$1');

function polygons(boundaries) {
  return L.geoJSON(boundaries, {style: {color: '#5b6b70', weight: 0.8, fillColor: '#f7f9f9', fillOpacity: 1}});
}

function points(collection) {
  return L.geoJSON(collection, {
    pointToLayer: ({properties}, at) => L.circleMarker(at, {radius: 6, weight: 1.5, color: '#fff', fillColor: DOT[properties.state] ?? DOT.note, fillOpacity: 0.95}),
    onEachFeature: ({properties}, layer) => layer.bindPopup(() => popup(properties.name, '', properties.url)),
  });
}

/** {value, text, url} by the first six digits of the division code, from the table beside the map. */
export function valuesOf(table) {
  const values = new Map();
  for (const row of table?.querySelectorAll('tbody tr[data-code]') ?? []) {
    const cell = row.cells[row.cells.length - 1];
    values.set(short(row.dataset.code), {value: parseFloat(cell.dataset.value), text: cell.textContent.trim(), url: cell.querySelector('a')?.href});
  }
  return values;
}

/** Colours the polygons by the table's values, and writes the legend. */
function colour(layer, values, legend) {
  const drawn = layer.getLayers().map((area) => values.get(short(area.feature.properties.adcode))?.value);
  const bounds = classes(drawn.filter(Number.isFinite));
  layer.eachLayer((area) => {
    const {adcode, name} = area.feature.properties;
    const found = values.get(short(adcode));
    area.setStyle({fillColor: Number.isFinite(found?.value) ? shade(bounds, found.value) : '#f7f9f9'});
    area.bindPopup(() => popup(name, found?.text ?? '', found?.url));
  });
  legend.replaceChildren(...bounds.map((bound, index) => {
    const swatch = make('span', {class: 'map-swatch'});
    swatch.style.background = shade(bounds, bound);
    return make('li', {}, swatch, range(index ? bounds[index - 1] : null, bound));
  }));
}

behave('[data-map]', async (holder) => {
  const map = L.map(holder, {preferCanvas: true, attributionControl: false, zoomSnap: 0.25, maxZoom: 16, zoomControl: false});
  L.control.zoom({zoomInTitle: '放大', zoomOutTitle: '缩小'}).addTo(map);
  map.setView([23.4, 113.4], 7);
  const legend = make('ul', {class: 'map-legend', 'aria-label': '图例'});
  holder.append(legend);
  const {boundaries, points: pointsUrl, values} = holder.dataset;
  const [shapes, places] = await Promise.all([boundaries ? load(boundaries) : null, pointsUrl ? load(pointsUrl) : null]);
  const areaLayer = shapes && polygons(shapes).addTo(map);
  const pointLayer = places && points(places).addTo(map);
  if (places?.is_capped) holder.after(make('p', {class: 'map-foot'}, `点太多，只画了 ${places.features.length} 个；请先选小一点的地方。`));
  const extent = areaLayer?.getBounds().isValid() ? areaLayer.getBounds() : pointLayer?.getBounds();
  if (extent?.isValid()) map.fitBounds(extent, {padding: [16, 16], maxZoom: 14});
  if (!areaLayer?.getLayers().length && !pointLayer?.getLayers().length) {
    holder.append(make('p', {class: 'map-nothing'}, '这里没有边界和坐标可画，数字请看“统计”。'));
  }
  if (areaLayer && values) colour(areaLayer, valuesOf(document.getElementById(values)), legend);
  if (areaLayer?.getLayers().length && values && !legend.children.length && !pointLayer?.getLayers().length) {
    holder.append(make('p', {class: 'map-nothing'}, '镇、村没有公开的边界，数字请看表。'));
  }
});
