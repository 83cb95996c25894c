"""Checks that every message of the language server is one that the protocol, and the client, allow.

    cd tests && ../.venv/bin/python -m conformance ../target/release/unembed

The program is started for three kinds of clients (`kinds`), alone and through the daemon (`suite`). `drive`
and `effects` send every request and command that the server announces, `odd` what no client should send.
`judge` sees both directions of a connection and asks:

- `shapes`: is it a message of LSP 3.17, without unknown members, as the package `lsprotocol` defines it?
- `contract`: are commands' results and notifications of this server as `server/api/schema.json` says?
- `rules`, `table`: did the client announce what the message holds?
- `announced`: did the server announce only what this client allows?
- `places`: are positions inside of their documents?
- `ledger`: has each request one answer, with an error code that fits, and each progress its end?
"""
