// Messages to and from the extension's host, and the state that is kept while a view is hidden. Only this file uses the
// webview's API.

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

export interface Host<Out, Kept> {
  post(message: Out): void;
  /** The state that `keep` was last called with, if any. */
  kept(): Partial<Kept>;
  keep(state: Kept): void;
}

/** The types of a view's messages and of its kept state. */
interface Sides {
  in: object;
  out: object;
  kept: object;
}

/** Connects a view to its host. The messages are the extension's own, so their types are not checked. */
export function connect<S extends Sides>(receive: (message: S["in"]) => void): Host<S["out"], S["kept"]> {
  const api = acquireVsCodeApi();
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = event.data;
    if (typeof message === "object" && message !== null && "type" in message) receive(message);
  });
  return {
    post: (message) => {
      api.postMessage(message);
    },
    kept: () => {
      const state = api.getState();
      return typeof state === "object" && state !== null ? state : {};
    },
    keep: (state) => {
      api.setState(state);
    },
  };
}
