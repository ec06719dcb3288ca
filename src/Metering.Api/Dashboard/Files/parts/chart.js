import { html, useEffect, useRef, useState } from "../core/html.js";
import { amountText, shortText } from "../core/amounts.js";
import { dayText, hourText, shortDayText, shortLocalDayText, timeText } from "../core/times.js";
import uPlot from "../vendor/uplot.js";
import { Table } from "./table.js";

const HEIGHT = 230;

/**
 * A chart over time, with the same as a table under it: a picture says nothing to those who don't see it.
 *
 * @param label What it shows, in a sentence; the picture's text.
 * @param times Seconds since 1970, rising.
 * @param series `{name, values, drawn, color, fill, dash, step, bars, legend}`; a value may be null, `drawn` is at what height it is drawn where
 * that is another. `color` is the name of a CSS variable.
 * @param marks Times at which a line stands, `{at, name}`; the name is that of all of them.
 * @param unit What one of it is called.
 * @param utcDays Whether times are days, which are the meter's: UTC.
 */
export function Chart({ label, times, series, marks = [], unit, utcDays = true, height = HEIGHT }) {
  const place = useRef();
  const [drawn, draw] = useState(0);
  useEffect(() => {
    const again = () => draw(before => before + 1);
    addEventListener("themechange", again);
    return () => removeEventListener("themechange", again);
  }, []);

  useEffect(() => {
    const element = place.current;
    const colors = colorsOf(element);
    // A bar stands for the time from its moment to the next one: the last one too.
    const [hasBars, step] = [series.some(({ bars: isBars }) => isBars), times.length > 1 ? times[1] - times[0] : 60];
    const size = () => ({ width: Math.max(240, element.clientWidth), height });
    const plot = new uPlot({
      ...size(),
      tzDate: seconds => utcDays ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000),
      padding: [12, 24, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { range: (_, min, max) => [min, max + (hasBars ? step : 0)] },
        y: { range: (_, min, max) => [Math.min(0, min ?? 0), (max ?? 0) <= 0 ? 1 : max * 1.08] },
      },
      axes: [axis(colors, { values: ticks(utcDays), space: 70, size: 30 }), axis(colors, { values: (_, all) => all.map(shortText), size: 56 })],
      series: [{}, ...series.map(each => line(each, colors))],
      hooks: { draw: [plot => drawMarks(plot, marks, colors)], setCursor: [plot => tell(element, plot, series, unit, utcDays)] },
    }, [times, ...series.map(({ values, drawn }) => (drawn ?? values).map(value => value === null ? null : Number(value)))], element.querySelector(".plot"));
    const watch = new ResizeObserver(() => plot.setSize(size()));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [times, series, drawn]);

  const when = time => utcDays ? dayText(time * 1000) : timeText(time * 1000);
  const shown = series.filter(({ legend }) => legend !== false);
  return html`<figure class="chart">
    <ul class="legend" aria-hidden="true">${shown.map(({ name, color, dash }) => html`<li key=${name}>
      <span class=${dash ? "key key-dash" : "key"} style=${{ "--key": `var(--${color})` }}></span>${name}</li>`)}
      ${marks.length > 0 && html`<li><span class="key-mark"></span>${marks[0].name}</li>`}</ul>
    <div ref=${place} class="chart-place"><div class="plot" role="img" aria-label=${label}></div><div class="tip" hidden></div></div>
    <details class="chart-table"><summary>Show as a table</summary>
      <${Rows} label=${label} times=${times} series=${series} when=${when} />
    </details>
  </figure>`;
}

// Series that are one line in several colors have the same `column`, and are one column.
function Rows({ label, times, series, when }) {
  const columns = [...new Set(series.filter(({ column }) => column !== null).map(({ column, name }) => column ?? name))];
  const value = (name, i) => series.filter(each => (each.column ?? each.name) === name).map(each => each.values[i]).find(one => one !== null);
  const rows = times.map((time, i) => ({ time, i })).filter(({ i }) => series.some(({ values }) => values[i] !== null));
  return html`<${Table} caption=${label} rows=${rows} keyOf=${({ i }) => i} columns=${[
    { name: "When", cell: ({ time }) => when(time) },
    ...columns.map(name => ({ name, number: true, cell: ({ i }) => amountText(value(name, i)) })),
  ]} />`;
}

const bars = uPlot.paths.bars({ size: [0.72, 48], align: 1 });
const steps = uPlot.paths.stepped({ align: 1 });

function line({ color, fill, dash, step, bars: isBars, width }, colors) {
  return {
    stroke: colors(color),
    fill: fill ? colors(fill) : isBars ? colors(color) : undefined,
    width: width ?? (isBars ? 0 : 2),
    dash: dash ? [6, 5] : undefined,
    paths: isBars ? bars : step ? steps : undefined,
    // Where there is one value between two gaps, such as the first day of a period, there is no line to see.
    points: isBars || width === 0 ? { show: false } : { show: true, size: 5, width: 0, fill: colors(color), filter: (plot, i) => alone(plot.data[i]) },
    spanGaps: false,
  };
}

const alone = values => values.flatMap((value, i) =>
  value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null ? [i] : []);

function axis(colors, more) {
  return {
    stroke: colors("muted"),
    font: "12px " + getComputedStyle(document.body).fontFamily,
    grid: { stroke: colors("line"), width: 1 },
    ticks: { show: false },
    ...more,
  };
}

// Of a span of days the day is told, of a shorter one the time.
function ticks(utcDays) {
  return (plot, all) => {
    const { min, max } = plot.scales.x;
    const isLong = max - min > 172_800;
    return all.map(seconds => utcDays ? shortDayText(seconds * 1000) : isLong ? shortLocalDayText(seconds * 1000) : hourText(seconds * 1000));
  };
}

function drawMarks(plot, marks, colors) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colors("muted");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(at, "x", true));
    if (x >= bbox.left && x <= bbox.left + bbox.width) {
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
  }

  ctx.restore();
}

function tell(element, plot, series, unit, utcDays) {
  const tip = element.querySelector(".tip");
  const { idx, left } = plot.cursor;
  tip.hidden = idx === null || idx === undefined || left < 0;
  if (tip.hidden) {
    return;
  }

  const time = plot.data[0][idx] * 1000;
  const seen = new Set();
  const lines = series.filter(({ column, name, values }) => values[idx] !== null && column !== null && !seen.has(column ?? name)
    && seen.add(column ?? name));
  tip.replaceChildren(
    text("strong", utcDays ? dayText(time) : timeText(time)),
    ...lines.map(({ name, column, values }) => text("span", `${column ?? name}: ${amountText(values[idx])}${unit ? " " + unit : ""}`)));
  const wide = element.clientWidth;
  const x = plot.bbox.left / devicePixelRatio + left;
  tip.style.left = Math.max(0, Math.min(x + 12, wide - tip.offsetWidth)) + "px";
}

function text(name, content) {
  const element = document.createElement(name);
  element.textContent = content;
  return element;
}

// A canvas knows no CSS variables; an element's computed color is one that it knows.
function colorsOf(element) {
  const probe = document.createElement("i");
  element.append(probe);
  const known = new Map();
  return name => {
    if (!known.has(name)) {
      element.append(probe);
      probe.style.color = `var(--${name})`;
      known.set(name, getComputedStyle(probe).color);
      probe.remove();
    }

    return known.get(name);
  };
}
