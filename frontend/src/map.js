// Maps without tiles: nothing is loaded from outside. <div class="map" data-map> with
//   data-boundaries  GeoJSON polygons with properties {adcode, name} (counties or cities)
//   data-points      {"points": [[latitude, longitude, title, url, tone]], "is_capped"}
//   data-areas       {"title", "unit", "values": {code: number}, "urls": {code: url}}; ?column= from select[data-map-column]
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
  const sorted = [...new Set(values.filter(Number.isFinite))].sort((a, b) => a - b);
  if (sorted.length <= SHADES.length) return sorted;
  return SHADES.map((_, index) => sorted[Math.ceil(((index + 1) * sorted.length) / SHADES.length) - 1]);
}

const shade = (bounds, value) => SHADES[bounds.length === 1 ? SHADES.length - 1 : Math.max(0, bounds.findIndex((bound) => value <= bound))];

function popup(title, text, url) {
  const body = make('div', {}, make('strong', {}, title));
  if (text) body.append(make('div', {}, text));
  if (url) body.append(make('a', {href: url}, '打开'));
  return body;
}

const short = (code) => String(code).slice(0, 6);

function polygons(boundaries) {
  return L.geoJSON(boundaries, {style: {color: '#5b6b70', weight: 0.8, fillColor: '#f7f9f9', fillOpacity: 1}});
}

function points({points: found}) {
  const dots = found.map(([latitude, longitude, title, url, tone]) => L
    .circleMarker([latitude, longitude], {radius: 6, weight: 1.5, color: '#fff', fillColor: DOT[tone] ?? DOT.note, fillOpacity: 0.95})
    .bindPopup(() => popup(title, '', url)));
  return L.featureGroup(dots);
}

/** Colours the polygons by the figures of one column, and writes the legend. */
function colour(layer, areas, legend) {
  const values = new Map(Object.entries(areas.values).map(([code, value]) => [short(code), value]));
  const urls = new Map(Object.entries(areas.urls).map(([code, url]) => [short(code), url]));
  const bounds = classes([...values.values()]);
  const unit = areas.unit ?? '';
  layer.eachLayer((area) => {
    const {adcode, name} = area.feature.properties;
    const value = values.get(short(adcode));
    area.setStyle({fillColor: value === undefined ? '#f7f9f9' : shade(bounds, value)});
    area.unbindPopup().bindPopup(() => popup(name, value === undefined ? '没有记录' : `${areas.title}：${value}${unit}`, urls.get(short(adcode))));
  });
  legend.replaceChildren(...bounds.map((bound, index) => {
    const swatch = make('span', {class: 'map-swatch'});
    swatch.style.background = shade(bounds, bound);
    return make('li', {}, swatch, `${index ? `${bounds[index - 1]} 至 ` : '到 '}${bound}${unit}`);
  }));
}

function withColumn(url, column) {
  const address = new URL(url, location.href);
  if (column) address.searchParams.set('column', column);
  return address;
}

behave('[data-map]', async (holder) => {
  const map = L.map(holder, {preferCanvas: true, attributionControl: false, zoomSnap: 0.25, maxZoom: 16, zoomControl: false});
  L.control.zoom({zoomInTitle: '放大', zoomOutTitle: '缩小'}).addTo(map);
  map.setView([23.4, 113.4], 7);
  const legend = make('ul', {class: 'map-legend', 'aria-label': '图例'});
  holder.after(legend);
  const {boundaries, points: pointsUrl, areas: areasUrl} = holder.dataset;
  const [shapes, places] = await Promise.all([boundaries ? load(boundaries) : null, pointsUrl ? load(pointsUrl) : null]);
  const areaLayer = shapes && polygons(shapes).addTo(map);
  const pointLayer = places && points(places).addTo(map);
  if (places?.is_capped) legend.before(make('p', {class: 'map-foot'}, `点太多，只画了 ${places.points.length} 个；请先选小一点的地方。`));
  const extent = pointLayer?.getBounds().isValid() ? pointLayer.getBounds() : areaLayer?.getBounds();
  if (extent?.isValid()) map.fitBounds(extent, {padding: [16, 16], maxZoom: 14});
  const column = document.querySelector('select[data-map-column]');
  const repaint = async () => {
    const areas = await load(withColumn(areasUrl, column?.value));
    if (areas) colour(areaLayer, areas, legend);
  };
  if (areaLayer && areasUrl) {
    column?.addEventListener('change', repaint);
    await repaint();
  }
});
