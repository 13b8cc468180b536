// A component that is drawn again only when one of its props is another.
import { h } from '../vendor/preact.js';

/**
 * @param {(props: any) => any} component
 * @returns {(props: any) => any}
 */
export function memo(component) {
  /** @this {{ shouldComponentUpdate: (next: Record<string, unknown>) => boolean, props: Record<string, unknown> }} @param {Record<string, unknown>} props */
  function Memo(props) {
    this.shouldComponentUpdate = (next) => Object.keys(next).some((key) => next[key] !== this.props[key]);
    return h(component, props);
  }
  return Memo;
}
