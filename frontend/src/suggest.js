// [data-suggest="/url/"]: a text box that offers rows of another ledger; the row's number travels in a hidden input.
// picker.js offers divisions in the same way.
import {behave, make} from './behaviour.js';

const WAIT_MS = 200;

/** Results: {value, label, note?, text? (written into the box instead of the label), ended? (shown, not to be chosen)}. */
export function offer(holder, address = holder.dataset.suggest) {
  const text = holder.querySelector('[data-picker-text]');
  const value = holder.querySelector('[data-picker-value]');
  const list = make('ul', {class: 'suggestions', role: 'listbox', id: `${text.id}-list`, hidden: true});
  holder.append(list);
  text.setAttribute('aria-controls', list.id);
  let chosen = text.value;
  let timer = 0;
  let asked = 0;

  const options = () => [...list.querySelectorAll('[data-value]:not([aria-disabled])')];
  const current = () => options().findIndex((option) => option.getAttribute('aria-selected') === 'true');

  function close() {
    list.hidden = true;
    text.setAttribute('aria-expanded', 'false');
    text.removeAttribute('aria-activedescendant');
  }
  function mark(index) {
    options().forEach((option, at) => option.setAttribute('aria-selected', String(at === index)));
    const option = options()[index];
    option?.scrollIntoView({block: 'nearest'});
    if (option) text.setAttribute('aria-activedescendant', option.id);
  }
  const hint = make('div', {class: 'form-hint', 'aria-live': 'polite'});
  holder.after(hint);

  /** What was typed but not chosen is chosen when it can mean one row only; otherwise it is said. */
  function leave() {
    if (text.value.trim() && !value.value && !list.hidden && options().length === 1) choose(options()[0]);
    hint.textContent = text.value.trim() && !value.value ? '还没有选中：请从提示里点选一条' : '';
    close();
  }
  function choose(option) {
    value.value = option.dataset.value;
    text.value = chosen = option.dataset.label;
    hint.textContent = '';
    close();
    value.dispatchEvent(new Event('change', {bubbles: true}));
  }
  function show(results) {
    const lines = results.map((result, index) => make(
      'li',
      {class: 'suggestion', role: 'option', id: `${list.id}-${index}`, 'data-value': String(result.value), 'data-label': result.text ?? result.label, 'aria-disabled': result.ended ? 'true' : null},
      make('span', {}, result.label),
      make('span', {class: 'suggestion-note'}, result.ended ? `${result.note ?? ''} 已于 ${result.ended} 停用` : (result.note ?? '')),
    ));
    list.replaceChildren(...(lines.length ? lines : [make('li', {class: 'suggestion soft'}, '没有找到，换个写法试试')]));
    list.hidden = false;
    text.setAttribute('aria-expanded', 'true');
    mark(0);
  }
  async function look() {
    const query = text.value.trim();
    const mine = ++asked;
    if (!query) return close();
    try {
      const response = await fetch(`${address}${address.includes('?') ? '&' : '?'}q=${encodeURIComponent(query)}`, {credentials: 'same-origin'});
      if (response.ok && mine === asked && document.activeElement === text) show((await response.json()).results);
    } catch {
      close(); // no signal: typing goes on, the next key asks again
    }
    return undefined;
  }

  text.addEventListener('input', () => {
    if (text.value !== chosen) value.value = '';
    clearTimeout(timer);
    timer = setTimeout(look, WAIT_MS);
  });
  text.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) mark(Math.min(Math.max(current() + step, 0), options().length - 1));
    else if (event.key === 'Enter' && options()[current()]) choose(options()[current()]);
    else if (event.key !== 'Escape') return;
    else close();
    event.preventDefault();
  });
  text.addEventListener('blur', () => setTimeout(leave, 150));
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = event.target.closest('[data-value]:not([aria-disabled])');
    if (option) choose(option);
  });
  return choose;
}

behave('[data-suggest]', (holder) => offer(holder));
