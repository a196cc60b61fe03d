// Short messages at the lower edge. Troubles stay until closed, the rest leaves after six seconds.
import {make} from './behaviour.js';

const STAY_MS = 6000;

/** Shows `text`; kind: 'note' | 'ok' | 'bad'. */
export function toast(text, kind = 'note') {
  let holder = document.querySelector('.toasts');
  if (!holder) {
    holder = make('div', {class: 'toasts', 'aria-live': 'polite', role: 'status'});
    document.body.append(holder);
  }
  const close = make('button', {type: 'button', 'aria-label': '关闭'}, '×');
  const line = make('div', {class: `toast-line toast-${kind}`, role: kind === 'bad' ? 'alert' : null}, make('span', {}, text), close);
  close.addEventListener('click', () => line.remove());
  holder.append(line);
  if (kind !== 'bad') setTimeout(() => line.remove(), STAY_MS);
}
