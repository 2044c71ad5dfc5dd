declare module 'html-to-text' {
  interface Selector {
    selector: string;
    format?: string;
    options?: Record<string, unknown>;
  }
  /** Returns a function that converts HTML to text. */
  export function compile(options: { wordwrap: false; limits: { maxDepth: number }; selectors: Selector[] }): (html: string) => string;
}
