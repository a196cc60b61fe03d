// <span class="masked" data-reveal="/url/"><span data-value>440***12</span> <button>…</button></span>:
// asks why, posts the reason, shows {"value"} for 60 s, then hides it again.
import {ask} from './dialog.js';
import {post} from './server.js';

const SHOW_MS = 60000;
const REASONS = ['入户核对', '电话联系', '核对导入资料', '办理帮扶事项'];

document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-reveal] button');
  if (!button) return;
  const holder = button.closest('[data-reveal]');
  const shown = holder.querySelector('[data-value]');
  const what = holder.dataset.label ?? '完整内容';
  const reason = await ask({
    title: `查看${what}`,
    text: '查看会留下记录：谁、何时、看了什么、为什么。60 秒后自动收起。',
    yes: '查看',
    field: {label: '用途', choices: REASONS},
  });
  if (reason === null) return;
  const answer = await post(holder.dataset.reveal, {reason, field: holder.dataset.field ?? ''});
  if (!answer) return;
  const mask = shown.textContent;
  shown.textContent = answer.value;
  button.hidden = true;
  setTimeout(() => {
    shown.textContent = mask;
    button.hidden = false;
  }, SHOW_MS);
});
