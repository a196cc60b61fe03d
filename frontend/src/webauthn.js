// form[data-webauthn="create"|"get"][data-webauthn-options]: asks the security key, puts its answer into the hidden
// field `credential` and sends the form. What to ask comes from the server in the data attribute, as JSON.
import {behave} from './behaviour.js';

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));

const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const described = (list) => (list ?? []).map((item) => ({...item, id: toBytes(item.id)}));

/** The server's JSON with its base64url texts as bytes. */
function options({publicKey}) {
  const asked = {...publicKey, challenge: toBytes(publicKey.challenge)};
  if (publicKey.user) asked.user = {...publicKey.user, id: toBytes(publicKey.user.id)};
  if (publicKey.excludeCredentials) asked.excludeCredentials = described(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) asked.allowCredentials = described(publicKey.allowCredentials);
  return {publicKey: asked};
}

/** The key's answer as the JSON that the server reads. */
function answer(credential) {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  const {id, type} = credential;
  return {id, type, rawId: toText(credential.rawId), response, clientExtensionResults: credential.getClientExtensionResults()};
}

const WORDS = {
  InvalidStateError: '这个密钥已经添加过了。',
  NotAllowedError: '没有完成：可能是取消了、超时了，或不是登记过的密钥。可以再试一次。',
  SecurityError: '当前网址不能使用安全密钥，请用正式网址（https）打开。',
};

behave('form[data-webauthn]', (form) => {
  const say = (text) => form.querySelectorAll('[data-webauthn-status]').forEach((place) => { place.textContent = text; });
  const asked = options(JSON.parse(form.dataset.webauthnOptions));
  // Capturing: before forms.js takes the form for sent.
  form.addEventListener('submit', async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!navigator.credentials) {
      say('这个浏览器不支持安全密钥，请换新版浏览器。');
      return;
    }
    say('请照浏览器的提示操作…');
    try {
      const credential = await navigator.credentials[form.dataset.webauthn](asked);
      form.elements.credential.value = JSON.stringify(answer(credential));
      form.requestSubmit();
    } catch (error) {
      say(WORDS[error.name] ?? '没有完成，请再试一次。');
    }
  }, true);
});
