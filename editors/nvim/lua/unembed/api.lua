---@meta
-- Generated from server/api by `UPDATE=1 cargo test -p api`; do not edit.

--- How a coefficient is distributed over text, position 0 excluded.
---@class unembed.ActivationDocument
---@field count integer Number of positions.
---@field mean number The mean of the coefficient m.
---@field deviation number The population standard deviation of m.
---@field quantiles unembed.QuantileDocument[] By rising share.

--- How an intervention changes a coefficient m.
--- `off`: m becomes 0.
--- `boost`: m becomes act(s + 0.01), where s is the layer's largest score at the last prompt position of the clean run.
--- `set`: m becomes this number.
--- `scale`: m is multiplied by this number.
--- `add`: This number is added to m.
---@alias unembed.Change 'off'|'boost'|{set: number}|{scale: number}|{add: number}

--- The arguments of `unembed.check_name`.
---@class unembed.CheckNameArguments
---@field name string The text to check.
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- The result of `unembed.check_name`.
---@class unembed.CheckNameResult
---@field problem string|vim.NIL One line of text: why the text cannot be a name; null where it can.
---@field vectors unembed.ValueId[] The value vectors of the file's model that have the name already.

--- A change to choose.
---@class unembed.Choice
---@field title string What it writes, in a few words.
---@field action any The change, to be sent back as it is.

--- The arguments of `unembed.choose`.
---@class unembed.ChooseArguments
---@field uri string An open document.
---@field title string The title of the code action.
---@field choices unembed.Choice[] The changes to choose from.
---@field choice? integer The chosen one, counted from 0; where absent, the server asks.

--- A cluster.
---@class unembed.ClusterDocument
---@field cluster integer The cluster's number, from 0.
---@field size integer Number of value vectors in the cluster.
---@field cohesion number The mean cosine of the members to their mean direction, -1 to 1.
---@field words string[] The words that the members promote together.
---@field members unembed.SimilarDocument[] Members with their cosine to the mean direction, nearest first.

--- The arguments of `unembed.clusters`. With neither `cluster` nor `id`, the result has all clusters.
---@class unembed.ClustersArguments
---@field cluster? integer A cluster's number.
---@field id? string A value vector's id or name: its cluster. `cluster` takes precedence.
---@field model? string The model as a prompt file names it. It takes precedence over the document's.
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- Clusters of value vectors with similar directions.
---@class unembed.ClustersDocument
---@field schema integer The schema's version.
---@field experiment unembed.ExperimentDocument|vim.NIL Always null: clusters do not depend on an input.
---@field problems unembed.ProblemDocument[] Always empty.
---@field model unembed.ModelDocument The model whose value vectors are grouped.
---@field clusters unembed.ClusterDocument[] The largest first.

--- How one run continues.
---@class unembed.ContinuationDocument
---@field name unembed.RunName The run's name.
---@field ids unembed.TokenId[] Every new token, an end-of-text token or a stop sequence included.
---@field text string The new text. Bytes that are not UTF-8 appear as U+FFFD.
---@field stopped unembed.Stopped Why the text ended.
---@field logprobs number[] ln p in nats of each new token, under the model's own distribution (temperature 1).
--- Number of leading new tokens that the run shares with the baseline; null where the two are identical.
---@field diverges_at integer|vim.NIL
---@field tokens unembed.NewTokenDocument[] Every new token with its place in the text, in the order of `ids`.
---@field bytes? integer[] The new text's bytes, present only where `text` cannot say them.

--- The daemon's own status.
---@class unembed.DaemonDocument
---@field version string The program's version and build.
---@field pid integer The process id.
---@field uptime_seconds integer How long the daemon has run.
---@field memory_megabytes integer|vim.NIL The resident memory, in 10^6 bytes; null where the system does not report it.
---@field queue unembed.QueueDocument The engine's jobs.
---@field sessions unembed.SessionDocument[] One entry for each connected editor.
---@field models unembed.LoadedModelDocument[] The models in memory.
---@field indexes unembed.OpenIndexDocument[] The open concept indexes.
---@field requests unembed.RequestsDocument The requests of all editors.

--- How new tokens are chosen. The defaults belong to the file format; no setting changes them.
---@class unembed.Decoding
---@field maxOutputTokens integer The largest number of new tokens.
---@field temperature number 0 means greedy decoding.
---@field topK integer Sample from the k most likely tokens only; 0 means all tokens.
---@field topP number Sample from the most likely tokens that together reach this probability.
---@field seed integer The random seed. One random number is drawn per step, and all runs of a file use the same seed.
---@field stopSequences string[] The continuation's text ends before the first occurrence of any of these texts.

--- What `unembed names set`, `remove` and `rename` say.
---@class unembed.DoneDocument
---@field schema integer The schema's version.
---@field done string One line of text: what was changed.

--- What `unembed index drop` says.
---@class unembed.DropDocument
---@field schema integer The schema's version.
---@field dropped boolean False where there was no index.
---@field damaged integer Number of damaged indexes that had been moved aside and were removed.
---@field examples string|vim.NIL The file that keeps the user's examples for the next build; null where there are none.

--- What an intervention line does.
--- `on`: The line acts.
--- `off`: The line is in a comment.
--- `none`: The line acts and changes nothing that comes next.
--- `error`: The line cannot act; `message` says why.
---@alias unembed.Effect 'on'|'off'|'none'|'error'

--- One intervention line.
---@class unembed.EffectDocument
---@field run unembed.RunName The run that the line belongs to.
---@field line integer The file's line, from 1.
---@field target string The id or name as written.
---@field ids unembed.Target[] What the target stands for: one id, or all of a group.
---@field value string The value as written.
---@field enabled boolean False for a line in a comment.
---@field effect unembed.Effect What the line does.
--- Why the line has no effect, or what is wrong with it; null where there is nothing to say.
---@field message string|vim.NIL
--- The coefficient m at the last prompt position without this line, the other lines kept; null for a group.
---@field coefficient number|vim.NIL
---@field becomes number|vim.NIL The coefficient m there with this line; null for a group and for a line that is off.

--- The two ends of a value vector's logits.
--- `top`: What a positive coefficient promotes.
--- `bottom`: What a negative coefficient promotes.
---@alias unembed.End 'top'|'bottom'

--- The place of an intervention line.
---@class unembed.EntryDocument
---@field run unembed.RunName The run that the line belongs to.
---@field line integer The file's line, from 1.
---@field range unembed.TextRange The whole entry, a disabled entry's `#` included.
---@field target string The id or name as written.
---@field target_range unembed.TextRange The place of `target`.
---@field value string The value as written.
---@field value_range unembed.TextRange The place of `value`.
---@field enabled boolean False for an entry in a comment.
--- The number that a step changes; null where the value has none, as in `off`.
---@field number unembed.NumberDocument|vim.NIL

--- A passage in which a value vector is active.
---@class unembed.ExampleDocument
---@field text string The text around the token.
---@field start integer The token's first byte in `text`.
---@field end integer The byte after the token's last byte in `text`.
---@field coefficient number The coefficient m at the token.

--- What to do with a name that stands for other value vectors.
--- `add`: Add the vectors to those that it stands for.
--- `replace`: Let it stand for the new vectors alone.
---@alias unembed.ExistingName 'add'|'replace'

--- Whether one expectation holds.
---@class unembed.ExpectDocument
---@field ok boolean Whether the expectation holds.
---@field line integer The file's line, from 1.
---@field message string One line of text: what was expected and, where `ok` is false, what came instead.

--- A check on the model's output, from the file's `expect`.
--- `next`: The token is among the `rank` most likely next tokens.
--- `contains`: The continuation contains the text.
---@alias unembed.Expectation {next: string, rank: integer}|{contains: string}

--- The prompt file as it was run, after names and defaults were resolved.
---@class unembed.ExperimentDocument
---@field model string The model as the user names it.
---@field bos boolean Whether the run begins with the model's beginning-of-text token.
---@field config unembed.Decoding How the text is continued.
---@field interventions unembed.InterventionDocument[] The enabled, valid interventions, run by run, in file order.
---@field track string[] The tokens to follow, as written.
---@field expect unembed.Expectation[] The file's expectations, in file order.

--- The arguments of `unembed.fetch`.
---@class unembed.FetchArguments
---@field id string A Hugging Face id, such as `openai-community/gpt2`.

--- What `unembed models fetch` says.
---@class unembed.FetchedDocument
---@field schema integer The schema's version.
---@field fetched string The Hugging Face id of the fetched model.

--- What a file is.
--- `prompt`: A prompt file.
--- `foreign`: A prompt file of another program; it is not run.
--- `names`: A names file.
---@alias unembed.FileKind 'prompt'|'foreign'|'names'

--- The arguments of `unembed.generate`.
---@class unembed.GenerateArguments
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- The continuation of every run, and whether the file's expectations hold.
---@class unembed.GenerateDocument
---@field schema integer The schema's version.
---@field experiment unembed.ExperimentDocument The file as it was run.
---@field problems unembed.ProblemDocument[] The problems of the file. What is wrong is left out of the runs.
---@field prompt_ids unembed.TokenId[] The prompt's tokens, a beginning-of-text token included.
---@field runs unembed.ContinuationDocument[] The baseline first, then the others in file order.
---@field expect unembed.ExpectDocument[] One entry for each expectation of the file, in file order.

--- New tokens of a run, sent during the generation.
---@class unembed.GeneratedParams
---@field token unembed.ProgressToken|vim.NIL The `workDoneToken` of the command; null where it had none.
---@field uri string The document that is continued.
---@field run unembed.RunName The run that continues.
---@field ids unembed.TokenId[] The tokens since the last notification of this run.
--- The text since the last notification of this run. It holds whole characters only, so it may lag behind `ids`.
---@field text string

--- A token and its probability.
---@class unembed.GuessDocument
---@field id unembed.TokenId The token's id in the vocabulary.
---@field token string The token's text. Bytes that are not UTF-8 appear as U+FFFD.
---@field p number Probability, 0 to 1: softmax over the whole vocabulary.
---@field bytes? integer[] The token's bytes, present only where `token` cannot say them.

--- Whether the session can use its models.
--- `ok`: The models of all open files can be used.
--- `warning`: The model of an open file must be fetched first.
--- `error`: The model of an open file cannot be loaded.
---@alias unembed.Health 'ok'|'warning'|'error'

--- A value vector that was found.
---@class unembed.HitDocument
---@field id unembed.ValueId The value vector's id, such as `L3D77`.
---@field layer integer The value vector's block, from 0.
---@field dim integer The value vector's row in that block, from 0.
---@field relevance number The number that hits are sorted by, larger is better; comparable within one answer only.
---@field end unembed.End The end of the card at which the query was found.
---@field name string|vim.NIL The value vector's name in the project's names file; null where it has none.
---@field top unembed.WordDocument[] The words that the value vector promotes, the most promoted first.
---@field bottom unembed.WordDocument[] The words that the value vector suppresses, the most suppressed first.

--- A concept index while it is built.
---@class unembed.IndexBuild
---@field model string The model's name.
---@field done integer Number of value vectors that a search finds.
---@field all integer Number of value vectors of the model.

--- How much of a concept index is built.
---@class unembed.IndexCountsDocument
---@field indexed integer Number of value vectors in the index.
---@field all integer Number of value vectors of the model. The index has all of them where `indexed` is equal to it.

--- The progress of a model's concept index: `unembed index build`, `status` and `examples`.
---@class unembed.IndexDocument
---@field schema integer The schema's version.
---@field experiment unembed.ExperimentDocument|vim.NIL Always null: an index does not depend on an input.
---@field problems unembed.ProblemDocument[] Always empty.
---@field model unembed.IndexedModelDocument The model of the index.
---@field folder string The index's path.
---@field indexed integer Number of value vectors in the index.
---@field all integer Number of value vectors of the model.
---@field complete boolean Whether every value vector is in the index.
---@field building boolean Whether the daemon builds the index now.
---@field clustered boolean Whether clusters are built.
---@field passages integer Number of passages that were indexed.
---@field counted boolean Whether the passages of all texts are indexed, the program's own and the user's.
---@field bytes integer The size on disk.

--- The model of an index.
---@class unembed.IndexedModelDocument
---@field name string The model as the user names it.
---@field fingerprint string The identity of the weights and the tokenizer.

--- The arguments of `unembed.intervene`.
---@class unembed.InterveneArguments
---@field target string An id or a name.
--- A value as a prompt file has it, such as `4.5` or `{ scale: 2, at: prompt }`; or `enable`, `disable`, `toggle` or
--- `remove`. A number or an object means what it means in the file.
---@field value any
---@field run? unembed.RunName The run whose list is changed; `intervened`, the list `interventions`, where absent.
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- The result of `unembed.intervene`.
---@class unembed.InterveneResult
--- The version of the open document that the edits are for; null for a text that is not open.
---@field version integer|vim.NIL
---@field line integer|vim.NIL The target's line after the edits, from 1; null where it has none.
---@field edits unembed.TextChange[] Empty where the file has the change already.

--- One intervention.
---@class unembed.InterventionDocument
---@field run unembed.RunName The run that it belongs to.
---@field id unembed.Target The part of the model that is changed, such as `L3D77`.
---@field change unembed.Change What the coefficient becomes.
---@field at unembed.Scope The positions at which it acts.
---@field line integer The file's line, from 1; 0 for an intervention from a command-line flag.

--- The arguments of `unembed.interventions`.
---@class unembed.InterventionsArguments
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- Every intervention line of a file, and the next token of every run.
---@class unembed.InterventionsDocument
---@field schema integer The schema's version.
---@field interventions unembed.EffectDocument[] In file order.
---@field next unembed.NextDocument[] What comes next in each run; empty where the file has no prompt.
---@field version integer|vim.NIL The version of the open document that was read; null for a text that is not open.

--- The place of a key of the front matter.
---@class unembed.KeyDocument
---@field name string The key's name.
---@field range unembed.TextRange The whole lines of the key and its value.
---@field value_range unembed.TextRange The place of the value; empty, directly after the colon, where there is none.

--- What one block's FFN did at a position.
---@class unembed.LayerDocument
---@field layer integer From 0.
---@field before unembed.GuessDocument[] The logit lens before the FFN, most likely first.
---@field after unembed.GuessDocument[] The logit lens after the FFN, most likely first.
---@field kl number KL(after || before) in nats.
---@field updates unembed.UpdateDocument[] The dominant sub-updates, largest score first.

--- A model of the list.
---@class unembed.ListedModelDocument
---@field name string What a prompt file or `--model` names it.
---@field default boolean Whether it is used where none is named.
---@field folder string|vim.NIL The checkpoint's path; null for the model that is compiled into the program.
---@field precision string How the weights are stored.
---@field sizes unembed.SizesDocument|vim.NIL Null where `error` is not.
---@field error string|vim.NIL One line of text: why the model cannot be used; null where it can.

--- A model in memory.
---@class unembed.LoadedModelDocument
---@field name string The model as the user names it.
---@field fingerprint string The identity of the weights and the tokenizer.
---@field megabytes integer The memory that the model takes, in 10^6 bytes.
---@field idle_seconds integer Time since the model's last request.
---@field in_use boolean Whether a request uses the model now.

--- A loaded model.
---@class unembed.ModelDocument
---@field name string The model as the user names it.
---@field fingerprint string The identity of the weights and the tokenizer.
---@field layers integer Number of blocks.
---@field width integer Width of the residual stream.
---@field ffn integer Number of value vectors in a block.
---@field vocab integer Number of tokens in the vocabulary.
---@field context integer The largest number of positions in a run.
---@field precision string `float32`, or how the weights are quantised.

--- The models of this computer: configured ones, the starter, and what the Hugging Face cache has. Those of the cache
--- that cannot be used come last.
---@class unembed.ModelsDocument
---@field schema integer The schema's version.
---@field models unembed.ListedModelDocument[] One entry for each model.

--- The arguments of `unembed.name`.
---@class unembed.NameArguments
---@field name string The name to give.
---@field ids string[] Value vectors' ids, such as `L3D77`.
--- What to do if the name stands for other vectors; where absent, the command fails.
---@field existing? unembed.ExistingName
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- A name.
---@class unembed.NameDocument
---@field name string The name as the names file has it.
---@field ids unembed.Target[] What the name stands for: one id, or all of a group.

--- The place of a name in a names file.
---@class unembed.NamePlaceDocument
---@field name string The name as the file has it.
---@field ids unembed.Target[] What the name stands for: one id, or all of a group.
---@field range unembed.TextRange The name, without its ids.

--- The result of `unembed.name` for a `text`, or for a client that applies no edits.
---@class unembed.NameResult
---@field uri string The names file.
---@field version integer|vim.NIL The version of the names file that the edits are for; null where it is not open.
---@field create boolean Whether the names file does not exist yet.
---@field edits unembed.TextChange[] The changes of the names file.

--- The names of a model's value vectors in a project.
---@class unembed.NamesDocument
---@field schema integer The schema's version.
---@field file string The names file's path.
---@field names unembed.NameDocument[] In alphabetical order.

--- A new token.
---@class unembed.NewTokenDocument
---@field id unembed.TokenId The token's id in the vocabulary.
---@field text string The token's text. Bytes that are not UTF-8 appear as U+FFFD.
---@field logprob number ln p in nats, as in `logprobs`.
--- The token's first byte in the continuation's `text`, as UTF-8; it may lie inside a character. Null for a token that
--- is not in the text, such as end-of-text.
---@field start integer|vim.NIL
---@field end integer|vim.NIL The byte after the token's last byte in the continuation's `text`; null as `start`.
---@field bytes? integer[] The token's bytes, present only where `text` cannot say them.

--- What comes next in a run.
---@class unembed.NextDocument
---@field run unembed.RunName The run's name.
---@field next unembed.GuessDocument[] Most likely first.

--- The number in a value.
---@class unembed.NumberDocument
---@field range unembed.TextRange The place of the number.
---@field value number The number.
---@field text string The number as written, such as `+2.50`.

--- An open concept index.
---@class unembed.OpenIndexDocument
---@field fingerprint string The identity of the model that it is for.
---@field indexed integer Number of value vectors in the index.
---@field all integer Number of value vectors of the model.
---@field building boolean Whether the daemon builds the index now.
---@field clustered boolean Whether clusters are built.
---@field passages integer Number of passages that were indexed.
---@field counted boolean Whether the passages of all texts are indexed, the program's own and the user's.
---@field bytes integer The size on disk.
---@field megabytes integer The size on disk, in 10^6 bytes.

--- Direct effects that add up to a centred logit.
---@class unembed.PartsDocument
---@field embedding number The token embedding plus the position embedding.
---@field attention number[] Each block's attention.
---@field ffn number[] Each block's FFN.
---@field bias number The final norm's bias.

--- What the session does now.
--- `loading`: A model is being loaded.
--- `indexing`: A concept index is being built.
--- `working`: A command runs.
--- `ready`: Nothing runs, and every open file's model can be used.
--- `failed`: The model of an open file cannot be loaded.
--- `missing`: The model of an open file must be fetched first.
---@alias unembed.Phase 'loading'|'indexing'|'working'|'ready'|'failed'|'missing'

--- The trace of one position.
---@class unembed.PositionDocument
---@field position integer From 0; a beginning-of-text token counts.
---@field next unembed.GuessDocument[] The next-token distribution, most likely first.
---@field saturation integer The first block from which on the final most likely token stays the most likely.
---@field layers unembed.LayerDocument[] The requested blocks.
---@field tracked unembed.TrackedDocument[] One entry for each tracked token, in the order of the file.

--- A problem of the file.
---@class unembed.ProblemDocument
---@field severity unembed.Severity How serious the problem is.
---@field message string One line of text. If `line` is 0 it begins with the flag that it is about.
---@field line integer The file's line, from 1; 0 for a problem of a command-line flag.

--- A progress token of LSP.
---@alias unembed.ProgressToken integer|string

--- How a value vector is projected onto the vocabulary.
--- `raw`: The output matrix alone, with no norm, no bias and no coefficient.
---@alias unembed.Projection 'raw'

--- Where a prompt file makes a value vector act.
---@class unembed.PromptDocument
---@field file string The file's path.
---@field position integer The token's position, from 0; a beginning-of-text token counts.
---@field token string The token's text.
---@field coefficient number The coefficient m there in the baseline.

--- A quantile of a coefficient.
---@class unembed.QuantileDocument
---@field share number The share of positions whose coefficient is at most `value`, 0 to 1.
---@field value number A coefficient m.

--- The engine's jobs.
---@class unembed.QueueDocument
---@field running integer Number of jobs that run.
---@field waiting integer Number of jobs that wait.

--- What `unembed report` collects.
---@class unembed.ReportDocument
---@field schema integer The schema's version.
---@field version string The program's version and build.
---@field system unembed.SystemDocument The system that the program runs on.
---@field settings string|vim.NIL The text of the user's settings file; null where there is none.
---@field settings_problems string[] What is wrong with the settings, a line each.
---@field status unembed.ReportedStatus The daemon's status, or why there is none.
---@field log string[] The last lines of the log.
---@field prompts unembed.ReportedPromptDocument[] The prompt files that the user named.

--- A prompt file in a report.
---@class unembed.ReportedPromptDocument
---@field file string The file's path.
---@field error? string One line of text: why the file cannot be read. Absent where it can.
---@field text? string Absent where the file cannot be read.

--- The daemon's status, or one line of text that says why there is none.
---@alias unembed.ReportedStatus unembed.DaemonDocument|string

--- A request that was answered.
---@class unembed.RequestDocument
---@field method string The LSP method or the command.
---@field milliseconds number How long the answer took.
---@field seconds_ago integer How long ago the answer was given.

--- The requests that were answered.
---@class unembed.RequestsDocument
---@field answered integer Number of requests since the daemon started.
---@field slowest unembed.RequestDocument[] The slowest recent requests, slowest first.

--- One run of a trace.
---@class unembed.RunDocument
---@field name unembed.RunName The run's name.
---@field tokens unembed.RunTokenDocument[] The tokens of the prompt and the generated ones, by position.
---@field positions unembed.PositionDocument[] The traces of the requested positions.

--- The name of one run of an experiment.
---@alias unembed.RunName string

--- A token of a run.
---@class unembed.RunTokenDocument
---@field position integer From 0; a beginning-of-text token counts.
---@field id unembed.TokenId The token's id in the vocabulary.
---@field text string The token's text. Bytes that are not UTF-8 appear as U+FFFD.
---@field start integer|vim.NIL The token's first byte in the prompt; null for a generated or a beginning-of-text token.
---@field end integer|vim.NIL The byte after the token's last byte in the prompt; null as `start`.
---@field logprob number|vim.NIL ln p in nats, predicted at the position before; null at position 0.
---@field rank integer|vim.NIL The token's rank at the position before, 1 for the most likely; null at position 0.
---@field bytes? integer[] The token's bytes, present only where `text` cannot say them.

--- The positions at which an intervention acts. Positions count from 0 and include a beginning-of-text token.
--- `all`: Every prompt position and every generated position.
--- `prompt`: Every prompt position.
--- `last`: The last prompt position. Its trace predicts the first new token.
--- `generated`: Every generated position.
--- `text`: Every prompt position whose token overlaps this text.
---@alias unembed.Scope 'all'|'prompt'|'last'|'generated'|integer|{text: string}

--- The arguments of `unembed.search`.
---@class unembed.SearchArguments
---@field query string Words, or a query such as `like L5D662`.
---@field limit? integer The largest number of hits; 20 where absent.
---@field model? string The model as a prompt file names it. It takes precedence over the document's.
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- The answer to a query.
---@class unembed.SearchDocument
---@field schema integer The schema's version.
---@field experiment unembed.ExperimentDocument|vim.NIL Always null: a search does not depend on an input.
---@field problems unembed.ProblemDocument[] Always empty.
---@field query string The query as written.
---@field hits unembed.HitDocument[] Best first.
---@field index unembed.IndexCountsDocument How many value vectors the index had when the search began.
---@field notes string[] What the answer leaves out and why, a line each.

--- A connected editor.
---@class unembed.SessionDocument
---@field id integer The session's number.
---@field folder string The folder that the editor started in.
---@field seconds integer How long the session has lasted.

--- How serious a problem is, as in LSP.
---@alias unembed.Severity 'error'|'warning'|'information'|'hint'

--- A value vector near another.
---@class unembed.SimilarDocument
---@field id unembed.ValueId The value vector's id, such as `L3D77`.
---@field cosine number The cosine of the two directions, -1 to 1.
---@field words? string[] The words that stand for the value vector; absent in long lists.

--- The sizes of a model.
---@class unembed.SizesDocument
---@field layers integer Number of blocks.
---@field width integer Width of the residual stream.
---@field ffn integer Number of value vectors in a block.
---@field vocab integer Number of tokens in the vocabulary.
---@field context integer The largest number of positions in a run.

--- What `unembed status` says.
---@class unembed.StatusDocument
---@field schema integer The schema's version.
---@field running boolean Whether a daemon runs.
---@field indexes? unembed.OpenIndexDocument[] The open concept indexes.
--- The resident memory, in 10^6 bytes; null where the system does not report it.
---@field memory_megabytes? integer|vim.NIL
---@field models? unembed.LoadedModelDocument[] The models in memory.
---@field pid? integer The process id.
---@field queue? unembed.QueueDocument The engine's jobs.
---@field requests? unembed.RequestsDocument The requests of all editors.
---@field sessions? unembed.SessionDocument[] One entry for each connected editor.
---@field uptime_seconds? integer How long the daemon has run.
---@field version? string The program's version and build.

--- The state of the session. Editors act on the fields; `message` is for people and may be reworded.
---@class unembed.StatusParams
---@field health unembed.Health Whether the models of all open files can be used.
---@field busy boolean Whether a command, a load or an index build runs.
---@field message string One line of text.
---@field phase unembed.Phase What the session does now.
---@field all? integer Absent where unknown.
---@field builds? unembed.IndexBuild[] Every running index build of this session, in any phase. Absent where none runs.
---@field done? integer How much of `all` is done, in the unit of the current step. Absent where unknown.
---@field subject? string The model that the phase is about. Absent where there is none.

--- What `unembed stop` says.
---@class unembed.StopDocument
---@field schema integer The schema's version.
---@field stopped boolean False where no daemon ran.

--- Why a continuation ended.
--- `length`: `maxOutputTokens` was reached.
--- `eos`: The model's end-of-text token.
--- `stop`: A stop sequence.
--- `context`: The model's context is full.
---@alias unembed.Stopped 'length'|'eos'|'stop'|'context'

--- A coefficient to offer.
---@class unembed.Strength
---@field value number A coefficient m.
---@field why string A few words: where the value comes from, such as `its 99th percentile`.

--- The arguments of `unembed.strengths`.
---@class unembed.StrengthsArguments
---@field target string An id or a name.
---@field position? integer The position whose coefficient is offered, from 0; the prompt's last where absent.
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- The result of `unembed.strengths`.
---@class unembed.StrengthsResult
---@field strengths unembed.Strength[] The first is the default.

--- The arguments of `unembed.structure`.
---@class unembed.StructureArguments
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- The parts of a prompt file or a names file. It takes no model.
---@class unembed.StructureDocument
---@field schema integer The schema's version.
---@field version integer|vim.NIL The version of the open document that was read; null for a text that is not open.
---@field kind unembed.FileKind What the file is.
---@field model string|vim.NIL The model as written; null where the file names none.
---@field front_matter unembed.TextRange|vim.NIL The front matter with its `---` lines; null where there is none.
---@field keys unembed.KeyDocument[] The keys at the top of the front matter, in file order.
---@field prompt unembed.TextRange The prompt; empty, at the end of the file, for a names file.
---@field runs unembed.RunName[] The runs that the file makes: the baseline first, then the others in file order.
---@field interventions unembed.EntryDocument[] In file order.
---@field names unembed.NamePlaceDocument[] The names that a names file gives, in file order; empty for a prompt file.

--- The system that the program runs on.
---@class unembed.SystemDocument
---@field os string Such as `linux`.
---@field arch string Such as `x86_64`.
---@field threads integer Number of threads that run at a time.

--- The part of a model that an intervention changes, as written in a file: `L3D77`.
---@alias unembed.Target string

--- A replacement of a part of a text.
---@class unembed.TextChange
---@field range unembed.TextRange The part to replace.
---@field newText string The text that replaces it.

--- A place in a text.
---@class unembed.TextPosition
---@field line integer From 0.
---@field character integer From 0, in units of the session's position encoding.

--- A part of a text.
---@class unembed.TextRange
---@field start unembed.TextPosition The place of the first character.
---@field end unembed.TextPosition The place after the last character.

--- The id of a token in a model's vocabulary.
---@alias unembed.TokenId integer

--- The arguments of `unembed.trace`.
---@class unembed.TraceArguments
---@field generated? integer Number of tokens to generate and trace as well; 0 where absent.
---@field layers? integer[] The blocks to report, from 0; all where absent.
---@field positions? unembed.TracePositions The positions to trace; all where absent.
---@field text? string The text to read in place of the open document. It is not kept.
---@field top? integer Number of tokens of each distribution; the setting `trace.top` where absent.
---@field updates? integer Number of dominant sub-updates of each block; 10 where absent.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string
--- Number of words that say what each sub-update promotes. Where absent or 0, `name`, `end` and `words` are absent.
---@field words? integer

--- The FFN trace of every run of a file.
---@class unembed.TraceDocument
---@field schema integer The schema's version.
---@field experiment unembed.ExperimentDocument The file as it was run.
---@field problems unembed.ProblemDocument[] The problems of the file. What is wrong is left out of the runs.
---@field model unembed.ModelDocument The model that ran.
---@field lens string The name of the norm that the logit lens applies: the model's own final norm.
---@field runs unembed.RunDocument[] The baseline first, then the others in file order.

--- The positions to trace.
--- `all`: Every prompt position and every generated one.
--- `last`: The last prompt position and every generated one.
---@alias unembed.TracePositions 'all'|'last'|integer[]

--- A tracked token at a position.
---@class unembed.TrackedDocument
---@field id unembed.TokenId The token's id in the vocabulary.
---@field token string The token's text. Bytes that are not UTF-8 appear as U+FFFD.
---@field p number The probability that the token comes next, 0 to 1.
---@field rank integer 1 for the most likely token.
---@field logit number The token's logit minus the mean logit over the vocabulary.
---@field layers unembed.TrackedLayerDocument[] One entry for each block of the model.
---@field parts unembed.PartsDocument The direct effects that add up to `logit`.
---@field bytes? integer[] The token's bytes, present only where `token` cannot say them.

--- A tracked token's probability around one FFN.
---@class unembed.TrackedLayerDocument
---@field before number Probability before the FFN, 0 to 1.
---@field after number Probability after the FFN, 0 to 1.

--- A sub-update: a value vector times its coefficient.
---@class unembed.UpdateDocument
---@field id unembed.ValueId The value vector's id, such as `L3D77`.
---@field layer integer The value vector's block, from 0.
---@field dim integer The value vector's row in that block, from 0.
---@field coefficient number The coefficient m, signed, as it acts in this run.
---@field norm number The length of the value vector, ||v||.
---@field score number |m| * ||v||
---@field effects number[] The direct effect on the centred logit of each tracked token, in the order of the file.
---@field end? unembed.End The end of the value vector that acts: `bottom` where the coefficient is negative.
---@field name? string|vim.NIL The value vector's name in the project's names file; null where it has none.
---@field words? string[] The words of that end, which the sub-update promotes, the most promoted first.

--- The id of a value vector: row `dim` of the FFN output matrix of block `layer`. Written `L3D77`; both count from 0.
---@alias unembed.ValueId string

--- The arguments of `unembed.vector`.
---@class unembed.VectorArguments
---@field id string A value vector's id, such as `L3D77`, or the name of one value vector.
---@field model? string The model as a prompt file names it. It takes precedence over the document's.
---@field text? string The text to read in place of the open document. It is not kept.
--- An open document, or where `text` would stand: relative paths and the names file are looked up from there.
---@field uri? string

--- A value vector in the vocabulary, and what its index and its project know of it.
---@class unembed.VectorDocument
---@field schema integer The schema's version.
---@field experiment unembed.ExperimentDocument|vim.NIL Always null: a card does not depend on an input.
---@field problems unembed.ProblemDocument[] Always empty.
---@field id unembed.ValueId The value vector's id, such as `L3D77`.
---@field layer integer The value vector's block, from 0.
---@field dim integer The value vector's row in that block, from 0.
---@field norm number The length of the value vector, ||v||.
---@field name string|vim.NIL The value vector's name in the project's names file; null where it has none.
---@field projection unembed.Projection How the value vector is projected onto the vocabulary.
---@field top unembed.WordDocument[] The words that the value vector promotes, the most promoted first.
---@field bottom unembed.WordDocument[] The words that the value vector suppresses, the most suppressed first.
---@field cluster integer|vim.NIL The number of the value vector's cluster; null before clusters are built.
---@field cluster_words string[] The words of that cluster.
---@field similar unembed.SimilarDocument[] The nearest value vectors by direction, nearest first.
--- How the coefficient is distributed over the indexed texts; null before any text is indexed.
---@field activation unembed.ActivationDocument|vim.NIL
---@field examples unembed.ExampleDocument[] Passages with the largest coefficients, then those with the smallest.
--- Where the project's prompts make the value vector act most, the largest |m| first.
---@field prompts unembed.PromptDocument[]

--- What a client may put into `initializationOptions` beside its settings.
---@class unembed.Wishes
--- The URI that opens a value vector's card in the client, with `{id}` for the vector's id. Hovers link ids to it. A
--- client that sets it renders Markdown: its marks take no room.
---@field cards? string
---@field generated? boolean The server sends `unembed/generated` during a generation.
--- The URI of the client's copy of `GLOSSARY.md`. Hovers link their terms to its lines, such as `#L57`.
---@field glossary? string
--- The client shows the results of commands itself. Otherwise the server shows them, as a document or a message.
---@field results? boolean

--- A token of the vocabulary on a value vector's card.
---@class unembed.WordDocument
---@field id unembed.TokenId The token's id in the vocabulary.
---@field token string The token's text. Bytes that are not UTF-8 appear as U+FFFD.
---@field logit number The dot product of the value vector and the token's row of the output matrix.
---@field z number How many standard deviations `logit` is from the mean over the vocabulary.
---@field bytes? integer[] The token's bytes, present only where `token` cannot say them.
---@field undertrained? boolean True for an undertrained token: its place on the card says nothing. Absent where false.

--- Every command, with its one argument.
---@class unembed.Commands
---@field ['unembed.check_name'] {arguments: unembed.CheckNameArguments, result: unembed.CheckNameResult}
---@field ['unembed.choose'] {arguments: unembed.ChooseArguments, result: vim.NIL}
---@field ['unembed.clusters'] {arguments: unembed.ClustersArguments, result: unembed.ClustersDocument}
---@field ['unembed.fetch'] {arguments: unembed.FetchArguments, result: vim.NIL}
---@field ['unembed.generate'] {arguments: unembed.GenerateArguments, result: unembed.GenerateDocument}
---@field ['unembed.intervene'] {arguments: unembed.InterveneArguments, result: unembed.InterveneResult}
---@field ['unembed.interventions'] {arguments: unembed.InterventionsArguments, result: unembed.InterventionsDocument}
---@field ['unembed.name'] {arguments: unembed.NameArguments, result: unembed.NameResult|vim.NIL}
---@field ['unembed.search'] {arguments: unembed.SearchArguments, result: unembed.SearchDocument}
---@field ['unembed.strengths'] {arguments: unembed.StrengthsArguments, result: unembed.StrengthsResult}
---@field ['unembed.structure'] {arguments: unembed.StructureArguments, result: unembed.StructureDocument}
---@field ['unembed.trace'] {arguments: unembed.TraceArguments, result: unembed.TraceDocument}
---@field ['unembed.vector'] {arguments: unembed.VectorArguments, result: unembed.VectorDocument}

--- Every notification from the server.
---@class unembed.Notifications
---@field ['unembed/generated'] unembed.GeneratedParams
---@field ['unembed/status'] unembed.StatusParams
