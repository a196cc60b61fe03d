// Selecting rows: [data-bulk] holds the table (checkboxes name="selected", one data-pick-all in the head) and a
// .bulk-bar[hidden] with [data-picked] (count), [data-pick-matching] (all rows of the filter, not only this page)
// and [data-pick-none]. "All matching" posts matching=1 instead of ids.
import {behave} from './behaviour.js';

behave('[data-bulk]', (area) => {
  const bar = area.querySelector('.bulk-bar');
  const all = area.querySelector('[data-pick-all]');
  const matching = area.querySelector('input[name="matching"]');
  const boxes = () => [...area.querySelectorAll('input[name="selected"]')];
  let last = null;

  function show() {
    const picked = boxes().filter((box) => box.checked);
    for (const box of boxes()) box.closest('tr')?.classList.toggle('is-selected', box.checked);
    if (all) {
      all.checked = picked.length > 0 && picked.length === boxes().length;
      all.indeterminate = picked.length > 0 && !all.checked;
    }
    bar.hidden = !picked.length;
    const words = matching?.value ? '已选符合条件的全部' : `已选 ${picked.length} 条`;
    for (const place of area.querySelectorAll('[data-picked]')) place.textContent = words;
    for (const button of area.querySelectorAll('[data-pick-matching]')) button.hidden = !all?.checked || Boolean(matching?.value);
  }
  function pick(checked) {
    for (const box of boxes()) box.checked = checked;
    if (matching) matching.value = '';
    show();
  }

  area.addEventListener('click', (event) => {
    const box = event.target.closest('input[name="selected"]');
    if (box && event.shiftKey && last) {
      const list = boxes();
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      for (const between of list.slice(from, to + 1)) between.checked = box.checked;
    }
    if (box) last = box;
    if (event.target.closest('[data-pick-none]')) pick(false);
    if (event.target.closest('[data-pick-matching]') && matching) {
      matching.value = '1';
      show();
    }
  });
  area.addEventListener('change', (event) => {
    if (event.target === all) pick(all.checked);
    else if (event.target.name === 'selected') {
      if (matching) matching.value = '';
      show();
    }
  });
  show();
});
