import { html, useEffect, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';

/** @param {{ text: string }} props The link as a picture for a phone's camera. */
export function QR({ text }) {
  const [code, setCode] = useState(/** @type {{ size: number, path: string } | null} */ (null));
  useEffect(() => {
    let over = false;
    import('../vendor/uqr.js').then(({ encode }) => {
      const { size, data } = encode(text, { ecc: 'M', border: 2 });
      const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
      if (!over) setCode({ size, path });
    }, () => {});
    return () => void (over = true);
  }, [text]);
  if (!code) return html`<div class="qr" aria-hidden="true"></div>`;
  return html`<svg class="qr" role="img" aria-label=${t('share.qr')} viewBox=${`0 0 ${code.size} ${code.size}`} shape-rendering="crispEdges"><path d=${code.path} /></svg>`;
}
