import { html } from '../lib/html.js';

/**
 * A labelled input with its hint and its problem beneath it.
 * @param {{ id: string, label: string, hint?: string, problem?: string, children?: any, [attribute: string]: any }} props
 */
export function Field({ id, label, hint, problem, children, ...input }) {
  const about = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${children ?? html`<input id=${id} name=${id} aria-describedby=${about} aria-invalid=${problem ? 'true' : undefined} ...${input} />`}
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    ${problem && html`<p class="problem" id=${`${id}-problem`} role="alert">${problem}</p>`}
  </div>`;
}

/** @param {{ id: string, label: string, value: number, min: number, max: number, step?: number, unit?: string, problem?: string, onChange: (n: number) => void }} props */
export function Stepper({ id, label, value, min, max, step = 1, unit = '', problem, onChange }) {
  /** @param {number} n */
  const set = (n) => onChange(Math.max(min, Math.min(max, n)));
  return html`<div class="field stepper" role="group" aria-labelledby=${`${id}-label`}>
    <span class="label" id=${`${id}-label`}>${label}</span>
    <div class="stepper-row">
      <button type="button" class="button round" aria-label=${`${label} −`} disabled=${value <= min} onClick=${() => set(value - step)}>−</button>
      <output id=${id} class="stepper-value" aria-live="polite">${value}${unit && html` <small>${unit}</small>`}</output>
      <button type="button" class="button round" aria-label=${`${label} +`} disabled=${value >= max} onClick=${() => set(value + step)}>+</button>
    </div>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  </div>`;
}

/**
 * @param {{ name: string, legend: string, value: string, options: { value: string, label: string, note?: string }[], onChange: (value: string) => void }} props
 */
export function Choice({ name, legend, value, options, onChange }) {
  return html`<fieldset class="choice">
    <legend>${legend}</legend>
    <div class="choice-row">
      ${options.map((o) => html`<label class="choice-item" key=${o.value}>
        <input type="radio" name=${name} value=${o.value} checked=${o.value === value} onChange=${() => onChange(o.value)} />
        <span><strong>${o.label}</strong>${o.note && html`<small>${o.note}</small>`}</span>
      </label>`)}
    </div>
  </fieldset>`;
}
