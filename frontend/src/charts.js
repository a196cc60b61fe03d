// Charts drawn from the table behind them, so that picture and figures never differ.
// <figure data-chart="bar|line|stacked" data-title="…"><table>: first column names, further columns series.
// A last series whose head has data-past is drawn in grey (last year); a cell with a link opens it on click.
import {BarChart, LineChart} from 'echarts/charts';
import {AriaComponent, GridComponent, LegendComponent, TooltipComponent} from 'echarts/components';
import * as echarts from 'echarts/core';
import {CanvasRenderer} from 'echarts/renderers';
import {behave, make} from './behaviour.js';

echarts.use([BarChart, LineChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, CanvasRenderer]);

const number = (cell) => {
  const text = cell.dataset.value ?? cell.textContent.replace(/[,\s%]/g, '');
  return text === '' || Number.isNaN(Number(text)) ? null : Number(text);
};

/** {names, series: [{name, past, values, links}]} of a table. */
export function read(table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const rows = [...table.tBodies[0].rows];
  return {
    names: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.slice(1).map((head, index) => ({
      name: head.textContent.trim(),
      past: 'past' in head.dataset,
      values: rows.map((row) => number(row.cells[index + 1])),
      links: rows.map((row) => row.cells[index + 1].querySelector('a')?.href ?? row.cells[0].querySelector('a')?.href),
    })),
  };
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {ink: colour('--ink'), soft: colour('--ink-soft'), line: colour('--line'), grey: '#a9b4b8', series: [colour('--accent'), '#c77f1a', '#3f6fa8', '#7a5a9e', '#5f7f2e']};
}

/** ECharts options of what was read. Bars lie, longest on top as the table sorts them; names stay readable. */
export function options(kind, {names, series}, textSize) {
  const {ink, soft, line, grey, series: palette} = colours();
  const lying = kind !== 'line';
  const label = {color: ink, fontSize: textSize};
  const category = {type: 'category', data: names, inverse: lying, axisTick: {show: false}, axisLine: {lineStyle: {color: line}}, axisLabel: label};
  const value = {type: 'value', splitLine: {lineStyle: {color: line}}, axisLabel: {...label, color: soft}};
  return {
    animation: false,
    textStyle: {fontFamily: getComputedStyle(document.body).fontFamily, fontSize: textSize},
    color: palette,
    aria: {enabled: true},
    grid: {left: 8, right: 48, top: series.length > 1 ? 40 : 12, bottom: 8, containLabel: true},
    legend: series.length > 1 ? {top: 0, left: 0, textStyle: label} : undefined,
    tooltip: {trigger: 'axis', renderMode: 'richText', axisPointer: {type: lying ? 'shadow' : 'line'}, textStyle: {fontSize: textSize}},
    xAxis: lying ? value : category,
    yAxis: lying ? category : value,
    series: series.map(({name, past, values}) => ({
      name,
      type: lying ? 'bar' : 'line',
      stack: kind === 'stacked' ? 'all' : undefined,
      data: values,
      barMaxWidth: 22,
      symbolSize: 7,
      itemStyle: past ? {color: grey} : undefined,
      lineStyle: past ? {color: grey} : {width: 2.5},
      label: {show: lying && kind !== 'stacked' && series.length === 1, position: 'right', ...label},
    })),
  };
}

function saveButton(chart, title) {
  const button = make('button', {type: 'button', class: 'btn btn-sm'}, '存为图片');
  button.addEventListener('click', () => {
    const link = make('a', {href: chart.getDataURL({pixelRatio: 2, backgroundColor: '#fff'}), download: `${title}.png`});
    link.click();
  });
  return button;
}

behave('[data-chart]', (figure) => {
  const table = figure.querySelector('table');
  const data = read(table);
  if (!data.names.length) return;
  const kind = figure.dataset.chart;
  const title = figure.dataset.title ?? document.title;
  const textSize = Math.max(12, parseFloat(getComputedStyle(figure).fontSize) * 0.87);
  const canvas = make('div', {class: 'chart', role: 'img', 'aria-label': `${title}（数表在图下）`});
  if (kind !== 'line') canvas.style.height = `${Math.max(140, data.names.length * textSize * (kind === 'bar' ? 1 + data.series.length : 2.1) + 60)}px`;
  const frame = table.closest('.rows-frame') ?? table;
  const behind = make('details', {class: 'chart-table'}, make('summary', {}, '看数表'));
  frame.replaceWith(canvas, behind);
  behind.append(frame);
  const chart = echarts.init(canvas);
  chart.setOption(options(kind, data, textSize));
  canvas.before(make('div', {class: 'chart-tools'}, saveButton(chart, title)));
  chart.on('click', ({seriesIndex, dataIndex}) => {
    const link = data.series[seriesIndex]?.links[dataIndex];
    if (link) location.assign(link);
  });
  new ResizeObserver(() => chart.resize()).observe(canvas);
});
