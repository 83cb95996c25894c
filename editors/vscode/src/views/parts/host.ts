// The one door to the extension's host: messages out, messages in, and what is kept while a view is hidden.
// Nothing else in the views touches the webview's API.

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): WebviewApi;

export interface Host<Out, Kept> {
  post(message: Out): void;
  /** What `keep` was last given, if anything. */
  kept(): Partial<Kept>;
  keep(state: Kept): void;
}

/** What goes each way, and what a view keeps. */
interface Sides {
  in: object;
  out: object;
  kept: object;
}

/** Connects a view to its host. The host's messages are of its own making, so their types are taken on trust. */
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
