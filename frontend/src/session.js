// When the session has ended: a bar with a log-in link in a new tab; whatever was typed stays where it is.
import {make} from './behaviour.js';

/** True when the server still knows us. No answer counts as known: the form itself will tell. */
export async function sessionLives() {
  try {
    const response = await fetch('/session/', {credentials: 'same-origin', cache: 'no-store'});
    return response.status !== 401;
  } catch {
    return true;
  }
}

export function sessionEnded() {
  if (document.querySelector('.session-bar')) return;
  const login = make('a', {class: 'btn btn-primary', href: '/accounts/login/?next=/session/', target: '_blank', rel: 'opener'}, '在新窗口登录');
  const again = make('button', {class: 'btn', type: 'button'}, '已登录，继续');
  const words = make('div', {}, make('strong', {}, '登录已过期。'), ' 您填的内容还在这一页，没有丢。请先登录，再回到本页提交。');
  const bar = make('div', {class: 'session-bar', role: 'alert'}, words, login, again);
  again.addEventListener('click', async () => {
    if (await sessionLives()) {
      await refreshToken();
      bar.remove();
    } else {
      words.firstChild.textContent = '还没有登录成功。';
    }
  });
  document.querySelector('.page, main, body').prepend(bar);
  bar.scrollIntoView({block: 'center'});
  login.focus();
}

/** A new log-in rotates the CSRF token: every form on this page gets the fresh one. */
async function refreshToken() {
  const response = await fetch('/session/', {credentials: 'same-origin', cache: 'no-store', headers: {Accept: 'application/json'}});
  const {csrf} = await response.json();
  document.querySelector('meta[name="csrf-token"]').content = csrf;
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = csrf;
}
