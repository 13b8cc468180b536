// The part of Preact's interface that the page uses.
export type Child = VNode | string | number | boolean | null | undefined | Child[];
export interface VNode { type: unknown; props: unknown; key: unknown }
export function h(type: unknown, props: unknown, ...children: unknown[]): VNode;
export function render(node: VNode, parent: Element): void;
export const Fragment: unknown;
export interface Context<T> { Provider: unknown; readonly value?: T }
export function createContext<T>(value: T): Context<T>;
