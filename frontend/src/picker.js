// [data-picker][data-divisions]: a division by typing (offered by the server) or level by level in a sheet.
// Without this script the box itself carries the field's name and the server reads a code or a name out of it;
// with it, the name moves to a hidden input that holds the code, or what was typed when nothing was chosen.
import {behave, make} from './behaviour.js';
import {offer} from './suggest.js';

/** The questions that both ways of choosing ask with: levels, subtree, act. */
function query({level, within, act}) {
  const asked = new URLSearchParams({level, act});
  if (within) asked.set('within', within);
  return asked.toString();
}

behave('[data-picker][data-divisions]', (holder) => {
  const text = holder.querySelector('[data-picker-text]');
  const {divisions, children, words} = holder.dataset;
  const typed = text.value !== text.defaultValue; // before this script had come, over a slow line
  const hidden = make('input', {type: 'hidden', name: text.name, value: typed ? text.value.trim() : text.dataset.value ?? text.value, 'data-picker-value': true});
  text.removeAttribute('name');
  for (const [name, value] of Object.entries({role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list'})) text.setAttribute(name, value);
  const open = make('button', {type: 'button', class: 'btn picker-open', 'aria-haspopup': 'dialog'}, '按层级选');
  holder.append(hidden, open);

  const choose = offer(holder, `${divisions}?${query(holder.dataset)}`);
  text.addEventListener('input', () => { hidden.value = text.value.trim(); });
  open.addEventListener('click', () => cascade({
    title: `选择${words}`,
    address: `${children}?${query(holder.dataset)}`,
    choose: ({value, text: label}) => { choose({dataset: {value, label}}); text.focus(); },
    back: () => open.focus(),
  }));
});

/** The sheet: the way down as a row of buttons, below it the places of one level. */
function cascade({title, address, choose, back}) {
  const heading = make('h2', {class: 'dialog-title', id: 'cascade-title'}, title);
  const close = make('button', {type: 'button', class: 'btn', 'aria-label': '关闭'}, '关闭');
  const path = make('nav', {class: 'cascade-path', 'aria-label': '所在层级'});
  const list = make('ul', {class: 'cascade-list', 'aria-live': 'polite'});
  const dialog = make('dialog', {class: 'cascade', 'aria-labelledby': heading.id}, make('div', {class: 'cascade-head'}, heading, close), path, list);
  let asked = 0;

  const finish = (then) => {
    dialog.remove();
    then();
  };
  const pick = (place) => finish(() => choose(place));
  const button = (label, act, attributes = {}) => {
    const made = make('button', {type: 'button', ...attributes}, label);
    made.addEventListener('click', act);
    return made;
  };

  function line(place) {
    const act = place.opens ? () => show(place.value) : () => pick(place);
    const item = make('li', {}, button(place.label, act, {class: place.opens ? 'cascade-place cascade-opens' : 'cascade-place'}));
    if (place.functional) item.firstChild.append(make('span', {class: 'cascade-note'}, '功能区'));
    if (place.opens && place.choosable) item.append(button('选这里', () => pick(place), {class: 'btn', 'aria-label': `选${place.label}`}));
    return item;
  }
  function say(message, ...more) {
    list.replaceChildren(make('li', {class: 'cascade-say'}, message, ...more));
  }
  async function show(of) {
    const mine = ++asked;
    const slow = setTimeout(() => say('正在取……'), 300);
    try {
      const response = await fetch(of ? `${address}&of=${of}` : address, {credentials: 'same-origin', headers: {Accept: 'application/json'}});
      if (!response.ok) throw new Error(String(response.status));
      const found = await response.json();
      if (mine === asked) draw(found);
    } catch {
      if (mine === asked) say('没有取到，请检查信号。', button('再试一次', () => show(of), {class: 'btn'}));
    } finally {
      clearTimeout(slow);
    }
  }
  function draw({path: above, results}) {
    const here = above.at(-1);
    path.replaceChildren(...above.map((place) => button(place.label, () => show(place.value), {class: 'chip', 'aria-current': place === here ? 'true' : null})));
    if (here?.choosable) path.append(button(`就选${here.label}`, () => pick(here), {class: 'btn btn-primary'}));
    if (results.length) list.replaceChildren(...results.map(line));
    else say('这里下面没有可选的地方。');
    list.scrollTop = 0;
    (list.querySelector('button') ?? close).focus({preventScroll: true});
  }

  close.addEventListener('click', () => finish(back));
  dialog.addEventListener('cancel', (event) => { event.preventDefault(); finish(back); });
  dialog.addEventListener('click', (event) => { if (event.target === dialog) finish(back); });
  document.body.append(dialog);
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute('open', '');
  show('');
}
