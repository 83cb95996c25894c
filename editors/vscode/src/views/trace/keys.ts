// The keys of the trace panel, as its key list shows them.

export const KEYS: [string[], string][] = [
  [["←", "→", "↑", "↓"], "the next token or layer"],
  [["Home", "End"], "the first or last token; with Ctrl, also the first or last layer"],
  [["Page Up", "Page Down"], "a page of layers"],
  [["Ctrl ←", "Ctrl →"], "a page of tokens"],
  [["Enter"], "go to the layer's sub-updates"],
  [["Esc"], "close the card; go back to the map"],
  [["O"], "show the token in the prompt"],
  [["M"], "the next run; after the last, both side by side"],
];
