// A refusal in a sentence a person can use.
import { t } from '../i18n/index.js';
import { Problem } from '../net/api.js';

/** @param {unknown} error @param {string} [where] What was tried: join, create, vote, send, room, host. */
export function sentence(error, where = '') {
  if (!(error instanceof Problem)) return t('error.network');
  const { status } = error;
  if (status === 429) return t('error.429', { seconds: error.wait || 5 });
  const special = `error.${where}.${status}`;
  if (t(special) !== special) return t(special);
  const known = `error.${status}`;
  if (t(known) !== known) return t(known);
  return status >= 500 ? t('error.500') : t('error.other');
}
