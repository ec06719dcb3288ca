import { html, useEffect, useRef, useState } from "../core/html.js";

/**
 * A table; on a phone each row is a card.
 *
 * @param caption What it lists, for those who don't see it.
 * @param columns `{name, cell(row), number}`; the first column names the row.
 * @param keyOf What tells rows apart.
 */
export function Table({ caption, columns, rows, keyOf, rowClass }) {
  // The roles are said because a style that lays a row out as a card takes a table's own away.
  const place = useRef();
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = place.current;
    const watch = new ResizeObserver(() =>
      setScrolls(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight));
    watch.observe(element);
    // The table may grow while its place does not.
    watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);

  // What scrolls must be reached by the keyboard; what does not would only be one stop more.
  const reach = scrolls ? { tabindex: 0, role: "region", "aria-label": caption } : {};
  return html`<div ref=${place} class="table-place" ...${reach}><table class="table" role="table">
    <caption class="hidden">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map(({ name, number }) => html`
      <th key=${name} role="columnheader" scope="col" class=${number ? "number" : ""}>${name}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map((row, place) => html`<tr key=${keyOf ? keyOf(row) : place} role="row" class=${rowClass?.(row) ?? ""}>
      ${columns.map(({ name, cell, number }, column) => column === 0
        ? html`<th key=${name} role="rowheader" scope="row" data-label=${name} class=${number ? "number" : ""}><div>${cell(row)}</div></th>`
        : html`<td key=${name} role="cell" data-label=${name} class=${number ? "number" : ""}><div>${cell(row)}</div></td>`)}
    </tr>`)}</tbody>
  </table></div>`;
}
