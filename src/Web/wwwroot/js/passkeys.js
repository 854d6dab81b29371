// Passkeys: the browser makes and uses them, the API decides. Used as a module by the security page, and on the sign-in page by what is at the end.
export const supported = () => Boolean(window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON);

/** Makes a passkey from the API's options. Answers the credential as JSON text, or null when the person or the browser said no. */
export const create = async (options) => {
  try {
    const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options)) });
    return JSON.stringify(made.toJSON());
  } catch (refused) {
    if (refused instanceof DOMException) return null;
    throw refused;
  }
};

const signIn = async (button) => {
  const form = document.getElementById('passkey-form');
  const failed = document.getElementById('passkey-failed');
  failed.hidden = true;
  button.disabled = true;
  try {
    const asked = await fetch('/login/passkey', { method: 'POST' });
    if (!asked.ok) throw new DOMException('no options');
    const { options, state } = await asked.json();
    const used = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.querySelector('[name="Passkey.State"]').value = state;
    form.querySelector('[name="Passkey.Credential"]').value = JSON.stringify(used.toJSON());
    form.requestSubmit();
  } catch (refused) {
    failed.hidden = false;
    if (!(refused instanceof DOMException)) throw refused;
  } finally {
    button.disabled = false;
  }
};

const button = document.querySelector('[data-passkey-sign-in]');
if (button && supported()) {
  button.hidden = false;
  button.addEventListener('click', () => signIn(button));
}
