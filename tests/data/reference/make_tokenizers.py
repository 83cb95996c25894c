#!/usr/bin/env python3
"""Reference token ids of unusual tokenizer folders, by Hugging Face transformers: what `tokenizers.json` holds.

usage: make_tokenizers.py OUT.json     (pip install transformers tokenizers)

Run it with transformers 5 and again with transformers 4 and the same OUT.json: each run writes the answers of its major version
and keeps those of the other. OUT.json has the base tokenizer, the texts, and for each case

  tokenizer   changes of the base tokenizer.json, by JSON pointer; null removes. Absent: no changes
  lists       true: vocab.json and merges.txt in place of tokenizer.json
  files       the other files, by name
  ids         by major version: for each text its ids, or the class and the end of the error that transformers raises
"""
import copy, json, os, pathlib, sys, tempfile

os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import transformers
from transformers import AutoTokenizer

END = "<|endoftext|>"
TEXTS = ["the hat", " the", "a<|endoftext|>b", "a <s> b<pad>c", "12 !!  x\n\ny", "", "é🙂", "\nthe", "THE cafe\u0301", "  <s>   the"]


def base():
    own = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letter = {b: chr(b) for b in own} | {b: chr(256 + n) for n, b in enumerate(b for b in range(256) if b not in own)}
    merges = ["Ġ t", "Ġt h", "h e", "Ġth e", "1 2", "! !", "Ċ Ċ", "Ġ Ġ"]
    tokens = [*(letter[b] for b in range(256)), END, "<s>", *(m.replace(" ", "") for m in merges)]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [added(256, END)], "normalizer": None,
            "pre_tokenizer": level, "post_processor": {**level, "trim_offsets": False}, "decoder": level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
                      "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                      "vocab": {t: i for i, t in enumerate(tokens)}, "merges": merges}}


def added(i, content, special=True, **flags):
    return {"id": i, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": special} | flags


def template(*pieces):
    """A post-processor that puts special tokens around the text, `$A`."""
    ids = {END: 256, "<s>": 257}
    single = [{"Sequence": {"id": "A", "type_id": 0}} if p == "$A" else {"SpecialToken": {"id": p, "type_id": 0}} for p in pieces]
    return {"type": "TemplateProcessing", "single": single, "pair": [*single, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {p: {"id": p, "ids": [ids[p]], "tokens": [p]} for p in pieces if p in ids}}


PRE, POST = "/pre_tokenizer", "/post_processor"
SPACE = {f"{PRE}/add_prefix_space": True}
BOS, EOS = {"add_bos_token": True}, {"add_eos_token": True}
GPT2, FAST = {"tokenizer_class": "GPT2Tokenizer"}, {"tokenizer_class": "PreTrainedTokenizerFast"}
DIGITS = {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, base()["pre_tokenizer"]]}
PAD = added(266, "<pad>")


def case(name, tokenizer=None, config=None, lists=False, **files):
    """Keys of `files` are names without `.json`."""
    files = {f"{n}.json": content for n, content in files.items()}
    if config is not None:
        files["tokenizer_config.json"] = config
    return {"name": name, "tokenizer": tokenizer or {}, "lists": lists, "files": files}


CASES = [
    case("plain"),
    case("two lists", lists=True),
    case("class GPT2Tokenizer", config=GPT2),
    case("class GPT2TokenizerFast", config={"tokenizer_class": "GPT2TokenizerFast"}),
    case("class PreTrainedTokenizerFast", config=FAST),
    case("class TokenizersBackend", config={"tokenizer_class": "TokenizersBackend"}),
    # Tokens beyond the embedding's rows.
    case("a pad token beyond the vocabulary", {"/added_tokens/1": PAD}),
    case("a pad token far beyond the vocabulary", {"/added_tokens/1": added(50257, "<pad>")}),
    case("a pad token in the config", config={"pad_token": "<pad>"}),
    case("a pad token in added_tokens.json", added_tokens={"<pad>": 266}),
    case("a pad token in added_tokens_decoder", config={"added_tokens_decoder": {"266": {k: v for k, v in PAD.items() if k != "id"}}}),
    case("a pad token and lists", config={"pad_token": "<pad>"}, lists=True),
    case("an added token that is not special", {"/added_tokens/1": added(266, "hat", special=False)}),
    case("an added token with white space", {"/added_tokens/1": added(257, "<s>", lstrip=True, rstrip=True)}),
    case("an added token with another id than the vocabulary's", {"/added_tokens/1": added(3, "<s>")}),
    case("a padding token in the vocabulary only", {"/model/vocab/<pad>": 266}),
    case("a padding token in the vocabulary and the config", {"/model/vocab/<pad>": 266}, config={"pad_token": "<pad>"}),
    case("additional_special_tokens", config={"additional_special_tokens": ["<s>", "<pad>"]}),
    case("special_tokens_map.json", special_tokens_map={"pad_token": "<pad>", "bos_token": "<s>"}),
    # BOS and EOS.
    case("add_bos_token", config=GPT2 | BOS),
    case("add_bos_token and lists", config=GPT2 | BOS, lists=True),
    case("add_bos_token with another BOS and lists", config=GPT2 | BOS | {"bos_token": "<s>"}, lists=True),
    case("add_bos_token false and lists", config={"add_bos_token": False}, lists=True),
    case("add_bos_token without a BOS and lists", config=GPT2 | BOS | {"bos_token": None}, lists=True),
    case("add_bos_token of a fast tokenizer", config=FAST | BOS | {"bos_token": END}),
    case("add_eos_token", config=GPT2 | EOS),
    case("add_eos_token and lists", config=GPT2 | BOS | EOS, lists=True),
    case("a template with a BOS", {POST: template(END, "$A")}),
    case("a template with a BOS and add_bos_token", {POST: template(END, "$A")}, config=GPT2 | BOS),
    case("a template with a BOS, add_bos_token false", {POST: template(END, "$A")}, config=GPT2 | {"add_bos_token": False}),
    case("a template with a BOS and an EOS", {POST: template("<s>", "$A", END)}),
    case("a sequence of post-processors", {POST: {"type": "Sequence", "processors": [base()["post_processor"], template(END, "$A")]}}),
    case("no post-processor", {POST: None}, config=GPT2 | BOS),
    # A space before the text.
    case("add_prefix_space in tokenizer.json", SPACE),
    case("add_prefix_space in tokenizer.json, class GPT2Tokenizer", SPACE, config=GPT2),
    case("add_prefix_space in tokenizer.json, false in the config", SPACE, config=GPT2 | {"add_prefix_space": False}),
    case("add_prefix_space in tokenizer.json, a fast tokenizer", SPACE, config=FAST),
    case("add_prefix_space in tokenizer.json, a fast tokenizer, false in the config", SPACE, config=FAST | {"add_prefix_space": False}),
    case("add_prefix_space in the config", config=GPT2 | {"add_prefix_space": True}),
    case("add_prefix_space in the config, no class", config={"add_prefix_space": True}),
    case("add_prefix_space in the config and lists", config={"add_prefix_space": True}, lists=True),
    case("add_prefix_space in the config of a fast tokenizer", config=FAST | {"add_prefix_space": True}),
    case("add_prefix_space in both", SPACE, config=GPT2 | {"add_prefix_space": True}),
    # Parts of tokenizer.json.
    case("byte_fallback", {"/model/byte_fallback": True}),
    case("an unk_token", {"/model/unk_token": END}),
    case("unk_token and fuse_unk", {"/model/unk_token": END, "/model/fuse_unk": True}),
    case("digits one by one", {PRE: DIGITS}),
    case("digits one by one, a fast tokenizer", {PRE: DIGITS}, config=FAST),
    case("no expression", {f"{PRE}/use_regex": False}),
    case("no expression, a fast tokenizer", {f"{PRE}/use_regex": False}, config=FAST),
    case("an NFC normalizer", {"/normalizer": {"type": "NFC"}}),
    case("a lower-case normalizer", {"/normalizer": {"type": "Lowercase"}}),
    case("a lower-case normalizer, a fast tokenizer", {"/normalizer": {"type": "Lowercase"}}, config=FAST),
    case("a pre-tokenizer that loses white space", {PRE: {"type": "Whitespace"}}),
    case("digits and add_prefix_space, a fast tokenizer", {PRE: DIGITS, f"{PRE}/pretokenizers/1/add_prefix_space": True}, config=FAST),
    case("ignore_merges", {"/model/ignore_merges": True, "/model/merges": ["Ġ t"]}),
    case("ignore_merges, a fast tokenizer", {"/model/ignore_merges": True, "/model/merges": ["Ġ t"]}, config=FAST),
    case("empty prefixes", {"/model/continuing_subword_prefix": "", "/model/end_of_word_suffix": ""}),
    case("truncation", {"/truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}}),
    case("padding", {"/padding": {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 256, "pad_type_id": 0, "pad_token": END}}),
    case("no dropout", {"/model/dropout": 0.0}),
    case("no added tokens", {"/added_tokens": []}),
    case("split_special_tokens", config={"split_special_tokens": True}),
    case("model_max_length", config={"model_max_length": 3}),
]


def change(document, pointer, value):
    *path, last = pointer.split("/")[1:]
    for step in path:
        document = document[int(step) if isinstance(document, list) else step]
    if isinstance(document, list):
        document.insert(int(last), value)
    else:
        document[last] = value


def write(folder, case):
    tokenizer = base()
    for pointer, value in case["tokenizer"].items():
        change(tokenizer, pointer, copy.deepcopy(value))
    files = {"config.json": {"model_type": "gpt2", "vocab_size": 266}, **case["files"]}
    if case["lists"]:
        files["vocab.json"] = tokenizer["model"]["vocab"]
        (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *tokenizer["model"]["merges"], ""]), encoding="utf-8")
    else:
        files["tokenizer.json"] = tokenizer
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def answer(case):
    with tempfile.TemporaryDirectory() as folder:
        write(pathlib.Path(folder), case)
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder)
            return [tokenizer(text)["input_ids"] for text in TEXTS]
        except Exception as error:
            return f"{type(error).__name__}: {str(error)[-100:]}"


def main(out):
    major, path = transformers.__version__.split(".")[0], pathlib.Path(out)
    before = {c["name"]: c["ids"] for c in json.loads(path.read_text())["cases"]} if path.exists() else {}
    versions = json.loads(path.read_text())["transformers"] if path.exists() else {}
    for case in CASES:
        case["ids"] = dict(sorted((before.get(case["name"], {}) | {major: answer(case)}).items()))
    whole = {"transformers": dict(sorted((versions | {major: transformers.__version__}).items())), "texts": TEXTS, "base": base(), "cases": CASES}
    lines = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in whole.pop("cases"))
    head = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f'{head[:-1]},"cases":[\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
