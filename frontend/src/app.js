// What every page loads. Behaviour hangs on data-attributes; pages work without this file where they can.
import './requests.js';
import './menus.js';
import './confirm.js';
import './forms.js';
import './drafts.js';
import './reveal.js';
import './bulk.js';
import './copy.js';
import './shortcuts.js';
import './suggest.js';
import './picker.js';
import './webauthn.js';
import './drop.js';
import './lazy.js';
import './fold.js';
