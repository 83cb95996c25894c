// The pages of the views: their HTML under a strict content security policy, and typed messages to and from them.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export function setPage(webview: vscode.Webview, extension: vscode.Uri, name: string, title: string): void {
  const folder = vscode.Uri.joinPath(extension, "dist", "views");
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const nonce = randomBytes(18).toString("base64");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(folder, `${name}.js`)).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(folder, `${name}.css`)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}`;
  webview.html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title}</title>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

/** Messages to and from a page. What is sent before the page is ready is dropped; the host sends all of it again then. */
export class Channel<ToView, ToHost extends { type: string }> {
  private listening = false;

  constructor(
    private readonly webview: vscode.Webview,
    receive: (message: ToHost) => void,
  ) {
    webview.onDidReceiveMessage((message: ToHost) => {
      if (message.type === "ready") this.listening = true;
      receive(message);
    });
  }

  /** Whether it was sent. */
  send(message: ToView): boolean {
    if (this.listening) void this.webview.postMessage(message);
    return this.listening;
  }
}
