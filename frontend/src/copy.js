// data-copy="文字" copies it; data-print prints the page.
import {toast} from './toasts.js';

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('已复制', 'ok');
  } catch {
    toast(`浏览器不让复制，请手动选取：${text}`);
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-copy], [data-print]');
  if (!button) return;
  event.preventDefault();
  if ('copy' in button.dataset) copy(button.dataset.copy);
  else window.print();
});
