// Attaches a behaviour to every element that matches, now and after each htmx swap.

/** Calls `attach(element)` once for each element matching `selector`. */
export function behave(selector, attach) {
  const seen = new WeakSet();
  const scan = (root) => {
    const found = root.matches?.(selector) ? [root] : [];
    for (const element of [...found, ...root.querySelectorAll(selector)]) {
      if (seen.has(element)) continue;
      seen.add(element);
      attach(element);
    }
  };
  const start = () => scan(document.body);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
  document.addEventListener('htmx:load', (event) => scan(event.detail.elt));
}

/** Builds an element: make('p', {class: 'soft'}, '文字', child). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}
